import { createHmac } from 'node:crypto';
import type { ConfigInput } from '@menshen/contract';
import { createMenshen, type Menshen, MenshenError, type MenshenOptions, type StepUpChallenge } from '@menshen/miniprogram';
import { createFakeWx, type FakeWx } from '@menshen/miniprogram/testing';
import { decodeBase64url, parseSessionToken } from '@menshen/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ByteRelay, startByteRelay } from '../testing/byte-relay.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { pinnedKey, type SealedSession, sealedLogin, signedHeaders } from '../testing/sealing-client.ts';

const strict = (config: ConfigInput): ConfigInput => ({
  ...config,
  apps: (config.apps ?? []).map((app) => ({
    ...app,
    requestSigning: { mode: 'required' as const },
    routes: [
      ...(app.routes ?? []),
      { match: 'POST /pay', auth: 'approval' as const, action: 'note.write' },
      { match: 'POST /pictures', action: 'upload', body: { types: ['multipart' as const], maxBytes: 100_000 } },
    ],
  })),
});

const errorOf = (promise: Promise<unknown>): Promise<MenshenError> =>
  promise.then(
    () => Promise.reject(new Error('was expected to fail')),
    (error: unknown) => {
      expect(error).toBeInstanceOf(MenshenError);
      return error as MenshenError;
    },
  );

