import { describe, expect, it } from 'vitest';
import {
  decodeBase64url,
  encodeBase64url,
  encodeHex,
  type KeyPair,
  openAnswer,
  openLogin,
  packSessionKeys,
  type SealedPurpose,
  type Suite,
  sealAnswer,
  sealLogin,
  unpackSessionKeys,
} from './index.ts';
import { createFixedRandom } from './testing/fixed-random.ts';
import { suites } from './testing/suites.ts';

const body = { app: 'portal', channel: 'wechat', code: 'code-1' };
const grant = { token: 'mst1.t', expiresAt: 1 };

/** One login with everything that client, server and attacker may hold. */
function exchange(suite: Suite, seed = 'exchange', purpose: SealedPurpose = 'login') {
  const serverKey = { kid: 'k1', ...suite.keyPair(createFixedRandom('server').random) };
  const request = { purpose, serverKey, app: 'portal', body, timestamp: 1_790_000_000_000 };
  const { message, pending } = sealLogin(suite, request, createFixedRandom(`${seed} client`).random);
  const opened = openLogin(suite, purpose, serverKey, message);
  if (opened === null) throw new Error('the request does not open');
  const answer = sealAnswer(suite, opened, { body: grant, keyVersion: 1 }, createFixedRandom(`${seed} answer`).random);
  if (answer === null) throw new Error('the answer cannot be sealed');
  return { serverKey, message, pending, opened, answer };
}

const flip = (text: string, at: number): string => {
  const bytes = decodeBase64url(text) ?? new Uint8Array(0);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return encodeBase64url(bytes);
};

