import { clientEndpoints } from '@menshen/wire';
import { describe, expect, it, vi } from 'vitest';
import type { WxPlatform } from '../phone/platform.ts';
import { createBoundPhone } from '../testing/bound-phone.ts';
import { errorOf } from '../testing/error-of.ts';
import { playFactors, rightCode, soterChallenge } from '../testing/factor-endpoints.ts';
import { createPhone } from '../testing/phone.ts';
import { json, refuse } from '../testing/scripted-gateway.ts';
import type { MenshenOptions, StepUpChallenge } from '../types.ts';

/** A phone with pinned keys at a gateway with second factors. */
function factorPhone(onStepUp?: NonNullable<MenshenOptions['onStepUp']>, more: Partial<MenshenOptions> = {}) {
  const phone = createBoundPhone({ ...more, ...(onStepUp === undefined ? {} : { onStepUp }) });
  const played = playFactors(phone.gateway);
  played.onToken = (before, after) => {
    const keys = phone.bound.sessions.get(before);
    if (keys !== undefined) phone.bound.sessions.set(after, keys);
  };
  return { ...phone, played };
}

const byTotp = async (challenge: StepUpChallenge): Promise<void> => {
  await challenge.begin('totp');
  await challenge.answer({ code: rightCode });
};

describe('a fresh second factor', () => {
  it('goes through the hook’s controller, and the request goes on with the new token', async () => {
    const seen: unknown[] = [];
    const { gateway, bound, runtime, menshen, wx, played, restart } = factorPhone(async (challenge) => {
      const { form, reasons, explanations, maxAgeSeconds, request } = challenge;
      seen.push({ form, reasons, explanations, maxAgeSeconds, request });
      expect((await challenge.factors()).stepUp).toEqual(['totp', 'soter']);
      await challenge.begin('totp');
      expect((await errorOf(challenge.answer({ code: '000000' }))).code).toBe('factor_failed');
      await challenge.answer({ code: rightCode });
    });
    const answer = await runtime.settle(menshen.request({ url: '/api/fresh', method: 'POST', data: { a: 1 } }));
    expect(answer).toMatchObject({ statusCode: 200, data: { body: '{"a":1}' } });
    expect(seen).toEqual([
      {
        form: 'freshness',
        reasons: ['new_device'],
        explanations: ['新设备'],
        maxAgeSeconds: 300,
        request: { method: 'POST', url: 'https://api.example.com/api/fresh' },
      },
    ]);
    expect(played.calls.map(([name, body]) => [name, body.purpose, body.operation])).toEqual([
      ['challenge', 'freshness', undefined],
      ['verify', undefined, undefined],
      ['verify', undefined, undefined],
    ]);
    expect(bound.refusals).toEqual([]);
    await runtime.flush();
    // The new token and the phone's name lie in encrypted storage and serve after a restart.
    const [kept] = [...bound.sessions.keys()].slice(-1);
    expect(wx.stored.get('menshen:portal')).toMatchObject({ encrypted: true, data: expect.stringContaining(String(kept)) });
    const again = restart();
    await runtime.settle(again.request({ url: '/api/fresh' }));
    await runtime.settle(again.factors.list());
    expect(played.devices).toEqual([null, `mdv1.${'1'.padStart(43, '0')}`]);
    expect(wx.stored.get('menshen:portal:device')?.encrypted).toBe(true);
    expect(gateway.logins).toHaveLength(1);
  });

  it('is asked for once by ten requests at a time', async () => {
    const onStepUp = vi.fn(byTotp);
    const { runtime, menshen } = factorPhone(onStepUp);
    const answers = await runtime.settle(Promise.all(Array.from({ length: 10 }, () => menshen.request({ url: '/api/fresh' }))));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(200));
    expect(onStepUp).toHaveBeenCalledOnce();
  });

  it('resumes an upload, with a ticket of its own', async () => {
    const onStepUp = vi.fn(byTotp);
    const files = new Map([['wxfile://a', new Uint8Array([1, 2])]]);
    const { runtime, menshen, gateway } = createPhone({ onStepUp }, { files });
    playFactors(gateway);
    const handle = menshen.uploadFile({ url: '/api/fresh', filePath: 'wxfile://a', name: 'a' });
    expect((await runtime.settle(handle)).statusCode).toBe(200);
    expect(onStepUp).toHaveBeenCalledOnce();
    expect(
      (await errorOf(runtime.settle(menshen.uploadFile({ url: '/api/approved', filePath: 'wxfile://a', name: 'a' })))).code,
    ).toBe('mfa_required');
    expect(onStepUp).toHaveBeenCalledOnce();
  });

  it.each<readonly [string, (challenge: StepUpChallenge) => unknown]>([
    ['says nothing', () => undefined],
    ['declines after a right answer', async (challenge) => byTotp(challenge).then(() => false)],
    ['fails', () => Promise.reject(new Error('page closed'))],
    ['answers what it did not begin', (challenge) => challenge.answer({ code: rightCode })],
    [
      'has a wrong code and lets the error through',
      (challenge) => challenge.begin('totp').then(() => challenge.answer({ code: '1' })),
    ],
  ])('leaves the refusal as it was when the hook %s', async (_name, hook) => {
    const { gateway, runtime, menshen } = factorPhone(hook);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/fresh' })))).toMatchObject({
      code: 'mfa_required',
      status: 403,
      message: 'text of mfa_required',
    });
    expect(gateway.forwarded).toEqual([]);
  });

  it.each([
    ['of another session', `mst1.${'x'.repeat(64)}`],
    ['that is none', 'mst1.short'],
    ['that is no text', 7],
  ])('takes over no token %s', async (_name, token) => {
    const { gateway, runtime, menshen, wx } = factorPhone(byTotp);
    gateway.endpoints.set(clientEndpoints.mfaVerify, () =>
      json(200, { purpose: 'freshness', token, assurance: 2, expiresAt: 1, idleSeconds: 1 }),
    );
    expect((await errorOf(runtime.settle(menshen.request({ url: '/api/fresh' })))).code).toBe('mfa_required');
    await runtime.flush();
    expect(wx.stored.get('menshen:portal')?.data).not.toContain(`"token":${JSON.stringify(token)}`);
    expect((await runtime.settle(menshen.request({ url: '/api/me' }))).statusCode).toBe(200);
  });

  it('brings no session back that was ended in the meantime', async () => {
    const { runtime, menshen, wx } = factorPhone(async (challenge) => {
      await challenge.begin('totp');
      const answered = challenge.answer({ code: rightCode });
      const left = menshen.logout().catch(() => undefined);
      await Promise.all([answered, left]);
    });
    expect((await errorOf(runtime.settle(menshen.request({ url: '/api/fresh' })))).code).toMatch(/logged_out|mfa_required/);
    await runtime.flush();
    expect(wx.stored.get('menshen:portal')).toBeUndefined();
  });
});

