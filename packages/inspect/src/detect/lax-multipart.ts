import type { BodyFile } from '../body/multipart.ts';

const maxParts = 1_000;
/** A part that is no text: what stands in it is a file's, not a field's. */
const binary = /[\x00-\x08\x0e-\x1f\ufffd]/;

/** Fields and file names of a multipart text, with any line ends and whatever headers. Text parts without file name are fields. */
export function laxMultipart(text: string, boundary: string): { value: Record<string, string[]>; files: BodyFile[] } {
  const value: Record<string, string[]> = Object.create(null);
  const files: BodyFile[] = [];
  const put = (name: string, content: string): void => {
    value[name] ??= [];
    value[name].push(content);
  };
  if (boundary === '') {
    put('', text);
    return { value, files };
  }
  let delimiter = `--${boundary}`;
  let at = text.indexOf(delimiter);
  if (at < 0) {
    // The first line says what parts the parts where the header says something else.
    const first = /^\s{0,8}(--[^\r\n]{1,200})\r?\n/.exec(text);
    if (first !== null) {
      delimiter = first[1] as string;
      at = text.indexOf(delimiter);
    }
  }
  for (let count = 0; at >= 0 && count < maxParts; count += 1) {
    const start = at + delimiter.length;
    at = text.indexOf(delimiter, start);
    const part = text.slice(start, at < 0 ? text.length : at).replace(/^\r?\n/, '');
    if (part.startsWith('--')) break;
    const gap = /\r?\n\r?\n/.exec(part.slice(0, 4_096));
    const head = gap === null ? part.slice(0, 4_096) : part.slice(0, gap.index);
    const content = gap === null ? '' : part.slice(gap.index + gap[0].length).replace(/\r?\n$/, '');
    const name = parameter(head, 'name') ?? '';
    const filename = parameter(head, 'filename');
    if (filename === null) put(name, binary.test(content.slice(0, 512)) ? '' : content);
    else files.push({ name, filename, mediaType: 'application/octet-stream', size: content.length, offset: 0 });
    for (const line of head.split('\n'))
      if (!/^content-(?:disposition|type|length)\s*:/i.test(line)) put('part header', line.trim());
  }
  return { value, files };
}

/** A parameter of Content-Disposition, quoted with either mark or bare. */
function parameter(head: string, name: string): string | null {
  const found = new RegExp(
    `[;\\s]${name}\\*?\\s{0,8}=\\s{0,8}(?:"((?:[^"\\\\\\r\\n]|\\\\.)*)"|'([^'\\r\\n]*)'|([^;\\s]*))`,
    'i',
  ).exec(head);
  return found === null ? null : (found[1] ?? found[2] ?? found[3] ?? '');
}
