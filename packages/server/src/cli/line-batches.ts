/**
 * Splits a stream of UTF-8 into lines, many at a time: a line that is longer than `maxBytes` is null. Faster than `readLines` by far, because nothing is
 * awaited for a single line; holds one chunk and one line.
 */
export async function* readLineBatches(
  stream: AsyncIterable<Buffer | string>,
  maxBytes: number,
): AsyncGenerator<readonly (string | null)[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const part of stream) {
    const chunk = typeof part === 'string' ? Buffer.from(part) : part;
    const lines: (string | null)[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      const bytes = restBytes + end - from;
      if (bytes > maxBytes) lines.push(null);
      else if (restBytes === 0) lines.push(chunk.toString('utf8', from, end));
      else lines.push(Buffer.concat([...rest, chunk.subarray(from, end)]).toString());
      rest = [];
      restBytes = 0;
      from = end + 1;
    }
    if (from < chunk.length) {
      restBytes += chunk.length - from;
      if (restBytes > maxBytes) rest = [];
      else rest.push(chunk.subarray(from));
    }
    yield lines;
  }
  if (restBytes > 0) yield [restBytes > maxBytes ? null : Buffer.concat(rest).toString()];
}
