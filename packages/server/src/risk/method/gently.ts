/** Longest that requests wait for a slice of the work, in ms. */
const sliceMs = 8;

/** Does work in slices, and lets the process do other things between them. */
export async function gently<T>(
  work: Generator<void, T>,
  monotonic: () => number,
  pause: () => Promise<unknown> = () => new Promise((resolve) => setImmediate(resolve)),
): Promise<T> {
  let began = monotonic();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (monotonic() - began < sliceMs) continue;
    await pause();
    began = monotonic();
  }
}
