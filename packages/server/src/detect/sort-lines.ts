import { closeSync, openSync, readSync } from 'node:fs';
import { readTime } from './read-activity.ts';

const CHUNK = 4 * 1_048_576;
const BATCH = 256;
const MAX_LINES = 200_000_000;

/**
 * Lines of a file in order of their `ts`. Only where each line begins is held in memory (20 bytes a line); the text is read again in order.
 * Lines that are no events come last.
 */
export function* linesInOrder(file: string, maxLineBytes: number): Generator<readonly (string | null)[]> {
  const descriptor = openSync(file, 'r');
  try {
    const index = indexLines(descriptor);
    const order = Uint32Array.from({ length: index.count }, (_, at) => at);
    order.sort((a, b) => (index.times[a] ?? 0) - (index.times[b] ?? 0) || a - b);
    let batch: (string | null)[] = [];
    for (const at of order) {
      const start = index.starts[at] ?? 0;
      const length = (index.starts[at + 1] ?? start) - start;
      if (length > maxLineBytes) batch.push(null);
      else {
        const line = Buffer.allocUnsafe(length);
        readSync(descriptor, line, 0, length, start);
        batch.push(line.toString().trimEnd());
      }
      if (batch.length >= BATCH) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  } finally {
    closeSync(descriptor);
  }
}

interface LineIndex {
  count: number;
  /** Where each line begins, and after the last one where the file ends. */
  starts: Float64Array;
  times: Float64Array;
}

const timeText = /"ts"\s*:\s*(?:"([^"]{1,40})"|(\d{9,14}))/;

function indexLines(descriptor: number): LineIndex {
  let capacity = 65_536;
  const index: LineIndex = { count: 0, starts: new Float64Array(capacity + 1), times: new Float64Array(capacity) };
  const chunk = Buffer.allocUnsafe(CHUNK);
  let head = '';
  let position = 0;
  let start = 0;
  const close = (end: number, text: string): void => {
    if (index.count >= MAX_LINES) throw new RangeError('too many lines');
    if (index.count + 1 >= capacity) {
      capacity *= 2;
      const starts = new Float64Array(capacity + 1);
      starts.set(index.starts);
      const times = new Float64Array(capacity);
      times.set(index.times);
      index.starts = starts;
      index.times = times;
    }
    const found = timeText.exec(text);
    index.starts[index.count] = start;
    index.times[index.count] = readTime(found?.[1] ?? Number(found?.[2])) ?? Number.MAX_SAFE_INTEGER;
    index.count += 1;
    index.starts[index.count] = end;
    start = end;
  };
  for (let read = readSync(descriptor, chunk, 0, CHUNK, null); read > 0; read = readSync(descriptor, chunk, 0, CHUNK, null)) {
    const part = chunk.subarray(0, read);
    let from = 0;
    for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, from)) {
      const text = head + part.toString('latin1', from, Math.min(end, from + 4_096));
      close(position + end + 1, text);
      head = '';
      from = end + 1;
    }
    if (head.length < 4_096) head += part.toString('latin1', from, Math.min(read, from + 4_096));
    position += read;
  }
  if (position > start) close(position, head);
  return index;
}
