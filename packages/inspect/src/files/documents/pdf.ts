import { mayLook, type Place, report, spend, windowsOf } from '../cursor.ts';
import type { FileBytes } from '../model.ts';
import { unpack } from '../unpack.ts';

const overlap = 4_096;
const tailBytes = 65_536;
const maxObjectStreams = 2_000;
const maxStreamBytes = 4_194_304;

/** Names that make a PDF act by itself (ISO 32000-2 §12.6, §12.7.6), with what they are told as. */
const acting: readonly (readonly [string, string])[] = [
  ['JavaScript', 'upload.pdf_script'],
  ['Launch', 'upload.pdf_launch'],
  ['EmbeddedFiles', 'upload.pdf_embedded'],
  ['EmbeddedFile', 'upload.pdf_embedded'],
  ['RichMedia', 'upload.pdf_action'],
  ['SubmitForm', 'upload.pdf_action'],
  ['ImportData', 'upload.pdf_action'],
  ['XFA', 'upload.pdf_action'],
  ['GoToE', 'upload.pdf_embedded'],
  ['GoToR', 'upload.pdf_remote'],
  ['Encrypt', 'upload.pdf_encrypted'],
];
const rules = new Map(acting);
const names =
  /\/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA|GoToE|GoToR|Encrypt)(?=[\s/<>[\]()%{}]|$)/g;
/** Short names occur by chance in packed data: they count with the value that belongs to them. */
const script = /\/JS[\s\x00]{0,40}(?:\([\t\r\n\x20-\x7e]{4}|\(\xfe\xff|<[0-9A-Fa-f\s]{6}|\d{1,9}\s{1,10}\d{1,5}\s{1,10}R)/g;
const shortNames = new Set(['XFA']);
const value = /^[\s\x00]{0,40}(?:\[|\d{1,9}\s{1,10}\d{1,5}\s{1,10}R|<<)/;
const hexEscape = /#([0-9A-Fa-f]{2})/g;
const escaped = /#[0-9A-Fa-f]{2}/;

/**
 * Looks in a PDF for actions, also where their names are written with escapes, and in object streams that are packed with Flate. Other packings of object
 * streams, and those of encrypted files, are told as not read. Whether its beginning and end are those of a PDF is told as its structure.
 */
export async function scanPdf(source: FileBytes, place: Place): Promise<void> {
  const head = (await source.read(0, 1_024)).toString('latin1');
  if (!/^%PDF-[12]\.\d/.test(head)) report(place, 'upload.structure', 0);
  // Some makers fill up with spaces.
  const tail = (await source.read(Math.max(0, source.size - tailBytes), tailBytes)).toString('latin1');
  const end = tail.lastIndexOf('%%EOF');
  if (end < 0 || /[^\s\x00]/.test(tail.slice(end + 5))) report(place, 'upload.structure', source.size);
  const streams: ObjectStream[] = [];
  for await (const { bytes, start, last } of windowsOf(source, place.state, overlap)) {
    const text = bytes.toString('latin1');
    scanNames(text, place, start);
    if (!findObjectStreams(text, start, last ? text.length : text.length - overlap, place, streams)) break;
  }
  if (place.state.found.has('upload.pdf_encrypted')) return;
  for (const { at, own } of streams) {
    const packed = await source.read(at, Math.min(maxStreamBytes, source.size - at));
    await spend(place.state, packed.length);
    const limit = Math.min(maxStreamBytes, place.state.unpackable);
    const plain = await unpack(packed, 'zlib', limit);
    if (plain !== null && plain.bytes.length > 0) {
      place.state.unpackable -= plain.bytes.length;
      if (plain.bytes.length >= limit) return report(place, 'upload.too_much', at);
      scanNames(plain.bytes.toString('latin1'), place, at);
    } else if (limit <= 0) return report(place, 'upload.too_much', at);
    else if (own) report(place, 'upload.pdf_stream', at);
  }
}

function scanNames(text: string, place: Place, base: number): void {
  const plain =
    text.includes('#') && escaped.test(text)
      ? text.replace(hexEscape, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      : text;
  for (const match of plain.matchAll(names)) {
    const name = match[1] ?? '';
    if (!mayLook(place)) return;
    if (shortNames.has(name) && !value.test(plain.slice(match.index + match[0].length, match.index + 80))) continue;
    report(place, rules.get(name) ?? 'upload.pdf_action', base + match.index);
  }
  script.lastIndex = 0;
  const found = script.exec(plain);
  if (found !== null) report(place, 'upload.pdf_script', base + found.index);
}

interface ObjectStream {
  /** Where its data begins. */
  readonly at: number;
  /** Whether it is certainly one. */
  readonly own: boolean;
}

/** Finds the streams that hold objects by the dictionary before them; one whose dictionary is not in sight counts as one. False where there are too many. */
function findObjectStreams(text: string, start: number, until: number, place: Place, streams: ObjectStream[]): boolean {
  // What is nearer to the begin of a window than its overlap was seen in the window before.
  const from = start === 0 ? 0 : overlap - 2_048;
  const to = until === text.length ? until : until + overlap - 2_048;
  for (let at = text.indexOf('stream', from); at >= 0 && at < to; at = text.indexOf('stream', at + 6)) {
    const line = text.charCodeAt(at + 6);
    if (text.charCodeAt(at - 1) === 0x64 || (line !== 0x0a && line !== 0x0d)) continue;
    if (!mayLook(place)) return false;
    const before = decoded(text.slice(Math.max(0, at - 2_000), at));
    // A comment may pretend that another object begins: any such name nearby counts, and a dictionary that is out of sight.
    const named = before.lastIndexOf('ObjStm');
    if (named < 0 && before.includes('<<')) continue;
    if (streams.length >= maxObjectStreams) {
      report(place, 'upload.too_much', start + at);
      return false;
    }
    const data = start + at + (line === 0x0d && text.charCodeAt(at + 7) === 0x0a ? 8 : 7);
    // Not packed, its names were seen as they stand.
    if (named >= 0 && !/\/(?:Filter|F)\b/.test(before)) continue;
    // The first stream behind such a name is its own; one further behind may be a picture's.
    streams.push({ at: data, own: named < 0 || !/(?:^|[^d])stream[\r\n]/.test(before.slice(named)) });
  }
  return true;
}

const decoded = (text: string): string =>
  text.includes('#') ? text.replace(hexEscape, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text;
