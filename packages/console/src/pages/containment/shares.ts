/** Shares in percent as somebody writes them, rising up to 100; null where they are not. */
export function readShares(text: string): readonly number[] | null {
  const parts = text.split(/[\s,，、%]+/).filter((part) => part !== '');
  if (parts.length === 0 || parts.length > 10 || parts.some((part) => !/^\d{1,3}$/.test(part))) return null;
  const shares = parts.map(Number);
  const rises = shares.every((share, at) => share > (shares[at - 1] ?? 0));
  return rises && shares.at(-1) === 100 ? shares : null;
}
