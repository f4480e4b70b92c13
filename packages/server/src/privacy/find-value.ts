/** For tests: every form in which a text may lie in raw bytes: as it is, in UTF-16, in hex and in base64 at each of its three alignments. */
export function formsOf(value: string): readonly Buffer[] {
  const utf8 = Buffer.from(value, 'utf8');
  const utf16 = Buffer.from(value, 'utf16le');
  const encoded = [utf8, utf16].flatMap((bytes) => [
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('hex').toUpperCase()),
    ...[0, 1, 2].flatMap((shift) => {
      const text = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      // The letters at both ends hold bits of the neighbours too.
      const inner = text.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1);
      return inner.length < 6 ? [] : [Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_'))];
    }),
  ]);
  return [utf8, utf16, Buffer.from(utf16).swap16(), ...encoded];
}

/** The places, by name, in whose bytes a value lies in any form. */
export function findValue(value: string, places: ReadonlyMap<string, Buffer>): readonly string[] {
  const forms = formsOf(value);
  return [...places].filter(([, bytes]) => forms.some((form) => bytes.includes(form))).map(([name]) => name);
}
