import type { FileType } from './model.ts';

const ascii = (bytes: Buffer, at: number, text: string): boolean => bytes.toString('latin1', at, at + text.length) === text;

/** What the first 1,024 bytes of a file say it is; `zip` also for office files, `text` for what has no mark and no control bytes. */
export function typeOfBytes(head: Buffer): FileType {
  const mark = head.length >= 4 ? head.readUInt32BE(0) : 0;
  if (mark === 0x89504e47 && head.length >= 8 && head.readUInt32BE(4) === 0x0d0a1a0a) return 'png';
  if (head.length >= 3 && head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  if (ascii(head, 0, 'GIF87a') || ascii(head, 0, 'GIF89a')) return 'gif';
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WEBP')) return 'webp';
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WAVE')) return 'wav';
  if (ascii(head, 0, '%PDF-')) return 'pdf';
  if (ascii(head, 0, 'PK\x03\x04') || ascii(head, 0, 'PK\x05\x06')) return 'zip';
  if (mark === 0xd0cf11e0) return 'ole';
  if (ascii(head, 0, '{\\rt')) return 'rtf';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (isProgram(head, mark)) return 'program';
  if (ascii(head, 4, 'ftyp')) return 'mp4';
  if (ascii(head, 0, 'ID3')) return 'mp3';
  if (ascii(head, 257, 'ustar')) return 'tar';
  if (
    ascii(head, 0, 'Rar!\x1a\x07') ||
    ascii(head, 0, '7z\xbc\xaf\x27\x1c') ||
    ascii(head, 0, '\xfd7zXZ\0') ||
    ascii(head, 0, 'BZh')
  )
    return 'packed';
  if (ascii(head, 0, '\x28\xb5\x2f\xfd') || ascii(head, 0, 'MSCF')) return 'packed';
  const [first = 0, second = 0, third = 0] = head;
  // MPEG audio: eleven bits of sync, layer III, a bit rate and sampling rate that exist.
  if (first === 0xff && (second & 0xe6) === 0xe2 && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c) return 'mp3';
  return head.length > 0 && isTextHead(head) ? 'text' : 'unknown';
}

/** Windows and DOS, Linux, macOS, Java, shortcuts of Windows, scripts with their interpreter, WebAssembly, Flash. */
function isProgram(head: Buffer, mark: number): boolean {
  if (head[0] === 0x4d && head[1] === 0x5a && head.length >= 2 && !isTextHead(head)) return true;
  if ([0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0x0061736d].includes(mark)) return true;
  if (ascii(head, 0, 'L\0\0\0\x01\x14\x02\0') || /^[FCZ]WS[\x03-\x40]/.test(head.toString('latin1', 0, 4))) return true;
  return /^(?:\xef\xbb\xbf)?#![ \t]{0,8}\/[\w/.+-]{1,60}/.test(head.toString('latin1', 0, 100));
}

function isTextHead(head: Buffer): boolean {
  if (utf16Of(head) !== null) return true;
  return !/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(head.toString('latin1'));
}

/** UTF-16 as its mark says, or as `<` does in XML without one. */
export function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0x3c && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  if (a === 0 && b === 0x3c && c === 0 && d !== 0) return 'utf-16be';
  return null;
}

/** What a text is by how it begins: XML, a drawing or a page; anything else is text. Linear: what stands before the first element is skipped once. */
export function typeOfText(text: string): 'svg' | 'xml' | 'html' | 'text' {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let prolog = false;
  let comment = false;
  for (;;) {
    while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
    if (text.startsWith('<?', at)) {
      prolog ||= text.startsWith('<?xml', at);
      at = after(text, '?>', at + 2);
    } else if (text.startsWith('<!--', at)) {
      comment = true;
      at = after(text, '-->', at + 4);
    } else break;
  }
  const named = /^<(?:!doctype\s{1,40})?(?:[\w.-]{1,40}:)?([A-Za-z_][\w.-]{0,60})/i.exec(text.slice(at, at + 200));
  const name = named?.[1]?.toLowerCase();
  if (name === 'svg') return 'svg';
  if (name === 'html' || (name !== undefined && !prolog && pageElements.has(name))) return 'html';
  if (name !== undefined) return 'xml';
  return prolog ? 'xml' : comment ? 'html' : 'text';
}

function after(text: string, wanted: string, from: number): number {
  const found = text.indexOf(wanted, from);
  return found < 0 ? text.length : found + wanted.length;
}

/** Elements by which a browser that guesses takes a text for a page (WHATWG MIME Sniffing §7.1), and those that run scripts. */
const pageElements: ReadonlySet<string> = new Set(
  'a abbr article b base body br button center details div embed font form frameset h1 h2 h3 head html i iframe img input link marquee math meta object ol p script section span style table template title ul video audio'.split(
    ' ',
  ),
);
