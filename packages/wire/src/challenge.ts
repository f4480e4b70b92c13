/** From the client: a solved puzzle, `PUZZLE.COUNTER`, or an answered phone challenge, `TEXT.CODE`. What was asked came with a refusal `challenge_required`. */
export const challengeHeader = 'X-Menshen-Challenge';

/** The field `challenge` of a refusal `challenge_required`, where a phone number that WeChat vouches for is asked. */
export interface PhoneChallenge {
  readonly kind: 'phone';
  /** Goes back as `TEXT.CODE`, the code of the button's event in percent-encoding. */
  readonly text: string;
  /** The button to show, by its `open-type`. */
  readonly button: 'getRealtimePhoneNumber' | 'getPhoneNumber';
  /** Epoch milliseconds of the server. */
  readonly expiresAt: number;
}

/** The field `challenge` of a refusal `challenge_required`, where computing time is asked. */
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
