/** From the client: a solved puzzle, `PUZZLE.COUNTER`. The puzzle came with a refusal `challenge_required`. */
export const challengeHeader = 'X-Menshen-Challenge';

/** The field `challenge` of a refusal `challenge_required`. */
export interface PuzzleChallenge {
  readonly kind: 'pow';
  readonly algorithm: 'sha256';
  readonly puzzle: string;
  /** Leading zero bits that the hash of `PUZZLE.COUNTER` must have. */
  readonly bits: number;
  /** Epoch milliseconds of the server. */
  readonly expiresAt: number;
}

/** Whether a hash begins with so many zero bits. */
export function hasZeroBits(hash: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let at = 0; at < whole; at += 1) if (hash[at] !== 0) return false;
  return (bits & 7) === 0 || (hash[whole] as number) >> (8 - (bits & 7)) === 0;
}
