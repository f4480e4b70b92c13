/** Shannon entropy of a text's characters, in bits per character: 0 for one repeated character, 4 for even hexadecimal. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  const length = [...text].length;
  for (const count of counts.values()) bits -= (count / length) * Math.log2(count / length);
  return bits;
}
