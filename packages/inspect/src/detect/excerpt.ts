const before = 12;
const most = 80;
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu;

/** A bounded piece of a text around a place, fit for a record: no control or invisible characters, no broken pairs. */
export function excerpt(text: string, start: number, end: number): string {
  const from = Math.max(0, start - before);
  const to = Math.min(text.length, Math.max(end, start + 1) + before, from + most);
  return text.slice(from, to).toWellFormed().replace(invisible, '\u00b7');
}
