import { type Place, report, within } from '../cursor.ts';
import type { FileBytes } from '../model.ts';

export interface ZipEntry {
  /** From 1, in the order of the directory. */
  readonly number: number;
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packed: number;
  readonly plain: number;
  /** Where its own head begins. */
  readonly offset: number;
  /** Kind of file by its mode, where Unix wrote it: 0o120000 is a link. */
  readonly mode: number;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Where the directory begins. */
  readonly start: number;
}

const endBytes = 22;
const maxComment = 1_024;
const maxDirectoryBytes = 16_777_216;

/**
 * Reads the central directory of a zip (PKWARE APPNOTE 6.3), with the large form of the specification. What two programs could read differently is told
 * as a finding. Null where it cannot be read.
 */
export async function readZipDirectory(source: FileBytes, place: Place): Promise<ZipDirectory | null> {
  const tail = await source.read(Math.max(0, source.size - endBytes - maxComment), endBytes + maxComment);
  const at = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (at < 0 || at + endBytes > tail.length || tail.readUInt16LE(at + 20) !== tail.length - at - endBytes)
    return broken(place, source.size);
  // A comment is a place for another format: only words.
  if (/[^\t\r\n\x20-\x7e\x80-\xff]|<[a-z!?%]/i.test(tail.toString('latin1', at + endBytes)))
    report(place, 'upload.second_format', source.size - tail.length + at);
  const end = await readEnd(source, tail, at);
  if (end === null) return broken(place, source.size);
  const { count, size, offset, disks } = end;
  if (disks || offset + size > end.begin || size > maxDirectoryBytes || count * 46 > size) return broken(place, offset);
  if (count > place.state.bounds.entries) {
    report(place, 'upload.archive_bomb');
    return null;
  }
  if (offset + size !== end.begin) report(place, 'upload.structure', offset + size);
  const directory = await source.read(offset, size);
  const entries: ZipEntry[] = [];
  let next = 0;
  for (let number = 1; number <= count; number += 1) {
    if (next + 46 > directory.length || directory.readUInt32LE(next) !== 0x02014b50) return broken(place, offset + next);
    const nameEnd = next + 46 + directory.readUInt16LE(next + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(next + 30);
    if (extraEnd > directory.length) return broken(place, offset + next);
    if (namesAgain(directory, nameEnd, extraEnd)) report(within(place, number), 'upload.archive_disagrees', offset + next);
    entries.push(entryAt(directory, next, nameEnd, extraEnd, number));
    next = extraEnd + directory.readUInt16LE(next + 32);
  }
  if (next !== directory.length) report(place, 'upload.archive_disagrees', offset + next);
  return { entries, start: offset };
}

function broken(place: Place, at: number): null {
  report(place, 'upload.structure', at);
  return null;
}

interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly disks: boolean;
  /** Where the record of the end begins. */
  readonly begin: number;
}

async function readEnd(source: FileBytes, tail: Buffer, at: number): Promise<End | null> {
  const begin = source.size - tail.length + at;
  const plain = {
    count: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
    disks: tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 8) !== tail.readUInt16LE(at + 10),
    begin,
  };
  if (plain.count !== 0xffff && plain.offset !== 0xffffffff && plain.size !== 0xffffffff) return plain;
  const locator = await source.read(begin - 20, 20);
  if (locator.length < 20 || locator.readUInt32LE(0) !== 0x07064b50) return null;
  const large = Number(locator.readBigUInt64LE(8));
  const record = await source.read(large, 56);
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50 || large + 56 > begin - 20) return null;
  const count = Number(record.readBigUInt64LE(32));
  return {
    count,
    size: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
    disks: Number(record.readBigUInt64LE(24)) !== count,
    begin: large,
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const gb18030 = new TextDecoder('gb18030');

/** Names are UTF-8, as a flag says or not; else as Chinese systems write them. */
function nameOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return gb18030.decode(bytes);
  }
}

/** Whether an extra field gives the entry a second name (Info-ZIP's Unicode path), which some readers take and others do not. */
function namesAgain(directory: Buffer, from: number, end: number): boolean {
  for (let at = from; at + 4 <= end; at += 4 + directory.readUInt16LE(at + 2)) {
    if (directory.readUInt16LE(at) !== 0x7075) continue;
    const name = directory.subarray(at + 9, at + 4 + directory.readUInt16LE(at + 2));
    const own = directory.subarray(0, from).subarray(-name.length);
    if (name.length === 0 || name.toString() !== own.toString()) return true;
  }
  return false;
}

function entryAt(directory: Buffer, at: number, nameEnd: number, extraEnd: number, number: number): ZipEntry {
  let packed = directory.readUInt32LE(at + 20);
  let plain = directory.readUInt32LE(at + 24);
  let offset = directory.readUInt32LE(at + 42);
  // The large form: what does not fit stands in an extra field, in this order.
  for (let extra = nameEnd; extra + 4 <= extraEnd; ) {
    const length = directory.readUInt16LE(extra + 2);
    if (directory.readUInt16LE(extra) === 1) {
      let from = extra + 4;
      const stop = Math.min(extraEnd, from + length);
      const take = (given: number): number => {
        if (given !== 0xffffffff || from + 8 > stop) return given;
        from += 8;
        return Number(directory.readBigUInt64LE(from - 8));
      };
      plain = take(plain);
      packed = take(packed);
      offset = take(offset);
    }
    extra += 4 + length;
  }
  const unix = directory[at + 5] === 3;
  return {
    number,
    name: nameOf(directory.subarray(at + 46, nameEnd)),
    method: directory.readUInt16LE(at + 10),
    encrypted: (directory.readUInt16LE(at + 8) & 0x41) !== 0,
    ...{ packed, plain, offset },
    mode: unix ? directory.readUInt32LE(at + 38) >>> 16 : 0,
  };
}
