/** Longest that requests wait for a slice of the work, in ms. */
const sliceMs = 8;

/** Lets the process do other things: requests are answered on the thread that long work is done on. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const rowsAtOnce = 500;

/** Makes something of each row, as opening what is sealed in it, and lets requests pass in the middle of a large reading. */
export async function mapRows<Row, T>(rows: readonly Row[], make: (row: Row) => T): Promise<T[]> {
  const made: T[] = [];
  for (const row of rows) {
    made.push(make(row));
    if (made.length % rowsAtOnce === 0) await breathe();
  }
  return made;
}

/** Does work without a pause, where nobody waits. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Does work in slices, and lets the process do other things between them. */
export async function gently<T>(
  work: Generator<void, T>,
  monotonic: () => number = () => performance.now(),
  pause: () => Promise<unknown> = breathe,
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

/** Waits for something, but no longer than this. */
export async function atMost(ms: number, work: Promise<unknown> | null): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
