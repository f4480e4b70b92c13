import type { SuiteAPrimitives } from '../suite-a.ts';
import { aes256Gcm } from './aes256-gcm.ts';
import { hmacSha256 } from './hmac-sha256.ts';
import { sha256 } from './sha256.ts';
import { x25519 } from './x25519.ts';

/** Suite A in ES2018 without BigInt, WebCrypto or a table that a secret looks up: for mini programs. */
export const suiteAPrimitives: SuiteAPrimitives = { sha256, hmacSha256, x25519, aes256Gcm };
