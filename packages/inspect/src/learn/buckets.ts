/** The bucket of a length or count: 0, 1, 2, 3-4, 5-8, ... by the power of two that holds it. */
export function lengthBucket(length: number): number {
  return length < 1 ? 0 : Math.ceil(Math.log2(length)) + 1;
}

/** The greatest length of a bucket. */
export function lengthBound(bucket: number): number {
  return bucket < 1 ? 0 : 2 ** (bucket - 1);
}

/** The bucket of a number: its sign and the power of ten that holds its magnitude; 0 for zero. `+3` means above 100, at most 1,000. */
export function numberBucket(value: number): string {
  if (value === 0) return '0';
  const power = Math.max(0, Math.ceil(Math.log10(Math.abs(value)) - 1e-12));
  return `${value < 0 ? '-' : '+'}${Math.min(power, 308)}`;
}

/** Lowest and highest number of the buckets named; null when there is none. One power more on the outer side leaves room. */
export function numberRange(buckets: readonly string[]): { readonly minimum: number; readonly maximum: number } | null {
  if (buckets.length === 0) return null;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const bucket of buckets) {
    const bound = bucket === '0' ? 0 : 10 ** Math.min(Number(bucket.slice(1)) + 1, 15);
    const low = bucket.startsWith('-') ? -bound : 0;
    const high = bucket.startsWith('-') ? 0 : bound;
    minimum = Math.min(minimum, low);
    maximum = Math.max(maximum, high);
  }
  return { minimum, maximum };
}
