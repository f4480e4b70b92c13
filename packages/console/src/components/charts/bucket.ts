export interface Bucket {
  /** Start, epoch milliseconds. */
  readonly time: number;
  readonly passed: number;
  readonly refused: number;
  readonly failed: number;
}
