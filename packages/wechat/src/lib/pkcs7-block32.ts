const block = 32;

/** PKCS#7 to a block of 32 bytes, which is not AES's own block: the cipher's padding must be off. */
export function padBlock32(content: Uint8Array): Buffer {
  const count = block - (content.length % block);
  return Buffer.concat([content, Buffer.alloc(count, count)]);
}

/**
 * Removes the padding; undefined when it is wrong. Every pad byte is looked at whatever the others are, so that the time
 * does not tell how much of a forged padding was right.
 */
export function unpadBlock32(padded: Buffer): Buffer | undefined {
  if (padded.length < block || padded.length % block !== 0) return undefined;
  const count = padded[padded.length - 1] ?? 0;
  let defects = 0;
  for (let distance = 1; distance <= block; distance += 1) {
    const inPadding = distance <= count ? 0xff : 0;
    defects |= inPadding & ((padded[padded.length - distance] ?? 0) ^ count);
  }
  const valid = count >= 1 && count <= block && defects === 0;
  return valid ? padded.subarray(0, padded.length - count) : undefined;
}
