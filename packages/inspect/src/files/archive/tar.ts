import { type Place, partOf, report, spend, within } from '../cursor.ts';
import type { FileBytes } from '../model.ts';
import { entryNameRule, leavesFolder } from '../names.ts';

export interface TarEntry {
  readonly number: number;
  readonly name: string;
  readonly content: FileBytes;
}

const block = 512;
const maxHeadBytes = 1_048_576;
const textOf = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
};

/** Size in octal, or in base 256 as GNU writes large ones; NaN where it is neither. */
function sizeOf(head: Buffer): number {
  if (head[124] === 0x80) return head.readUIntBE(125, 3) === 0 ? Number(head.readBigUInt64BE(128)) : Number.NaN;
  const text = head
    .toString('latin1', 124, 136)
    .replace(/[\0 ]+$/, '')
    .trim();
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : text === '' ? 0 : Number.NaN;
}

/** Whether its sum is that of its bytes, its own eight counted as blanks. Where it is not, readers look for the next head that is sound, each in its own way. */
function isSound(head: Buffer): boolean {
  let sum = 8 * 0x20;
  for (let at = 0; at < block; at += 1) if (at < 148 || at >= 156) sum += head[at] ?? 0;
  const said = head
    .toString('latin1', 148, 156)
    .replace(/[\0 ]+$/, '')
    .trim();
  return /^[0-7]{1,7}$/.test(said) && Number.parseInt(said, 8) === sum;
}

/** What an extended head of pax says of what follows it. */
interface Extended {
  name: string | null;
  size: number | null;
}

/**
 * Reads the records `LENGTH KEY=VALUE\n` of a pax head by their lengths: a value may hold what looks like the next record. False where they are broken, or where
 * readers take another name or size from them: two of one entry, one of all entries, those of sparse files.
 */
function readExtended(bytes: Buffer, next: Extended, ofAll: boolean): boolean {
  for (let at = 0; at < bytes.length; ) {
    const digits = /^([1-9]\d{0,6}) /.exec(bytes.toString('latin1', at, at + 8))?.[1];
    const end = at + Number(digits ?? 0);
    if (digits === undefined || end > bytes.length || bytes[end - 1] !== 0x0a) return false;
    const record = bytes.subarray(at + digits.length + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals < 0) return false;
    const value = record.toString('utf8', equals + 1);
    const key = record.toString('latin1', 0, equals);
    if (key.startsWith('GNU.sparse.') || (ofAll && (key === 'path' || key === 'size'))) return false;
    if (key === 'path') {
      if (next.name !== null && next.name !== value) return false;
      next.name = value;
    }
    if (key === 'size') {
      if (next.size !== null || !/^\d{1,15}$/.test(value)) return false;
      next.size = Number(value);
    }
    at = end;
  }
  return true;
}

/** Links, devices and folders have no content; every other type is a file to those who do not know it (POSIX.1-1988 §10.1.1). */
const isFile = (type: string): boolean => !'123456'.includes(type);

/** Reads the entries of a tape archive (POSIX.1-1988 ustar, with the long names of GNU and pax), and tells what speaks against it. */
export async function* readTar(source: FileBytes, place: Place): AsyncGenerator<TarEntry> {
  const { entries, unpackedBytes } = place.state.bounds;
  let next: Extended = { name: null, size: null };
  let number = 0;
  for (let at = 0; at + block <= source.size; ) {
    const head = await source.read(at, block);
    await spend(place.state, block);
    if (isEmpty(head)) return await judgeEnd(source, at + block, place);
    const type = String.fromCharCode(head[156] ?? 0);
    const extended = 'xgLK'.includes(type);
    const size = sizeOf(head);
    // Another size than its own is for what is larger than any that is taken here.
    const two = !extended && next.size !== null && next.size !== size;
    if (!isSound(head) || two || !Number.isSafeInteger(size) || at + block + size > source.size)
      return report(place, 'upload.structure', at);
    const data = at + block;
    at = data + Math.ceil(size / block) * block;
    if (extended) {
      const bytes = await source.read(data, Math.min(size, maxHeadBytes));
      const twice = type === 'L' && next.name !== null && next.name !== textOf(bytes);
      if (size > maxHeadBytes || twice || ('xg'.includes(type) && !readExtended(bytes, next, type === 'g')))
        return report(place, 'upload.structure', data);
      if (type === 'L') next.name = textOf(bytes);
      continue;
    }
    number += 1;
    const here = within(place, number);
    if (number > entries || size > unpackedBytes) return report(here, 'upload.archive_bomb');
    const prefix = textOf(head.subarray(345, 500));
    const own = textOf(head.subarray(0, 100));
    const name: string = next.name ?? (prefix === '' ? own : `${prefix}/${own}`);
    next = { name: null, size: null };
    if (leavesFolder(name)) report(here, 'upload.archive_path');
    if ('12346'.includes(type)) report(here, 'upload.archive_link');
    const rule = entryNameRule(name);
    if (rule !== null) report(here, rule);
    if (size > 0 && isFile(type)) yield { number, name, content: partOf(source, data, data + size) };
  }
}

const isEmpty = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

/** After the empty block nothing stands: some readers go on where others end. */
async function judgeEnd(source: FileBytes, from: number, place: Place): Promise<void> {
  for (let at = from; at < source.size; ) {
    const bytes = await source.read(at, 65_536);
    if (bytes.length === 0) return;
    await spend(place.state, bytes.length);
    if (!isEmpty(bytes)) return report(place, 'upload.structure', at);
    at += bytes.length;
  }
}
