import { agree, createHpke, type HpkePrimitives, x25519KeyPair } from './hpke.ts';
import type { Suite } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

export interface SuiteAPrimitives extends HpkePrimitives {
  sha256(data: Uint8Array): Uint8Array;
}

/** Suite A: a sealed request is HPKE in base mode, the ephemeral agreement X25519. */
export function createSuiteA(primitives: SuiteAPrimitives): Suite {
  const hpke = createHpke(primitives, { number: 2, keyBytes: 32, aead: primitives.aes256Gcm }, encodeUtf8('menshen1 export'));
  return {
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
    sealTo: hpke.seal,
    openFrom: hpke.open,
    makeShare(publicKey, random) {
      const own = x25519KeyPair(primitives, random(32));
      const secret = agree(primitives, own.privateKey, publicKey);
      return secret === null ? null : { share: own.publicKey, secret };
    },
    readShare: (ephemeral, share) => agree(primitives, ephemeral.privateKey, share),
  };
}
