import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createSuiteA,
  createSuiteS,
  encodeBase64url,
  encodeHex,
  encodeUtf8,
  envelopeAad,
  formatSessionToken,
  formatSignature,
  formatTicket,
  openLogin,
  type SealedPurpose,
  type SessionKeys,
  type SignedElements,
  type Suite,
  sealAnswer,
  sealEnvelope,
  sealLogin,
  signRequest,
  stringToSign,
} from '../index.ts';
import { deriveAnswerKey } from '../key-schedule.ts';
import { nodeSuiteAPrimitives, nodeSuiteSPrimitives } from '../node/index.ts';
import { transcriptHash } from '../transcript.ts';
import { createFixedRandom } from './fixed-random.ts';

const suites = { A: createSuiteA(nodeSuiteAPrimitives), S: createSuiteS(nodeSuiteSPrimitives) };
const hexKeys = (keys: SessionKeys) => ({
  c2sMac: encodeHex(keys.c2sMac),
  s2cMac: encodeHex(keys.s2cMac),
  c2sEnc: encodeHex(keys.c2sEnc),
  s2cEnc: encodeHex(keys.s2cEnc),
});

const bodies: Record<SealedPurpose, { request: object; answer: object }> = {
  login: {
    request: { app: 'portal', channel: 'wechat', code: '0a3XyZ', device: { model: '门神 1' } },
    answer: { token: 'mst1.example', expiresAt: 1_800_000_000_000, user: { uid: 'u1', name: '李雷', kind: 'employee' } },
  },
  bind: { request: { ticket: 't-1', companyCode: 'C-1' }, answer: { token: 'mst1.bound' } },
};

function sealedLoginCase(suite: Suite, purpose: SealedPurpose, withUserKey: boolean) {
  const seed = `menshen sealed ${suite.name} ${purpose} ${withUserKey}`;
  const server = suite.keyPair(createFixedRandom(`${seed} server`).random);
  const serverKey = { kid: '2026-a', ...server };
  const client = createFixedRandom(`${seed} client`);
  const { message, pending } = sealLogin(
    suite,
    { purpose, serverKey, app: 'portal', body: bodies[purpose].request, timestamp: 1_790_000_000_123 },
    client.random,
  );
  const opened = openLogin(suite, purpose, serverKey, message);
  if (opened === null) throw new Error('the sealed request does not open');
  const answering = createFixedRandom(`${seed} answer`);
  const userKey = { version: 3, key: encodeUtf8('0123456789abcdef') };
  const answer = sealAnswer(
    suite,
    opened,
    { body: bodies[purpose].answer, keyVersion: 1, ...(withUserKey ? { userKey } : {}) },
    answering.random,
  );
  if (answer === null) throw new Error('the answer cannot be sealed');
  const share = Buffer.from(answer.message.share, 'base64url');
  const ephemeralSecret = suite.readShare(pending.ephemeral, share);
  if (ephemeralSecret === null) throw new Error('the share cannot be read');
  const hash = transcriptHash(suite, { ...pending.transcript, share });
  const answerKey = deriveAnswerKey(suite, { transcriptHash: hash, ephemeralSecret, exported: pending.exported });
  return {
    suite: suite.name,
    purpose,
    kid: '2026-a',
    app: 'portal',
    serverPrivateKey: encodeHex(server.privateKey),
    serverPublicKey: encodeHex(server.publicKey),
    clientRandomDraws: client.draws,
    clientEphemeralPrivateKey: encodeHex(pending.ephemeral.privateKey),
    requestPlaintext: Buffer.from(pending.transcript.plaintext).toString('utf8'),
    request: message,
    exported: encodeHex(pending.exported),
    answerRandomDraws: answering.draws,
    ephemeralSecret: encodeHex(ephemeralSecret),
    userKey: withUserKey ? encodeHex(userKey.key) : null,
    transcriptHash: encodeHex(hash),
    answerKey: encodeHex(answerKey.key),
    answerIv: encodeHex(answerKey.iv),
    answer: answer.message,
    keys: hexKeys(answer.keys),
  };
}

