const before = 12;
const most = 80;
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu;

/** A bounded piece of a text around a place, fit for a record: no control or invisible characters, no broken pairs. */
export function excerpt(text: string, start: number, end: number): string {
  const from = Math.max(0, start - before);
  const to = Math.min(text.length, Math.max(end, start + 1) + before, from + most);
  const piece = text.slice(from, to);
  return isPlain(piece) ? piece : piece.toWellFormed().replace(invisible, '\u00b7');
}

function isPlain(piece: string): boolean {
  for (let at = 0; at < piece.length; at += 1) {
    const code = piece.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}
