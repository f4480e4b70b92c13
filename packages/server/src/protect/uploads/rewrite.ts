import type { ByteSource, Edit } from './byte-source.ts';
import type { IndexedPart } from './multipart-index.ts';

/** Writes another file name, and another length where the part says one, into a part's head. */
export async function headEdits(
  source: ByteSource,
  part: IndexedPart,
  filename: string | null,
  length: number,
): Promise<readonly Edit[]> {
  const head = (await source.read(part.headStart, part.start - part.headStart)).toString('latin1');
  const edits: Edit[] = [];
  const put = (pattern: RegExp, text: string): void => {
    const match = pattern.exec(head);
    const [whole, before = ''] = match ?? [];
    if (match === null || whole === undefined) return;
    const start = part.headStart + match.index + before.length;
    edits.push({ start, end: part.headStart + match.index + whole.length, bytes: Buffer.from(text) });
  };
  if (filename !== null) put(/(;[ \t]*filename[ \t]*=[ \t]*)(?:"[^"]*"|[^\s;"]+)/i, `"${filename}"`);
  if (length !== part.end - part.start) put(/((?:^|\r\n)content-length:[ \t]*)\d+/i, String(length));
  return edits.sort((a, b) => a.start - b.start);
}
