import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { hasZeroBits, type PuzzleChallenge } from '@menshen/wire';

/** What a challenge is bound to: an answer serves nobody else and nothing else. */
export interface PuzzlePlace {
  /** Name of the address, see `address-key.ts`. */
  readonly address: string;
  /** Empty where there is no session. */
  readonly sid: string;
  readonly app: string;
  readonly route: string;
}

export type PuzzleCheck =
  | { readonly ok: true; readonly nonce: string; readonly expiresAt: number }
  | { readonly ok: false; readonly why: 'malformed' | 'no_work' | 'forged' | 'expired' };

/** 16 bytes that bind a challenge to its place. */
export function signFor(key: Uint8Array, payload: Uint8Array, { address, sid, app, route }: PuzzlePlace): Buffer {
  return createHmac('sha256', key)
    .update(payload)
    .update(JSON.stringify([address, sid, app, route]))
    .digest()
    .subarray(0, 16);
}

const form = /^(mc1\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22}))\.(0|[1-9]\d{0,14})$/;

/**
 * Puzzles that cost computing time (hashcash, Back 2002): a counter is sought for which SHA-256 of `PUZZLE.COUNTER` begins with zero bits. Nothing is
 * stored when one is given out: difficulty, end and a nonce stand in it, signed together with the place that it is for. Whoever checks a solution must
 * use up its nonce, so that it serves once.
 */
export function createPuzzles(key: Uint8Array, random: (size: number) => Uint8Array) {
  const sign = (payload: Uint8Array, place: PuzzlePlace): Buffer => signFor(key, payload, place);

  return {
    /** @param bits leading zero bits, 1 to 32 */
    issue(place: PuzzlePlace, bits: number, now: number, seconds: number): PuzzleChallenge {
      const payload = Buffer.alloc(16);
      const expires = Math.floor(now / 1_000) + seconds;
      payload.writeUInt8(bits, 0);
      payload.writeUInt32BE(expires, 1);
      payload.set(random(11), 5);
      const puzzle = `mc1.${payload.toString('base64url')}.${sign(payload, place).toString('base64url')}`;
      return { kind: 'pow', algorithm: 'sha256', puzzle, bits, expiresAt: expires * 1_000 };
    },

    /** Looks at a solution: the work first, with one hash, because whoever did none is to cost us least. */
    check(solution: string, place: PuzzlePlace, now: number): PuzzleCheck {
      const parts = solution.length > 80 ? null : form.exec(solution);
      if (parts === null) return { ok: false, why: 'malformed' };
      const payload = Buffer.from(parts[2] ?? '', 'base64url');
      const bits = payload.readUInt8(0);
      if (bits === 0 || !hasZeroBits(hash('sha256', solution, 'buffer'), bits)) return { ok: false, why: 'no_work' };
      const given = Buffer.from(parts[3] ?? '', 'base64url');
      // Four bits of the 22 characters say nothing: another spelling of them would be another nonce for the same signature.
      const spelled = payload.toString('base64url') === parts[2] && given.toString('base64url') === parts[3];
      if (!spelled || !timingSafeEqual(given, sign(payload, place))) return { ok: false, why: 'forged' };
      const expiresAt = payload.readUInt32BE(1) * 1_000;
      if (now >= expiresAt) return { ok: false, why: 'expired' };
      return { ok: true, nonce: payload.toString('base64url', 5), expiresAt };
    },
  };
}

export type Puzzles = ReturnType<typeof createPuzzles>;
