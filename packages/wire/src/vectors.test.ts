import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createSuiteA,
  createSuiteS,
  decodeBase64url,
  decodeHex,
  encodeHex,
  encodeUtf8,
  openAnswer,
  openEnvelope,
  openLogin,
  parseSessionToken,
  parseSignature,
  parseTicket,
  sealLogin,
  suiteAPrimitives,
  verifyRequest,
} from './index.ts';
import { nodeSuiteSPrimitives } from './node/index.ts';
import { makeVectors, vectorFolder } from './testing/make-vectors.ts';

const read = (name: string) => JSON.parse(readFileSync(join(vectorFolder, name), 'utf8'));
const hex = (text: string): Uint8Array => decodeHex(text) ?? new Uint8Array(0);
// The vectors were made with node:crypto; here the primitives of the SDK read them.
const suites = { A: createSuiteA(suiteAPrimitives), S: createSuiteS(nodeSuiteSPrimitives) };
const suiteOf = (name: 'A' | 'S') => suites[name];

it.each(Object.entries(makeVectors()))('%s is what the code makes', (name, made) => {
  expect(JSON.parse(JSON.stringify(made))).toEqual(read(name));
});

describe('the frozen vectors', () => {
  it.each(read('sealed-login.json').cases as ReturnType<typeof read>[])('sealed $purpose, suite $suite', (item) => {
    const suite = suiteOf(item.suite);
    const serverKey = { kid: item.kid, privateKey: hex(item.serverPrivateKey), publicKey: hex(item.serverPublicKey) };
    const opened = openLogin(suite, item.purpose, serverKey, item.request);
    expect(Buffer.from(opened?.transcript.plaintext ?? []).toString('utf8')).toBe(item.requestPlaintext);
    const { body, ts } = JSON.parse(item.requestPlaintext);
    const draws = item.clientRandomDraws.map(hex);
    const { message, pending } = sealLogin(
      suite,
      { purpose: item.purpose, serverKey, app: item.app, body, timestamp: ts },
      () => draws.shift() ?? new Uint8Array(0),
    );
    expect(message).toEqual(item.request);
    const confirmed = openAnswer(suite, pending, item.answer);
    const keys = confirmed?.keys(item.userKey === null ? null : hex(item.userKey));
    expect(Object.fromEntries(Object.entries(keys ?? {}).map(([name, key]) => [name, encodeHex(key)]))).toEqual(item.keys);
  });

  it.each(read('signature.json').cases as ReturnType<typeof read>[])('signature of $method $path, suite $suite', (item) => {
    const suite = suiteOf(item.suite);
    const signature = parseSignature(item.header);
    expect(signature).not.toBeNull();
    if (signature === null) return;
    const elements = {
      method: item.method,
      host: item.host,
      app: item.app,
      path: item.path,
      query: item.query,
      contentType: item.contentType,
      sid: decodeBase64url(item.sid) ?? hex(''),
      bodyHash: suite.hash(encodeUtf8(item.body)),
    };
    expect(verifyRequest(suite, hex(item.c2sMac), elements, signature)).toBe(true);
    expect(encodeHex(suite.hmac(hex(item.c2sMac), encodeUtf8(item.stringToSign)))).toBe(encodeHex(signature.mac));
  });

  it.each(read('envelope.json').cases as ReturnType<typeof read>[])('envelope $direction, suite $suite', (item) => {
    const context = { ...item, sid: hex(item.sid), nonce: hex(item.nonce) };
    const opened = openEnvelope(suiteOf(item.suite), hex(item.key), item, context, hex(item.envelope));
    expect(Buffer.from(opened ?? []).toString('utf8')).toBe(item.plaintext);
  });

  it('token and ticket', () => {
    const item = read('token.json');
    const parts = parseSessionToken(item.token);
    expect([encodeHex(parts?.sid ?? hex('')), encodeHex(parts?.secret ?? hex(''))]).toEqual([item.sid, item.secret]);
    expect(encodeHex(parseTicket(item.ticket) ?? hex(''))).toBe(item.ticketBytes);
  });
});
