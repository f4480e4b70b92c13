const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648 §5 without padding. The alphabet is looked up by value: not for secrets that must hide from a neighbour on the same core. */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of Array.from(bytes)) {
    bits = ((bits << 8) | byte) & 0xffff;
    for (held += 8; held >= 6; ) {
      held -= 6;
      text += alphabet.charAt((bits >> held) & 63);
    }
  }
  return held === 0 ? text : text + alphabet.charAt((bits << (6 - held)) & 63);
}

/**
 * The bytes of a base64url text, or `null` when it is not the one spelling that {@link encodeBase64url} gives: no padding, no foreign character, no
 * bits left over. `length` is the wanted number of bytes, where it is fixed.
 */
export function decodeBase64url(text: string, length?: number): Uint8Array | null {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  if (text.length % 4 === 1 || (length !== undefined && out.length !== length)) return null;
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let at = 0; at < text.length; at += 1) {
    const value = alphabet.indexOf(text.charAt(at));
    if (value === -1) return null;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[written] = bits >> held;
      written += 1;
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? out : null;
}
