import type { ByteSource, Edit } from './byte-source.ts';
import type { IndexedPart } from './multipart-index.ts';

const disposition = /(?:^|\r\n)content-disposition:[^;\r]*/i;
/** One parameter of a header as the strict reader takes them: a token or a quoted text without escapes. */
const parameter = /;[ \t]*([^\s=;"]+)=("[^"]*"|[^\s;"]*)[ \t]*/y;
const partLength = /((?:^|\r\n)content-length:[ \t]*)\d+/i;

/** Writes another file name, and another length where the part says one, into a part's head. */
export async function headEdits(
  source: ByteSource,
  part: IndexedPart,
  filename: string | null,
  length: number,
): Promise<readonly Edit[]> {
  const head = (await source.read(part.headStart, part.start - part.headStart)).toString('latin1');
  const edits: Edit[] = [];
  const put = (place: Place, text: string): void =>
    void edits.push({ start: part.headStart + place.start, end: part.headStart + place.end, bytes: Buffer.from(text) });
  if (filename !== null) {
    const place = filenamePlace(head);
    // Its name was read from there: a head in which it is not found must not go on with the name it came with.
    if (place === null) throw new Error('the file name of a part was not found again');
    put(place, `"${filename}"`);
  }
  if (length !== part.end - part.start) {
    const match = partLength.exec(head);
    if (match !== null) put({ start: match.index + (match[1] ?? '').length, end: match.index + match[0].length }, String(length));
  }
  return edits.sort((a, b) => a.start - b.start);
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Where the value of `filename` stands: in Content-Disposition, since other headers and the quoted name of a field may hold the same letters. */
function filenamePlace(head: string): Place | null {
  const line = disposition.exec(head);
  if (line === null) return null;
  parameter.lastIndex = line.index + line[0].length;
  for (let match = parameter.exec(head); match !== null; match = parameter.exec(head)) {
    const [whole, name = '', value = ''] = match;
    if (name.toLowerCase() !== 'filename') continue;
    const start = match.index + whole.indexOf('=') + 1;
    return { start, end: start + value.length };
  }
  return null;
}