function signatureCase(suite: Suite, request: Omit<SignedElements, 'sid' | 'nonce' | 'bodyHash'>, body: string) {
  const fixed = createFixedRandom(`menshen signature ${suite.name} ${request.path}`);
  const key = fixed.random(32);
  const elements = { ...request, sid: fixed.random(16), nonce: fixed.random(16), bodyHash: suite.hash(encodeUtf8(body)) };
  const mac = signRequest(suite, key, elements);
  return {
    suite: suite.name,
    c2sMac: encodeHex(key),
    ...request,
    sid: encodeBase64url(elements.sid),
    nonce: encodeBase64url(elements.nonce),
    body,
    stringToSign: stringToSign(suite, elements),
    header: formatSignature({ keyVersion: 1, timestamp: request.timestamp, nonce: elements.nonce, mac }),
  };
}

const requests: readonly (readonly [Omit<SignedElements, 'sid' | 'nonce' | 'bodyHash'>, string])[] = [
  [
    {
      method: 'GET',
      host: 'api.example.com',
      app: 'portal',
      path: '/api/orders',
      query: 'page=1&q=%E9%97%A8%E7%A5%9E',
      contentType: '',
      timestamp: 1_790_000_000_123,
    },
    '',
  ],
  [
    {
      method: 'POST',
      host: 'api.example.com:8443',
      app: 'coupon-2',
      path: '/portal/api/orders/%E7%94%B2',
      query: '',
      contentType: 'application/json',
      timestamp: 1_790_000_000_124,
    },
    '{"item":"门神贴","count":2,"sign":"😀"}',
  ],
];

function envelopeCase(suite: Suite, direction: 'c2s' | 's2c') {
  const fixed = createFixedRandom(`menshen envelope ${suite.name} ${direction}`);
  const key = fixed.random(32);
  const context = {
    method: 'POST',
    host: 'api.example.com',
    path: '/api/orders',
    query: 'a=1',
    sid: fixed.random(16),
    timestamp: 1_790_000_000_123,
    nonce: fixed.random(16),
  };
  const iv = fixed.random(suite.aead.ivBytes);
  const plaintext = '{"item":"门神贴"}';
  const envelope = sealEnvelope(suite, key, { direction, keyVersion: 7 }, context, iv, encodeUtf8(plaintext));
  return {
    suite: suite.name,
    direction,
    keyVersion: 7,
    key: encodeHex(key),
    ...context,
    sid: encodeHex(context.sid),
    nonce: encodeHex(context.nonce),
    iv: encodeHex(iv),
    plaintext,
    aad: encodeHex(envelopeAad(envelope.slice(0, 10), context)),
    envelope: encodeHex(envelope),
  };
}

/** Where the vectors stand. */
export const vectorFolder: string = join(import.meta.dirname, '..', '..', 'vectors');

/** The vectors of the protocol by file name. They are frozen: another value means another protocol. */
export function makeVectors(): Record<string, object> {
  const all = Object.values(suites);
  const parts = createFixedRandom('menshen token');
  const [sid, secret, ticket] = [parts.random(16), parts.random(32), parts.random(32)];
  return {
    'sealed-login.json': {
      cases: all.flatMap((suite) => [
        sealedLoginCase(suite, 'login', false),
        sealedLoginCase(suite, 'login', true),
        sealedLoginCase(suite, 'bind', false),
      ]),
    },
    'signature.json': { cases: all.flatMap((suite) => requests.map(([request, body]) => signatureCase(suite, request, body))) },
    'envelope.json': { cases: all.flatMap((suite) => [envelopeCase(suite, 'c2s'), envelopeCase(suite, 's2c')]) },
    'token.json': {
      sid: encodeHex(sid),
      secret: encodeHex(secret),
      token: formatSessionToken({ sid, secret }),
      ticketBytes: encodeHex(ticket),
      ticket: formatTicket(ticket),
    },
  };
}

if (import.meta.main) {
  for (const [name, content] of Object.entries(makeVectors()))
    writeFileSync(join(vectorFolder, name), `${JSON.stringify(content, null, 2)}\n`);
}
