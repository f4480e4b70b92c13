/** `size` random bytes; `node:crypto` randomBytes outside tests. */
export type RandomBytes = (size: number) => Uint8Array;

const base64Url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `bytes` random bytes as lower-case hex. */
export function randomHex(random: RandomBytes, bytes: number): string {
  return Buffer.from(random(bytes)).toString('hex');
}

/** `length` characters of the base64url alphabet, 6 random bits each. */
export function randomToken(random: RandomBytes, length: number): string {
  let text = '';
  for (const byte of random(length)) text += base64Url[byte & 63];
  return text;
}

/** A number in [0, 1) with 32 random bits. */
export function randomFraction(random: RandomBytes): number {
  return Buffer.from(random(4)).readUInt32BE() / 2 ** 32;
}

/** Decimal digits, first one not zero. The bias of the modulo does not matter: these are no secrets. */
export function randomDigits(random: RandomBytes, length: number): string {
  let text = '';
  for (const byte of random(length)) text += text === '' ? (byte % 9) + 1 : byte % 10;
  return text;
}
