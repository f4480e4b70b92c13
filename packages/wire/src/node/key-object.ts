import { createSecretKey, type KeyObject } from 'node:crypto';

const prepared = new WeakMap<Uint8Array, KeyObject>();

/**
 * The key as OpenSSL takes it, made once for the array that holds it, because Node makes it anew for every call that is given bytes, which costs more
 * than a MAC over a request. Trap: an array that was used as a key must not be written to.
 */
export function keyObject(key: Uint8Array): KeyObject {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  prepared.set(key, made);
  return made;
}
