import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A signed single-use code: 32 characters of base64url, as many as the `scene` of a mini program code may have (WeChat, wxacode.getUnlimited).
 *
 * | bytes | what |
 * | --- | --- |
 * | 1 | generation of the key |
 * | 3 | batch |
 * | 4 | serial in the batch |
 * | 16 | HMAC-SHA256 over the eight bytes before, truncated to 128 bits |
 *
 * The key belongs to one campaign of one app, so a code is good nowhere else. A forger has one chance in 2^128 a try, and every try meets the gateway.
 */
export interface ScannedCode {
  readonly generation: number;
  readonly batch: number;
  readonly serial: number;
}

const bodyBytes = 8;
const macBytes = 16;
export const maxBatch = 0xff_ffff;

/** The bare code, or an address that ends with it after `/` or `=`. */
const form = /(?:^|[/=])([A-Za-z0-9_-]{32})$/;
const maxScanned = 512;

function mac(key: Uint8Array, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update('menshen guard code v1\n').update(body).digest().subarray(0, macBytes);
}

/** Writes a code. */
export function mintCode(key: Uint8Array, { generation, batch, serial }: ScannedCode): string {
  const body = Buffer.alloc(bodyBytes);
  body.writeUInt8(generation, 0);
  body.writeUIntBE(batch, 1, 3);
  body.writeUInt32BE(serial, 4);
  return Buffer.concat([body, mac(key, body)]).toString('base64url');
}

/** Reads what was scanned; null unless its MAC is right under the key of its generation. Asks for a key once, and compares in constant time. */
export function verifyCode(scanned: unknown, keyOf: (generation: number) => Uint8Array | null): ScannedCode | null {
  if (typeof scanned !== 'string' || scanned.length > maxScanned) return null;
  const text = form.exec(scanned)?.[1];
  if (text === undefined) return null;
  const bytes = Buffer.from(text, 'base64url');
  const body = bytes.subarray(0, bodyBytes);
  const generation = body.readUInt8(0);
  const key = keyOf(generation);
  if (key === null || !timingSafeEqual(mac(key, body), bytes.subarray(bodyBytes))) return null;
  return { generation, batch: body.readUIntBE(1, 3), serial: body.readUInt32BE(4) };
}
