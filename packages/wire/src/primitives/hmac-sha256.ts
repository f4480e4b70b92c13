import { createSha256, sha256 } from './sha256.ts';

/** HMAC-SHA256 (RFC 2104), 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  const short = key.length > 64 ? sha256(key) : key;
  const inner = new Uint8Array(64).fill(0x36);
  const outer = new Uint8Array(64).fill(0x5c);
  for (let at = 0; at < short.length; at += 1) {
    inner[at] = 0x36 ^ short[at]!;
    outer[at] = 0x5c ^ short[at]!;
  }
  return createSha256().update(outer).update(createSha256().update(inner).update(data).digest()).digest();
}
