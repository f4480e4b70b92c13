export interface IndexPlanInput {
  /** Rows that the column will hold. */
  readonly rows: number;
  /** Bits of all other indexes of the same column: what they give away adds up. */
  readonly otherBits?: number;
  /** log2 of how many different values there can be: about 33 for a mobile number, 13 for its last four digits. */
  readonly valueBits?: number;
}

export interface IndexPlan {
  /** Bits for this index; 0 when the column's budget is used up. */
  readonly bits: number;
  /** Rows that share an index with a value that is searched for, on average: what a search has to open and throw away. */
  readonly falseMatches: number;
  /** Bits of a value that all indexes of the column together give away to somebody who has the table but no key. */
  readonly leakedBits: number;
}

/**
 * How long a blind index may be. The budget of a column is half of log2(rows): then every index value stands for at least sqrt(rows)
 * rows, so that the index alone singles out nobody, while a search opens no more than that. No index needs more bits than its values
 * have. Throws RangeError on numbers that make no sense.
 */
export function planBlindIndex({ rows, otherBits = 0, valueBits = 256 }: IndexPlanInput): IndexPlan {
  if (!Number.isFinite(rows) || rows < 1) throw new RangeError('rows: at least 1');
  if (otherBits < 0 || valueBits < 1) throw new RangeError('bits: not negative');
  const budget = Math.max(0, Math.floor(Math.log2(rows) / 2) - otherBits);
  const wanted = Math.min(budget, Math.floor(valueBits));
  const bits = wanted < 4 ? 0 : wanted;
  return { bits, falseMatches: bits === 0 ? rows : rows / 2 ** bits, leakedBits: bits + otherBits };
}