describe.each(suites)('suite %s', (_name, suite) => {
  it('client and server end with the same keys and bodies', () => {
    const { pending, opened, answer } = exchange(suite);
    expect(opened).toMatchObject({ body, app: 'portal', kid: 'k1', timestamp: 1_790_000_000_000 });
    expect(opened.nonce).toHaveLength(16);
    const confirmed = openAnswer(suite, pending, answer.message);
    expect(confirmed).toMatchObject({ body: grant, keyVersion: 1, userKeyVersion: null });
    expect(confirmed?.keys(null)).toEqual(answer.keys);
    expect(new Set(Object.values(answer.keys).map(encodeHex)).size).toBe(4);
    const packed = packSessionKeys(answer.keys);
    expect(unpackSessionKeys(packed)).toEqual(answer.keys);
    expect(unpackSessionKeys(packed.slice(1))).toBeNull();
  });

  it('shows nothing of code and token', () => {
    const { message, answer } = exchange(suite);
    expect(JSON.stringify(message)).not.toContain('code-1');
    expect(JSON.stringify(answer.message)).not.toContain('mst1');
  });

  it.each([
    ['kid', { kid: 'k2' }],
    ['app', { app: 'coupon' }],
    ['suite', { suite: 'X' }],
    ['version', { v: 2 }],
  ])('the server opens no request with another %s', (_element, change) => {
    const { serverKey, message } = exchange(suite);
    expect(openLogin(suite, 'login', serverKey, { ...message, ...change })).toBeNull();
    // Not even when the attacker can make the server take the other name for the same key.
    expect(openLogin(suite, 'login', { ...serverKey, kid: 'k2' }, { ...message, ...change })).toBeNull();
  });

  it('the server opens no request of which a bit was changed, nor one for another purpose or key', () => {
    const { serverKey, message } = exchange(suite);
    for (const at of [1, 5, -1]) {
      expect(openLogin(suite, 'login', serverKey, { ...message, enc: flip(message.enc, at) })).toBeNull();
      expect(openLogin(suite, 'login', serverKey, { ...message, ct: flip(message.ct, at) })).toBeNull();
    }
    expect(openLogin(suite, 'bind', serverKey, message)).toBeNull();
    const other = { kid: 'k1', ...suite.keyPair(createFixedRandom('another server').random) };
    expect(openLogin(suite, 'login', other, message)).toBeNull();
  });

  it.each([null, 1, 'x', [], {}, { v: 1 }])('the server takes no %o for a request', (value) => {
    expect(openLogin(suite, 'login', exchange(suite).serverKey, value)).toBeNull();
  });

  it('the server takes no request with members more, of wrong types, or too long', () => {
    const { serverKey, message } = exchange(suite);
    for (const change of [
      { more: 1 },
      { enc: 7 },
      { ct: null },
      { enc: message.enc.slice(0, -4) },
      { enc: `${message.enc}=` },
      { ct: 'A'.repeat(16_388) },
      { ct: 'AAAA' },
      { kid: ['k1'] },
      { kid: '' },
      { app: '../x' },
    ])
      expect(openLogin(suite, 'login', serverKey, { ...message, ...change })).toBeNull();
  });

  it('the client opens no answer of a server that has not the pinned key', () => {
    const { message, pending } = exchange(suite);
    // It sees the request, and even knows its text and the client's ephemeral key.
    const impostor = { kid: 'k1', ...suite.keyPair(createFixedRandom('impostor').random) };
    expect(openLogin(suite, 'login', impostor, message)).toBeNull();
    const known = {
      body,
      app: 'portal',
      kid: 'k1',
      timestamp: 1,
      nonce: new Uint8Array(16),
      clientPublicKey: pending.ephemeral.publicKey,
      transcript: pending.transcript,
      exported: new Uint8Array(32),
    };
    const forged = sealAnswer(suite, known, { body: grant, keyVersion: 1 }, createFixedRandom('forged').random);
    expect(openAnswer(suite, pending, forged?.message)).toBeNull();
  });

  it('the client opens no answer to another request, however alike', () => {
    const first = exchange(suite, 'first');
    const second = exchange(suite, 'second');
    expect(openAnswer(suite, second.pending, first.answer.message)).toBeNull();
    expect(openAnswer(suite, first.pending, { ...first.answer.message, share: second.answer.message.share })).toBeNull();
    const bind = exchange(suite, 'first', 'bind');
    expect(openAnswer(suite, first.pending, bind.answer.message)).toBeNull();
  });

  it('the client opens no changed answer', () => {
    const { pending, answer } = exchange(suite);
    const { message } = answer;
    for (const change of [
      { kid: 'k2' },
      { suite: 'X' },
      { v: 2 },
      { more: 1 },
      { share: flip(message.share, 3) },
      { share: encodeBase64url(new Uint8Array(suite.shareBytes)) },
      { ct: flip(message.ct, 0) },
      { ct: flip(message.ct, -1) },
      { ct: message.ct.slice(0, 40) },
    ])
      expect(openAnswer(suite, pending, { ...message, ...change })).toBeNull();
    for (const value of [undefined, null, 'x', [], grant]) expect(openAnswer(suite, pending, value)).toBeNull();
  });

  it('two answers to one request have nothing in common', () => {
    const { opened } = exchange(suite);
    const answers = ['one', 'two'].map((seed) =>
      sealAnswer(suite, opened, { body: grant, keyVersion: 1 }, createFixedRandom(seed).random),
    );
    expect(answers[0]?.message.share).not.toBe(answers[1]?.message.share);
    expect(answers[0]?.keys.c2sMac).not.toEqual(answers[1]?.keys.c2sMac);
  });

  it('has forward secrecy: the pinned key and both messages do not give the keys', () => {
    const { serverKey, message, answer } = exchange(suite);
    // What whoever steals the server's key later can compute: all but the ephemeral secret.
    const stolen = openLogin(suite, 'login', serverKey, message);
    const share = decodeBase64url(answer.message.share) ?? new Uint8Array(0);
    const guesses: KeyPair[] = [serverKey, { publicKey: stolen?.clientPublicKey ?? share, privateKey: serverKey.privateKey }];
    for (const guess of guesses) {
      const pending = { transcript: stolen!.transcript, ephemeral: guess, exported: stolen!.exported };
      expect(openAnswer(suite, pending, answer.message)).toBeNull();
    }
  });

  it('mixes in WeChat’s key exactly when the server says so', () => {
    const { pending, opened } = exchange(suite);
    const userKey = { version: 4, key: new Uint8Array(16).fill(9) };
    const answer = sealAnswer(suite, opened, { body: grant, keyVersion: 1, userKey }, createFixedRandom('user key').random);
    const confirmed = openAnswer(suite, pending, answer?.message);
    expect(confirmed?.userKeyVersion).toBe(4);
    expect(confirmed?.keys(userKey.key)).toEqual(answer?.keys);
    expect(confirmed?.keys(new Uint8Array(16))).not.toEqual(answer?.keys);
    expect(() => confirmed?.keys(null)).toThrow(TypeError);
    const plain = openAnswer(suite, pending, exchange(suite).answer.message);
    expect(() => plain?.keys(userKey.key)).toThrow(TypeError);
  });

  it('seals nothing to a key that is none', () => {
    const bad = { kid: 'k1', publicKey: new Uint8Array(suite.publicKeyBytes) };
    const request = { purpose: 'login' as const, serverKey: bad, app: 'portal', body, timestamp: 1 };
    expect(() => sealLogin(suite, request, createFixedRandom('bad').random)).toThrow(TypeError);
    const { opened } = exchange(suite);
    const low = { ...opened, clientPublicKey: new Uint8Array(suite.publicKeyBytes) };
    expect(sealAnswer(suite, low, { body: grant, keyVersion: 1 }, createFixedRandom('low').random)).toBeNull();
  });
});

