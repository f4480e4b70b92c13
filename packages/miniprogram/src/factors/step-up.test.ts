import { describe, expect, it, vi } from 'vitest';
import { errorOf } from '../testing/error-of.ts';
import { createPhone } from '../testing/phone.ts';
import { refuse } from '../testing/scripted-gateway.ts';

describe('step-up', () => {
  const needed = () => refuse(403, 'mfa_required', { reasons: ['new_device', 7] });

  it('resumes the request after the second factor', async () => {
    const onStepUp = vi.fn(async () => true);
    const { gateway, runtime, menshen } = createPhone({ onStepUp });
    gateway.script.set('/api/salary', [needed]);
    const answer = await runtime.settle(menshen.request({ url: '/api/salary', method: 'POST', data: { month: 5 } }));
    expect(answer.statusCode).toBe(200);
    expect(onStepUp).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        form: 'freshness',
        reasons: ['new_device'],
        message: 'text of mfa_required',
        request: { method: 'POST', url: 'https://api.example.com/api/salary' },
      }),
    );
    expect(gateway.forwarded).toHaveLength(1);
  });

  it('resumes once, not for ever', async () => {
    const onStepUp = vi.fn(async () => true);
    const { gateway, runtime, menshen } = createPhone({ onStepUp });
    gateway.script.set('/api/salary', Array(9).fill(needed));
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/salary' })))).toMatchObject({ code: 'mfa_required' });
    expect(onStepUp).toHaveBeenCalledOnce();
    expect(gateway.seen).toHaveLength(3);
  });

  it.each([
    ['no hook', undefined],
    ['a person who declines', () => false],
    ['a hook that fails', () => Promise.reject(new Error('page closed'))],
    ['an answer that is not true', () => 'yes' as unknown as boolean],
  ])('fails with mfa_required for %s', async (_name, onStepUp) => {
    const { gateway, runtime, menshen } = createPhone(onStepUp === undefined ? {} : { onStepUp });
    gateway.script.set('/api/salary', [needed]);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/salary' })))).toMatchObject({
      code: 'mfa_required',
      status: 403,
    });
    expect(gateway.forwarded).toHaveLength(0);
  });

  it('asks the person once for requests that need it together', async () => {
    const onStepUp = vi.fn(async () => true);
    const { gateway, runtime, menshen } = createPhone({ onStepUp });
    gateway.script.set('/api/salary', Array(6).fill(needed));
    const answers = await runtime.settle(Promise.all(Array.from({ length: 6 }, () => menshen.request({ url: '/api/salary' }))));
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(6).fill(200));
    expect(onStepUp).toHaveBeenCalledOnce();
  });
});

it('resumes a request that was refused before a step-up that another one brought about', async () => {
  const onStepUp = vi.fn(async () => true);
  const { gateway, runtime, menshen } = createPhone({ onStepUp });
  const late = Promise.withResolvers<Response>();
  gateway.script.set('/api/late', [() => late.promise]);
  gateway.script.set('/api/early', [() => refuse(403, 'mfa_required')]);
  const slow = menshen.request({ url: '/api/late' });
  expect((await runtime.settle(menshen.request({ url: '/api/early' }))).statusCode).toBe(200);
  late.resolve(refuse(403, 'mfa_required'));
  expect((await runtime.settle(slow)).statusCode).toBe(200);
  expect(onStepUp).toHaveBeenCalledOnce();
});
