import { createHmac, timingSafeEqual } from 'node:crypto';

export const totpDigits = 6;
export const totpPeriodSeconds = 30;
/** RFC 4226 §4 R6 recommends 160 bits. */
export const totpSecretBytes = 20;

export type TotpHash = 'sha1' | 'sha256' | 'sha512';

/** HOTP (RFC 4226 §5.3): `digits` decimal digits for a counter. */
export function hotp(secret: Uint8Array, counter: number, digits: number = totpDigits, algorithm: TotpHash = 'sha1'): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(algorithm, secret).update(message).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const binary = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(binary % 10 ** digits).padStart(digits, '0');
}

/** The time step (RFC 6238 §4.2) of an epoch time in ms. */
export function totpCounter(now: number): number {
  return Math.floor(now / 1000 / totpPeriodSeconds);
}

/**
 * The time step for which the code is right, or null. With window 1 the steps before and after count too. Every step of the window is computed and
 * compared whatever the others gave, so that time tells nothing.
 */
export function matchTotp(secret: Uint8Array, code: string, now: number, window: number): number | null {
  const given = /^\d{6}$/.test(code) ? code : 'xxxxxx';
  const middle = totpCounter(now);
  let matched: number | null = null;
  for (let step = -window; step <= window; step += 1) {
    const right = timingSafeEqual(Buffer.from(hotp(secret, middle + step)), Buffer.from(given));
    if (right) matched = middle + step;
  }
  return matched;
}

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6 without padding, as authenticator apps take it. */
export function base32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += base32Alphabet.charAt((bits >> held) & 31);
    }
  }
  return held > 0 ? text + base32Alphabet.charAt((bits << (5 - held)) & 31) : text;
}

/** The content of the QR code: the Key URI format that authenticator apps share. A colon would divide issuer and account anew. */
export function totpUri(secret: Uint8Array, issuer: string, account: string): string {
  const part = (text: string): string => encodeURIComponent(text.replaceAll(':', ' '));
  return (
    `otpauth://totp/${part(issuer)}:${part(account)}?secret=${base32(secret)}&issuer=${part(issuer)}` +
    `&algorithm=SHA1&digits=${totpDigits}&period=${totpPeriodSeconds}`
  );
}
