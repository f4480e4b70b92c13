const factor = 16;
const runs = 7;
const attempts = 4;

/** Growth between linear (16) and quadratic (256) in {@link growth}. */
export const mostlyLinear = 64;

/**
 * How many times longer the work takes for an input 16 times as large. Runs of both sizes alternate and the fastest of each counts, because other work on the machine
 * only ever adds time; a poor result is measured again.
 */
export function growth(prepare: (size: number) => () => unknown, size: number): number {
  const small = prepare(size);
  const large = prepare(size * factor);
  small();
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts && least > mostlyLinear / 2; attempt += 1) {
    let fastSmall = Number.POSITIVE_INFINITY;
    let fastLarge = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs; run += 1) {
      fastSmall = Math.min(fastSmall, milliseconds(small));
      fastLarge = Math.min(fastLarge, milliseconds(large));
    }
    least = Math.min(least, fastLarge / Math.max(fastSmall, 0.005));
  }
  return least;
}

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
