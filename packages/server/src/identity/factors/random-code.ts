import { randomInt } from 'node:crypto';

/** Six decimal digits, every code as likely as any other (NIST SP 800-63B-4 3.1.3.2; ASVS 5.0 6.5.3). */
export function randomCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}
