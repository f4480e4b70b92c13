import { hash } from 'node:crypto';
import { base32 } from './totp.ts';

const codeBytes = 16;

/** A recovery code of 128 random bits, in groups for the eye: `ABCDE-FGHIJ-...`. */
export function makeRecoveryCode(random: (size: number) => Uint8Array): string {
  return base32(random(codeBytes)).replace(/.{5}(?=.)/g, '$&-');
}

/**
 * SHA-256 of a code as it is typed: hyphens, spaces and case aside. 128 random bits need no slow hash (NIST SP 800-63B-4 3.1.2.2). What is no code
 * at all is hashed too, so that it takes the same time.
 */
export function recoveryCodeHash(code: string): string {
  const plain = code.toUpperCase().replace(/[\s-]/g, '');
  // 128 bits are 26 characters.
  return hash('sha256', /^[A-Z2-7]{26}$/.test(plain) ? plain : '', 'base64url');
}