/** RFC 6238 by the letter, apart from the gateway's own code: base32, SHA-1, six digits, thirty seconds. */
function totp(secret: string, now: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((character) => alphabet.indexOf(character).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('the client SDK with second factors, at a gateway that wants every request signed, over a relay that sees every byte', () => {
  let deployment: Deployment;
  let relay: ByteRelay;
  let serverKeys: NonNullable<MenshenOptions['serverKeys']>;
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  /** Into the next step of the authenticator: a code is good once. */
  const later = (ms: number): void => {
    ahead += ms;
  };
  const codes: string[] = [];
  const files = new Map([['wxfile://card', Buffer.from('a picture of a bank card')]]);
  let wx: FakeWx;
  let menshen: Menshen;
  let secret = '';
  let li: SealedSession;
  const asked: StepUpChallenge[] = [];

  const byTotp = async (challenge: StepUpChallenge): Promise<void> => {
    asked.push(challenge);
    expect((await challenge.factors()).stepUp[0]).toBe('totp');
    await challenge.begin('totp');
    await challenge.answer({ code: totp(secret, now()) });
  };
  const stored = (): { token: string; keys: { packed: string } } =>
    JSON.parse(wx.stored.get('menshen:portal')?.data ?? '{}').session;

  beforeAll(async () => {
    deployment = await startDeployment({ change: strict, clock: now });
    li = await sealedLogin(deployment, 'li');
    relay = await startByteRelay(deployment.gatewayUrl);
    const { kid, publicKey } = await pinnedKey(deployment, 'A');
    serverKeys = [{ kid, publicKey: Buffer.from(publicKey).toString('base64url') }];
    const loginCode = async (): Promise<string> => {
      const code = await deployment.code('wecom', 'zhang');
      codes.push(code);
      return code;
    };
    wx = createFakeWx({ fetch, loginCode, wecomLoginCode: loginCode, files });
    menshen = createMenshen({ baseUrl: relay.url, app: 'portal', wx, serverKeys, onStepUp: byTotp });
    await menshen.login();

    // The stolen session alone enrols nothing.
    expect((await errorOf(menshen.factors.enrol({ kind: 'totp' }))).code).toBe('enrolment_proof_required');
    const { code } = await deployment.platform.identity.createCompanyCode('zhang', 'root', 'enrol');
    const begun = await menshen.factors.enrol({ kind: 'totp', label: '手机', proof: { companyCode: code } });
    secret = begun.totp?.secret ?? '';
    const confirmed = await menshen.factors.confirm({ enrolment: begun.enrolment, code: totp(secret, now()) });
    expect(confirmed).toEqual({
      factor: expect.objectContaining({ kind: 'totp' }),
      recoveryCodes: expect.any(Array),
      endedSessions: 0,
    });
  });
  afterAll(async () => {
    await relay.close();
    await deployment.close();
  });
  beforeEach(() => {
    deployment.backend.seen.length = 0;
    asked.length = 0;
    relay.change = (bytes) => bytes;
  });

  it('proves a factor once for ten requests, which go on by themselves, and keeps the new token', async () => {
    later(301_000);
    const before = stored().token;
    const answers = await Promise.all(Array.from({ length: 10 }, () => menshen.request({ url: '/portal/secret' })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(200));
    expect(asked.map(({ form, maxAgeSeconds }) => [form, maxAgeSeconds])).toEqual([['freshness', 300]]);
    expect(deployment.backend.seen).toHaveLength(10);
    expect(stored().token).not.toBe(before);
    expect(stored().token.slice(0, 20)).toBe(before.slice(0, 20));
    expect(await menshen.session()).toMatchObject({ assurance: 2, user: { uid: 'zhang' } });
    // The phone is known by now, and the session survives the app's restart.
    expect(wx.stored.get('menshen:portal:device')?.data).toMatch(/mdv1\./);
    const restarted = createMenshen({ baseUrl: relay.url, app: 'portal', wx, serverKeys });
    expect((await restarted.request({ url: '/portal/secret' })).statusCode).toBe(200);
    expect(codes).toHaveLength(1);
  });

  it('approves one request, as it is sent, and no other', async () => {
    const pay = (amount: number) =>
      menshen.request({ url: '/portal/pay?to=李四', method: 'POST', data: { text: '工资', amount } });
    later(31_000);
    expect((await pay(100)).statusCode).toBe(200);
    later(31_000);
    expect((await pay(100)).statusCode).toBe(200);
    expect(asked.map(({ form }) => form)).toEqual(['approval', 'approval']);
    // The step of the authenticator is used up: the second of two at a time is refused, and its error is the gateway's.
    // At the beginning of a step: between two codes of one step none of another may come.
    later(60_000 - (now() % 30_000));
    const results = await Promise.allSettled([pay(1), pay(2)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(deployment.backend.seen).toHaveLength(3);
    expect(deployment.backend.seen.some(({ headers }) => 'x-menshen-approval' in headers)).toBe(false);
  });

  it('uploads by a ticket', async () => {
    const answer = await menshen.uploadFile({ url: '/portal/pictures', filePath: 'wxfile://card', name: 'card' });
    expect(answer.statusCode).toBe(200);
    expect(deployment.backend.seen).toHaveLength(1);
  });

  it('shows the relay no key, and no login code; the token that it sees opens nothing', async () => {
    await menshen.request({ url: '/portal/notes', method: 'POST', data: { text: 'x' } });
    const { token, keys } = stored();
    const seen = Buffer.concat([...relay.seen.up, ...relay.seen.down]);
    expect(seen.length).toBeGreaterThan(10_000);
    const packed = Buffer.from(decodeBase64url(keys.packed, 128) ?? []);
    expect(packed).toHaveLength(128);
    for (let at = 0; at < 128; at += 32) {
      const key = packed.subarray(at, at + 32);
      for (const form of [key, key.toString('hex'), key.toString('base64'), key.toString('base64url')])
        expect(seen.includes(form)).toBe(false);
    }
    expect(seen.includes(keys.packed)).toBe(false);
    for (const code of codes) expect(seen.includes(code)).toBe(false);

    // A bearer token does travel, under TLS in production. Copied to another device it is worth nothing:
    expect(seen.includes(token)).toBe(true);
    deployment.backend.seen.length = 0;
    const bare = await deployment.call('GET', '/portal/me', { token });
    expect([bare.status, bare.body['code']]).toEqual([401, 'signature_required']);
    // nor with keys of another session, signed as it should be.
    const sid = parseSessionToken(token)?.sid ?? new Uint8Array(0);
    const headers = signedHeaders(deployment, { ...li, token, sid }, { method: 'GET', path: '/portal/me', timestamp: now() });
    expect((await deployment.call('GET', '/portal/me', { headers })).body['code']).toBe('signature_invalid');
    const enrol = await deployment.call('POST', '/_menshen/v1/mfa/challenge', {
      token,
      body: { purpose: 'freshness', kind: 'totp' },
    });
    expect(enrol.body['code']).toBe('signature_required');
    expect(deployment.backend.seen).toEqual([]);
  });

  it('lets the relay neither change a request nor repeat one', async () => {
    const note = (amount: number) => menshen.request({ url: '/portal/notes?dry=1', method: 'POST', data: { text: 'n', amount } });
    for (const [from, to, code] of [
      ['"amount":100', '"amount":500', 'signature_invalid'],
      ['?dry=1', '?dry=0', 'signature_invalid'],
      ['POST /portal/notes', 'POST /portal/notez', 'route_undeclared'],
    ] as const) {
      relay.change = (bytes) => Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
      expect((await errorOf(note(100))).code).toBe(code);
    }
    expect(deployment.backend.seen).toEqual([]);

    relay.change = (bytes) => bytes;
    relay.seen.up.length = 0;
    expect((await note(7)).statusCode).toBe(200);
    const recorded = Buffer.concat(relay.seen.up).toString('latin1');
    const [head = '', body = ''] = recorded.split('\r\n\r\n');
    const headers = Object.fromEntries(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(/: (.*)/s, 2) as [string, string])
        .filter(([name]) => !/^(host|connection|content-length|accept-encoding|sec-fetch-mode)$/i.test(name)),
    );
    // The host is signed too: the same bytes at the same address.
    const again = await fetch(`${relay.url}/portal/notes?dry=1`, { method: 'POST', headers, body });
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([401, 'request_replayed']);
    expect(deployment.backend.seen).toHaveLength(1);
  });

  it('ends with the refusal when the person has no code, and locks out after wrong ones', async () => {
    later(400_000);
    const declined = createMenshen({ baseUrl: relay.url, app: 'portal', wx, serverKeys, onStepUp: () => false });
    expect(await errorOf(declined.request({ url: '/portal/secret' }))).toMatchObject({ code: 'mfa_required', status: 403 });
    const wrong: string[] = [];
    const guessing = createMenshen({
      baseUrl: relay.url,
      app: 'portal',
      wx,
      serverKeys,
      async onStepUp(challenge) {
        await challenge.begin('totp');
        for (let tries = 0; tries < 7; tries += 1)
          wrong.push((await errorOf(challenge.answer({ code: totp(secret, now() - 3_000_000) }))).code);
      },
    });
    expect((await errorOf(guessing.request({ url: '/portal/secret' }))).code).toBe('mfa_required');
    expect(wrong[0]).toBe('factor_failed');
    expect(wrong.at(-1)).toBe('challenge_invalid');
    expect(deployment.backend.seen).toEqual([]);
  });
});
