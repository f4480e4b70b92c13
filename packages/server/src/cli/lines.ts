/** A line that is longer than the reader takes; its text is not kept. */
export interface LongLine {
  readonly bytes: number;
}

/** Splits a stream of UTF-8 into lines without their ends. Holds one line of at most `maxBytes` at a time. */
export async function* readLines(stream: AsyncIterable<Buffer | string>, maxBytes: number): AsyncGenerator<string | LongLine> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  const take = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes > maxBytes) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  };
  const finish = (): string | LongLine => {
    const line = bytes > maxBytes ? { bytes } : Buffer.concat(pieces).toString();
    pieces = [];
    bytes = 0;
    return typeof line === 'string' && line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  for await (const part of stream) {
    const chunk = typeof part === 'string' ? Buffer.from(part) : part;
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (bytes > 0) yield finish();
}
