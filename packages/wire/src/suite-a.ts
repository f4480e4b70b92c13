import { agree, createHpke, type HpkePrimitives, hpkeOpen, hpkeSeal, x25519KeyPair } from './hpke.ts';
import type { ClientSuite, Suite, SuiteBase } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

export interface SuiteAPrimitives extends HpkePrimitives {
  sha256(data: Uint8Array): Uint8Array;
}

const hpkeOf = (primitives: SuiteAPrimitives) =>
  createHpke(primitives, { number: 2, keyBytes: 32, aead: primitives.aes256Gcm }, encodeUtf8('menshen1 export'));

/** The client's half of suite A: a sealed request is HPKE in base mode, the ephemeral agreement X25519. */
export function createClientSuiteA(primitives: SuiteAPrimitives): ClientSuite {
  const base: SuiteBase = {
    name: 'A',
    id: 1,
    macName: 'MENSHEN1-HMAC-SHA256',
    publicKeyBytes: 32,
    encBytes: 32,
    shareBytes: 32,
    aead: primitives.aes256Gcm,
    hash: (data) => primitives.sha256(data),
    hmac: (key, data) => primitives.hmacSha256(key, data),
    keyPair: (random) => x25519KeyPair(primitives, random(32)),
  };
  const schedule = hpkeOf(primitives);
  return {
    ...base,
    sealTo: (...message) => hpkeSeal(schedule, ...message),
    readShare: (ephemeral, share) => agree(primitives, ephemeral.privateKey, share),
  };
}

/** Both halves of suite A. */
export function createSuiteA(primitives: SuiteAPrimitives): Suite {
  const schedule = hpkeOf(primitives);
  return {
    ...createClientSuiteA(primitives),
    openFrom: (...message) => hpkeOpen(schedule, ...message),
    makeShare(publicKey, random) {
      const own = x25519KeyPair(primitives, random(32));
      const secret = agree(primitives, own.privateKey, publicKey);
      return secret === null ? null : { share: own.publicKey, secret };
    },
  };
}
