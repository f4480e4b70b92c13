import { timingSafeEqual } from 'node:crypto';
import type { PhoneChallenge } from '@menshen/wire';
import { type PuzzlePlace, signFor } from '../challenge/puzzle.ts';

export type PhoneTextCheck =
  | { readonly ok: true; readonly code: string; readonly nonce: string; readonly expiresAt: number }
  | { readonly ok: false; readonly why: 'malformed' | 'forged' | 'expired' };

/** What begins an answered phone challenge, and no solved puzzle. */
export const phonePrefix = 'mp1.';

/** WeChat says nothing of the characters of a code, so it travels in percent-encoding. */
const form = /^mp1\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_.!~*'()%-]{1,600})$/;
const maxCodeChars = 256;

/**
 * Texts of phone challenges. Nothing is stored when one is given out: its end and a nonce stand in it, signed together with the place that it is for.
 * Whoever checks an answer must use up the nonce, and the code, so that both serve once.
 */
export function createPhoneTexts(key: Uint8Array, random: (size: number) => Uint8Array) {
  return {
    issue(place: PuzzlePlace, now: number, seconds: number): Pick<PhoneChallenge, 'text' | 'expiresAt'> {
      const payload = Buffer.alloc(16);
      const expires = Math.floor(now / 1_000) + seconds;
      payload.writeUInt32BE(expires, 0);
      payload.set(random(12), 4);
      const text = `${phonePrefix}${payload.toString('base64url')}.${signFor(key, payload, place).toString('base64url')}`;
      return { text, expiresAt: expires * 1_000 };
    },

    check(answer: string, place: PuzzlePlace, now: number): PhoneTextCheck {
      const parts = answer.length > 700 ? null : form.exec(answer);
      const code = parts === null ? null : decodeCode(parts[3] ?? '');
      if (parts === null || code === null) return { ok: false, why: 'malformed' };
      const payload = Buffer.from(parts[1] ?? '', 'base64url');
      const given = Buffer.from(parts[2] ?? '', 'base64url');
      // Bits left over of the 22 characters say nothing: another spelling would be another nonce for the same signature.
      const spelled = payload.toString('base64url') === parts[1] && given.toString('base64url') === parts[2];
      if (!spelled || !timingSafeEqual(given, signFor(key, payload, place))) return { ok: false, why: 'forged' };
      const expiresAt = payload.readUInt32BE(0) * 1_000;
      if (now >= expiresAt) return { ok: false, why: 'expired' };
      return { ok: true, code, nonce: payload.toString('base64url', 4), expiresAt };
    },
  };
}

export type PhoneTexts = ReturnType<typeof createPhoneTexts>;

function decodeCode(text: string): string | null {
  try {
    const code = decodeURIComponent(text);
    return code.length <= maxCodeChars && /^[\x21-\x7e]+$/.test(code) ? code : null;
  } catch {
    return null;
  }
}
