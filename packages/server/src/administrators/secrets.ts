import { hash, timingSafeEqual } from 'node:crypto';

/** What is kept of a token, ticket or link: 256 random bits need no slow hash. */
export const digest = (text: string): string => hash('sha256', text, 'base64url');

/** Whether two texts are equal, in time that tells nothing of them. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)));
}

/** Makes the secrets of a capability from the randomness that it was handed. */
export function secretMaker(random: (size: number) => Uint8Array) {
  const text = (bytes: number): string => Buffer.from(random(bytes)).toString('base64url');
  return {
    /** 256 bits. */
    secret: (): string => text(32),
    /** An identifier that is no secret: a letter and 72 or 96 bits. */
    id: (kind: 'a' | 'i'): string => `${kind}_${text(9)}`,
    longId: (kind: 's' | 'p'): string => `${kind}_${text(12)}`,
  };
}