describe('what stands inside a sealed request', () => {
  const [, suite] = suites[1] ?? [];
  if (suite === undefined) throw new Error('a suite is missing');
  const serverKey = { kid: 'k1', ...suite.keyPair(createFixedRandom('server').random) };
  const seal = (inner: string): unknown => {
    // As `sealLogin`, with a text that no client of ours writes.
    const context = {
      info: Buffer.from('menshen1 login'),
      aad: Buffer.from(`\0\0\0\x01A\0\0\0\x02k1\0\0\0\x06portal`, 'latin1'),
    };
    const { enc, sealed } = suite.sealTo(serverKey.publicKey, context, Buffer.from(inner), createFixedRandom('inner').random);
    return { v: 1, suite: 'A', kid: 'k1', app: 'portal', enc: encodeBase64url(enc), ct: encodeBase64url(sealed) };
  };
  const good = {
    app: 'portal',
    nonce: encodeBase64url(new Uint8Array(16)),
    ts: 1,
    ephemeral: encodeBase64url(new Uint8Array(32).fill(9)),
    body,
  };

  it('is read when it is right', () => {
    expect(openLogin(suite, 'login', serverKey, seal(JSON.stringify(good)))).toMatchObject({ timestamp: 1, body });
  });

  it.each([
    ['another app', { ...good, app: 'coupon' }],
    ['no app', { ...good, app: undefined }],
    ['a short nonce', { ...good, nonce: 'AAAA' }],
    ['a nonce that is no text', { ...good, nonce: 1 }],
    ['a time that is text', { ...good, ts: '1' }],
    ['a time that is no whole number', { ...good, ts: 1.5 }],
    ['no key', { ...good, ephemeral: '' }],
    ['no body', { ...good, body: undefined }],
    ['a list', [good]],
    ['nothing', null],
  ])('is refused with %s', (_name, inner) => {
    expect(openLogin(suite, 'login', serverKey, seal(JSON.stringify(inner)))).toBeNull();
  });

  it('is refused when it is no JSON', () => {
    expect(openLogin(suite, 'login', serverKey, seal('{'))).toBeNull();
    expect(openLogin(suite, 'login', serverKey, seal(''))).toBeNull();
  });
});
