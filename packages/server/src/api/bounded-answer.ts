/**
 * The body of an answer of another server, unpacked: it may have no end, and a small one may unpack to gigabytes. Leaving off ends the transfer.
 * @throws RangeError beyond `maxBytes`
 */
export async function readBounded({ body }: Response, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > maxBytes) throw new RangeError('the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
