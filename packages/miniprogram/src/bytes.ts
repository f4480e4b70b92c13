/** Whether the value is an `ArrayBuffer`, also one from another realm: the platform's bridge is not the page's. */
export function isBytes(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

/** Decodes UTF-8; mini programs have no `TextDecoder`. Meant for short texts. Throws `URIError` on what is not UTF-8. */
export function decodeUtf8(bytes: ArrayBuffer): string {
  let escaped = '';
  for (const byte of Array.from(new Uint8Array(bytes))) escaped += `%${(byte < 16 ? '0' : '') + byte.toString(16)}`;
  return decodeURIComponent(escaped);
}
