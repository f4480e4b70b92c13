import { createCipheriv, createHash, createHmac } from 'node:crypto';
import type { SuiteSPrimitives } from '../suite-s.ts';
import { keyObject } from './key-object.ts';
import { nodeSm2Encryption } from './sm2-encryption.ts';

/** Suite S: SM3 and SM4 from OpenSSL, SM2 encryption in JavaScript. For the gateway. */
export const nodeSuiteSPrimitives: SuiteSPrimitives = {
  sm3: (data) => new Uint8Array(createHash('sm3').update(data).digest()),
  hmacSm3: (key, data) => new Uint8Array(createHmac('sm3', keyObject(key)).update(data).digest()),
  sm4Ctr(key, iv, data) {
    const cipher = createCipheriv('sm4-ctr', keyObject(key), iv);
    return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
  },
  sm2: nodeSm2Encryption,
};
