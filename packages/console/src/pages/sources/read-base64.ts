/** So many bytes at a time are turned into text, since a call takes only so many arguments. */
const step = 0x8000;

/** The bytes of a file as base64. */
export async function readBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += step) parts.push(String.fromCharCode(...bytes.subarray(from, from + step)));
  return btoa(parts.join(''));
}
