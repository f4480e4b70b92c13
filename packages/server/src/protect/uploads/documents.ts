import { isUtf8 } from 'node:buffer';
import { type ByteSource, chunksOf } from './byte-source.ts';

/** Marks of another language in a place where it would be run or shown. */
const markup = /<(?:script|html|body|svg|iframe|object|embed|!doctype|\?php|\?=|%|img\s|a\s+href|meta|link|base|form|math)/i;

/** Whether a text holds what a browser or a server would run. */
export function holdsMarkup(text: string): boolean {
  return markup.test(text);
}

/** Names in a PDF that make it act by itself (ISO 32000-2 §12.6), written plainly or with escapes. */
const activeNames = /\/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|SubmitForm|ImportData|XFA|GoToE)\b/;
const hexEscape = /#([0-9A-Fa-f]{2})/g;
const overlap = 64;

/**
 * A PDF from its first byte to its end mark, without actions that can be seen in it. What stands in compressed object streams is not seen: a malware
 * scanner is for that.
 */
export async function isPlainPdf(source: ByteSource): Promise<boolean> {
  const head = (await source.read(0, 1_024)).toString('latin1');
  if (!/^%PDF-[12]\.\d/.test(head) || holdsMarkup(head)) return false;
  const tail = (await source.read(Math.max(0, source.size - 1_024), 1_024)).toString('latin1');
  const end = tail.lastIndexOf('%%EOF');
  if (end < 0 || tail.slice(end + 5).trim() !== '') return false;
  let before = '';
  for await (const chunk of chunksOf(source)) {
    const text = (before + chunk.toString('latin1')).replace(hexEscape, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    if (activeNames.test(text)) return false;
    before = text.slice(-overlap);
  }
  return true;
}

const maxSequence = 3;

/** UTF-8 text without control characters and without what a browser would take for a page. */
export async function isPlainText(source: ByteSource): Promise<boolean> {
  let rest = Buffer.alloc(0);
  let before = '';
  let first = true;
  for await (const chunk of chunksOf(source)) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = wholeCharacters(bytes);
    if (!isUtf8(bytes.subarray(0, whole))) return false;
    rest = Buffer.from(bytes.subarray(whole));
    if (rest.length > maxSequence) return false;
    const text = bytes.toString('utf8', 0, whole);
    if (/[\x00-\x08\x0b\x0e-\x1f\x7f]/.test(text) || holdsMarkup(before + text)) return false;
    if (first && /^\ufeff?\s*<[a-z!?/]/i.test(text)) return false;
    first = false;
    before = text.slice(-overlap);
  }
  return rest.length === 0;
}

/** How many bytes end with a whole character. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(maxSequence, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
