const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648 §5 without padding. The alphabet is looked up by value: not for secrets that must hide from a neighbour on the same core. */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = ((bytes[at] as number) << 16) | ((bytes[at + 1] || 0) << 8) | (bytes[at + 2] || 0);
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    if (left > 1) text += alphabet.charAt((group >> 6) & 63);
    if (left > 2) text += alphabet.charAt(group & 63);
  }
  return text;
}

/**
 * The bytes of a base64url text, or `null` when it is not the one spelling that {@link encodeBase64url} gives: no padding, no foreign character, no
 * bits left over. `length` is the wanted number of bytes, where it is fixed.
 */
export function decodeBase64url(text: string, length?: number): Uint8Array | null {
  const rest = text.length % 4;
  if (rest === 1 || !/^[A-Za-z0-9_-]*$/.test(text)) return null;
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  if (length !== undefined && out.length !== length) return null;
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let at = 0; at < text.length; at += 1) {
    bits = ((bits << 6) | sextet(text.charCodeAt(at))) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[written] = bits >> held;
      written += 1;
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? out : null;
}

function sextet(code: number): number {
  if (code === 45) return 62;
  if (code === 95) return 63;
  if (code < 58) return code + 4;
  return code < 91 ? code - 65 : code - 71;
}
