const factor = 16;
const attempts = 6;
/** Processor time is counted in ticks of a few milliseconds, so that a batch has to last many of them. */
const batchMs = 60;

/** Growth between linear (16) and quadratic (256 and more) in {@link growth}. Large inputs also leave the processor's caches: 82 was seen for a set of texts. */
export const mostlyLinear = 128;

/**
 * How many times more work it is for an input 16 times as large, in processor time of this thread, which other work on the
 * machine hardly touches. Batches of both sizes go over the same number of bytes; a poor result is measured again.
 */
export function growth(prepare: (size: number) => () => unknown, size: number): number {
  const small = prepare(size);
  const large = prepare(size * factor);
  small();
  large();
  let rounds = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts && least > mostlyLinear / 2; attempt += 1) {
    let base = processorTime(small, rounds * factor);
    while (base < batchMs) {
      rounds *= 2;
      base = processorTime(small, rounds * factor);
    }
    least = Math.min(least, (processorTime(large, rounds) / base) * factor);
  }
  return least;
}

/** In ms. */
function processorTime(work: () => unknown, times: number): number {
  const before = process.threadCpuUsage();
  for (let i = 0; i < times; i += 1) work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
