/** Fresh unpredictable bytes of the given length; handed in, since the ground floor has no randomness of its own. */
export type RandomBytes = (length: number) => Uint8Array;

/** No bytes; there is nothing in it that could be changed. */
export const noBytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/** One after the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Four bytes, most significant first. */
export function uint32(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}

/** Each part after its length in four bytes (most significant first): no two lists of parts give the same bytes. */
export function lengthPrefixed(...parts: readonly Uint8Array[]): Uint8Array {
  const framed: Uint8Array[] = [];
  for (const part of parts) framed.push(uint32(part.length), part);
  return concatBytes(...framed);
}

/** Whether both hold the same bytes; the time depends on their lengths alone. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at += 1) difference |= (one[at] as number) ^ (other[at] as number);
  return difference === 0;
}
