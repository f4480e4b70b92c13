import { envelopeContentType } from '@menshen/wire';
import { describe, expect, it } from 'vitest';
import { createEnvelope } from './envelope.ts';
import { createBoundPhone } from './testing/bound-phone.ts';
import { errorOf } from './testing/error-of.ts';
import { createPhone } from './testing/phone.ts';
import { json, refuse } from './testing/scripted-gateway.ts';

interface Sent {
  readonly url: string;
  readonly type: string | null;
  readonly accept: string | null;
  readonly signature: string;
  readonly body: string;
}

/** A phone with the encrypted channel, and what of it is seen on the wire below `/api/`. */
function sealingPhone(always = false) {
  const phone = createBoundPhone({ envelope: createEnvelope({ always }) });
  const sent: Sent[] = [];
  const answers: string[] = [];
  phone.bound.onRequest = (url, init) => {
    if (!/\/(api|public)\//.test(url)) return [url, init];
    const headers = new Headers(init.headers);
    const body = init.body instanceof ArrayBuffer ? Buffer.from(init.body).toString('latin1') : String(init.body ?? '');
    sent.push({
      url,
      type: headers.get('content-type'),
      accept: headers.get('accept'),
      signature: headers.get('x-menshen-signature') ?? '',
      body,
    });
    return [url, init];
  };
  phone.bound.onAnswer = async (answer, url) => {
    if (url.includes('/api/')) answers.push(Buffer.from(await answer.clone().arrayBuffer()).toString('latin1'));
    return answer;
  };
  return { ...phone, sent, answers };
}

const pay = { url: '/api/pay?x=1', method: 'POST', data: { amount: 88, to: '王五' }, seal: true } as const;

describe('the encrypted channel on the phone', () => {
  it('shows the network neither body nor answer, and the app the answer as ever', async () => {
    const { gateway, bound, runtime, menshen, sent, answers } = sealingPhone();
    const { data, statusCode } = await runtime.settle(menshen.request<{ body: string }>(pay));
    expect([statusCode, JSON.parse(data.body)]).toEqual([200, { amount: 88, to: '王五' }]);
    expect(sent[0]).toMatchObject({ type: envelopeContentType, accept: envelopeContentType });
    expect(sent[0]?.body.slice(0, 2)).toBe('MS');
    expect(sent[0]?.body).not.toContain('amount');
    expect(answers[0]).not.toContain('amount');
    expect([gateway.forwarded.length, bound.refusals]).toEqual([1, []]);
  });

  it('never looks the same twice', async () => {
    const { runtime, menshen, sent, answers } = sealingPhone();
    await runtime.settle(menshen.request(pay));
    await runtime.settle(menshen.request(pay));
    expect(new Set(sent.map(({ body }) => body.slice(10, 60))).size).toBe(2);
    expect(new Set(answers.map((body) => body.slice(10, 60))).size).toBe(2);
  });

  it('asks for a sealed answer where there is no body, and gives it in the form that was asked for', async () => {
    const { runtime, menshen, sent, gateway } = sealingPhone(true);
    gateway.backend = () => json(200, { 门: 1 });
    expect((await runtime.settle(menshen.request({ url: '/api/me' }))).data).toEqual({ 门: 1 });
    expect(sent[0]).toMatchObject({ accept: envelopeContentType, body: '', type: 'application/json' });
    const text = await runtime.settle(menshen.request({ url: '/api/me', dataType: 'text' }));
    expect(text.data).toBe('{"门":1}');
    const bytes = await runtime.settle(menshen.request<ArrayBuffer>({ url: '/api/me', responseType: 'arraybuffer' }));
    expect(Buffer.from(bytes.data).toString()).toBe('{"门":1}');
    gateway.backend = () => new Response('not JSON');
    expect((await runtime.settle(menshen.request({ url: '/api/me' }))).data).toBe('not JSON');
    gateway.backend = () => new Response(null, { status: 204 });
    expect((await runtime.settle(menshen.request({ url: '/api/me', method: 'DELETE' }))).statusCode).toBe(204);
  });

  it('goes by the request where it says something, by the app otherwise, and not where there is no session', async () => {
    const { runtime, menshen, sent } = sealingPhone(true);
    await runtime.settle(menshen.request({ url: '/api/me', seal: false }));
    await runtime.settle(menshen.request({ url: '/public/news', anonymous: true }));
    const asked = sealingPhone();
    await asked.runtime.settle(asked.menshen.request({ url: '/api/me' }));
    expect([...sent, ...asked.sent].map(({ accept }) => accept)).toEqual([null, null, null]);
  });

  it.each([
    ['tampered', (body: Uint8Array) => body.map((byte, at) => (at === body.length - 20 ? byte ^ 1 : byte))],
    ['cut', (body: Uint8Array) => body.slice(0, -1)],
    ['empty', () => new Uint8Array(0)],
    ['said in clear', () => new TextEncoder().encode('{"balance":1000000}')],
  ])('takes no answer that was %s', async (_how, change) => {
    const { bound, runtime, menshen } = sealingPhone();
    bound.onAnswer = async (answer, url) =>
      url.includes('/api/')
        ? new Response(Uint8Array.from(change(new Uint8Array(await answer.arrayBuffer()))), {
            status: 200,
            headers: answer.headers,
          })
        : answer;
    const error = await errorOf(runtime.settle(menshen.request(pay)));
    expect([error.code, error.status]).toEqual(['server_not_authentic', 0]);
  });

  it('takes no answer of another request, be it word for word the same', async () => {
    const { bound, runtime, menshen } = sealingPhone();
    let first: Response | null = null;
    bound.onAnswer = (answer, url) => {
      if (!url.includes('/api/')) return answer;
      first ??= answer.clone();
      return first.clone();
    };
    expect((await runtime.settle(menshen.request(pay))).statusCode).toBe(200);
    expect((await errorOf(runtime.settle(menshen.request(pay)))).code).toBe('server_not_authentic');
  });

  it('takes no request back as its answer', async () => {
    const { bound, runtime, menshen } = sealingPhone();
    let body = new ArrayBuffer(0);
    bound.onRequest = (url, init) => {
      if (init.body instanceof ArrayBuffer) body = init.body;
      return [url, init];
    };
    bound.onAnswer = (answer, url) => (url.includes('/api/') ? new Response(body) : answer);
    expect((await errorOf(runtime.settle(menshen.request(pay)))).code).toBe('server_not_authentic');
  });

  it('reads refusals of the gateway, which are in clear', async () => {
    const { gateway, runtime, menshen } = sealingPhone();
    gateway.backend = () => refuse(403, 'not_permitted');
    expect(await errorOf(runtime.settle(menshen.request(pay)))).toMatchObject({
      code: 'not_permitted',
      message: 'text of not_permitted',
    });
  });

  it('seals anew when the request is sent again after a passing failure', async () => {
    const { gateway, runtime, menshen, sent, bound } = sealingPhone();
    gateway.script.set('/api/pay', [() => json(503, {}), 'ordinary']);
    const answer = await runtime.settle(menshen.request({ ...pay, header: { 'Idempotency-Key': 'k1' } }));
    expect([answer.statusCode, sent.length]).toEqual([200, 2]);
    expect(sent[0]?.body).not.toBe(sent[1]?.body);
    expect(new Set(sent.map(({ signature }) => signature)).size).toBe(2);
    expect(bound.nonces.size).toBe(2);
  });

  it('seals anew when the gateway says that the clock is wrong', async () => {
    const phone = createBoundPhone({ envelope: createEnvelope() });
    await phone.runtime.settle(phone.menshen.login());
    phone.skewMs = 500_000;
    const { statusCode } = await phone.runtime.settle(phone.menshen.request(pay));
    expect([statusCode, phone.bound.refusals]).toEqual([200, ['clock_skew']]);
  });

  it('refuses what it cannot seal, instead of sending it in clear', async () => {
    const { gateway, runtime, menshen } = sealingPhone();
    for (const options of [
      { ...pay, data: new ArrayBuffer(3) },
      { ...pay, header: { 'content-type': 'application/x-www-form-urlencoded' } },
      { ...pay, anonymous: true },
    ])
      await expect(runtime.settle(menshen.request(options))).rejects.toThrow(TypeError);
    const without = createBoundPhone();
    await expect(without.runtime.settle(without.menshen.request(pay))).rejects.toThrow(TypeError);
    expect([gateway.forwarded, without.gateway.forwarded]).toEqual([[], []]);
    // Without a pinned key no session has keys.
    expect(() => createPhone({ envelope: createEnvelope() })).toThrow(TypeError);
  });
});