describe('an approval', () => {
  it('is for the request as it is sent, and goes with it once', async () => {
    const { gateway, runtime, menshen, played } = factorPhone(byTotp);
    const send = () => menshen.request({ url: '/api/approved?to=门神', method: 'POST', data: { amount: '一万' } });
    expect((await runtime.settle(send())).statusCode).toBe(200);
    expect((await runtime.settle(send())).statusCode).toBe(200);
    const operations = played.calls.flatMap(([, body]) => (body.operation === undefined ? [] : [body.operation]));
    expect(operations).toEqual(
      Array(2).fill({
        method: 'POST',
        path: '/api/approved',
        query: 'to=%E9%97%A8%E7%A5%9E',
        bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    );
    // The session is as it was.
    expect(gateway.seen.map(({ headers }) => headers.get('authorization')).filter((value) => value !== null)).toHaveLength(8);
    expect(gateway.liveTokens.size).toBe(1);
  });

  it('is asked for by each request, one question after the other', async () => {
    let open = 0;
    const onStepUp = vi.fn(async (challenge: StepUpChallenge) => {
      open += 1;
      expect(open).toBe(1);
      await byTotp(challenge);
      open -= 1;
    });
    const { runtime, menshen } = factorPhone(onStepUp);
    const answers = await runtime.settle(
      Promise.all([
        ...[1, 2, 3].map((amount) => menshen.request({ url: '/api/approved', method: 'POST', data: { amount } })),
        menshen.request({ url: '/api/fresh' }),
      ]),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect(onStepUp).toHaveBeenCalledTimes(4);
  });

  it('is not asked for by a request that was given up while it waited its turn', async () => {
    const first = Promise.withResolvers<boolean>();
    const onStepUp = vi.fn(() => first.promise);
    const { runtime, menshen } = factorPhone(onStepUp);
    const one = menshen.request({ url: '/api/approved', method: 'POST', data: {} });
    const other = menshen.request({ url: '/api/approved', method: 'POST', data: {} });
    await runtime.flush();
    await runtime.flush();
    other.abort();
    first.resolve(false);
    const errors = Promise.all([errorOf(other), errorOf(one)]);
    expect((await runtime.settle(errors)).map(({ code }) => code)).toEqual(['aborted', 'mfa_required']);
    expect(onStepUp).toHaveBeenCalledOnce();
  });

  it('cannot be claimed by the hook, nor given by the caller', async () => {
    const { gateway, runtime, menshen } = factorPhone(() => true);
    expect((await errorOf(runtime.settle(menshen.request({ url: '/api/approved' })))).code).toBe('mfa_required');
    expect(gateway.forwarded).toEqual([]);
    for (const name of ['X-Menshen-Approval', 'x-menshen-device'])
      await expect(runtime.settle(menshen.request({ url: '/api/me', header: { [name]: 'x' } }))).rejects.toThrow(TypeError);
  });

  it('that is none is not sent', async () => {
    const { gateway, runtime, menshen } = factorPhone(byTotp);
    gateway.endpoints.set(clientEndpoints.mfaVerify, () => json(200, { approval: 'map1.x\r\nEvil: 1' }));
    expect((await errorOf(runtime.settle(menshen.request({ url: '/api/approved' })))).code).toBe('mfa_required');
    expect(gateway.seen.filter(({ path }) => path === '/api/approved')).toHaveLength(1);
  });

  it('and a fresh session can both be needed, but nothing is asked for ever', async () => {
    const onStepUp = vi.fn(byTotp);
    const { gateway, runtime, menshen } = factorPhone(onStepUp);
    const needs = (form: string) => () => refuse(403, 'mfa_required', { form });
    gateway.script.set('/api/both', ['approval', 'freshness', 'approval'].map(needs));
    expect((await runtime.settle(menshen.request({ url: '/api/both' }))).statusCode).toBe(200);
    expect(onStepUp).toHaveBeenCalledTimes(3);
    gateway.script.set('/api/both', ['approval', 'freshness', 'approval', 'freshness'].map(needs));
    expect((await errorOf(runtime.settle(menshen.request({ url: '/api/both' })))).code).toBe('mfa_required');
    expect(onStepUp).toHaveBeenCalledTimes(6);
  });
});

describe('SOTER', () => {
  const withSoter = (wx: WxPlatform, sign: boolean): WxPlatform => ({
    ...wx,
    startSoterAuthentication: ({ challenge, requestAuthModes, success, fail }) =>
      sign
        ? success({
            resultJSON: JSON.stringify({ raw: challenge, requestAuthModes }),
            resultJSONSignature: `signed ${challenge}`,
          })
        : fail({ errMsg: 'startSoterAuthentication:fail 90008' }),
  });

  it('signs the challenge and answers', async () => {
    const { runtime, wx, restart, played } = factorPhone((challenge) => challenge.soter('facial'));
    const menshen = restart({ wx: withSoter(wx, true) });
    expect((await runtime.settle(menshen.request({ url: '/api/fresh' }))).statusCode).toBe(200);
    expect(played.calls.at(-1)?.[1]).toMatchObject({
      resultJson: JSON.stringify({ raw: soterChallenge, requestAuthModes: ['facial'] }),
      signature: `signed ${soterChallenge}`,
    });
  });

  it.each([
    ['a person who cancels', true],
    ['a platform without it', false],
  ])('fails with soter_failed for %s', async (_name, has) => {
    const codes: string[] = [];
    const { runtime, wx, restart } = factorPhone(async (challenge) => {
      codes.push((await errorOf(challenge.soter())).code);
    });
    const menshen = restart({ wx: has ? withSoter(wx, false) : wx });
    expect((await errorOf(runtime.settle(menshen.request({ url: '/api/fresh' })))).code).toBe('mfa_required');
    expect(codes).toEqual(['soter_failed']);
  });
});

describe('enrolment calls', () => {
  it('are signed, carry the phone’s name where the protocol has it, and hand out no token', async () => {
    const { bound, runtime, menshen, played } = factorPhone();
    await runtime.settle(menshen.login());
    const { factors } = menshen;
    await runtime.settle(factors.sendCode('wecom'));
    const { enrolment } = await runtime.settle(factors.enrol({ kind: 'totp', label: '手机', proof: { companyCode: 'C1' } }));
    const confirmed = await runtime.settle(factors.confirm({ enrolment, code: rightCode, endOtherSessions: true }));
    expect(confirmed).toEqual({ factor: { kind: 'totp' }, recoveryCodes: ['r1'], endedSessions: 0 });
    // The grant made the session fresh.
    expect((await runtime.settle(menshen.request({ url: '/api/fresh' }))).statusCode).toBe(200);
    expect(await runtime.settle(factors.recovery())).toEqual({ codes: ['r1'], endedSessions: 0 });
    expect((await runtime.settle(factors.remove({ kind: 'totp' }))).removed).toBe(true);
    await runtime.settle(factors.sendCode('phone'));
    const device = `mdv1.${'1'.padStart(43, '0')}`;
    expect(played.calls).toEqual([
      ['code', { by: 'wecom' }],
      ['enrol', { kind: 'totp', label: '手机', proof: { companyCode: 'C1' } }],
      ['enrol/confirm', { enrolment, code: rightCode, endOtherSessions: true }],
      ['recovery', {}],
      ['remove', { kind: 'totp' }],
      ['code', { by: 'phone', device }],
    ]);
    expect(bound.refusals).toEqual([]);
    expect(bound.nonces.size).toBe(7);
  });

  it('reject with the gateway’s refusal', async () => {
    const { gateway, runtime, menshen } = createPhone();
    playFactors(gateway);
    gateway.endpoints.set(clientEndpoints.mfaEnrol, () => refuse(403, 'enrolment_proof_required'));
    expect((await errorOf(runtime.settle(menshen.factors.enrol({ kind: 'totp' })))).code).toBe('enrolment_proof_required');
  });

  it('keep the phone’s name over a logout', async () => {
    const { runtime, menshen, played } = factorPhone(byTotp);
    await runtime.settle(menshen.request({ url: '/api/fresh' }));
    await runtime.settle(menshen.logout());
    await runtime.settle(menshen.login());
    await runtime.settle(menshen.factors.list());
    expect(played.devices).toEqual([`mdv1.${'1'.padStart(43, '0')}`]);
  });
});
