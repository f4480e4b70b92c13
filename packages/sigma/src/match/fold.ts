/** The form in which values are compared without case: lower case, and one form of the Greek sigma, whose lower case depends on where it stands. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('\u03c2') ? lower.replaceAll('\u03c2', '\u03c3') : lower;
}
