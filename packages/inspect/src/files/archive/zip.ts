import { type Place, partOf, report, spend, within } from '../cursor.ts';
import type { FileBytes, FileType } from '../model.ts';
import { entryNameRule, leavesFolder } from '../names.ts';
import { scanBytes } from '../raw-scan.ts';
import { unpack } from '../unpack.ts';
import { readZipDirectory, type ZipDirectory, type ZipEntry } from './zip-directory.ts';

const typeBits = 0o170000;
/** Of one entry, to be held in memory. */
const maxEntryBytes = 16_777_216;

/** An archive that was opened: what it is, and its entries as they may be read. */
export interface OpenZip {
  readonly type: FileType;
  readonly entries: readonly ZipEntry[];
  /** The content of an entry, unpacked within what may be spent; null where it is not to be read. What is left out of a `large` one is only told. */
  content(entry: ZipEntry, large?: boolean): Promise<FileBytes | null>;
}

/** Opens a zip and tells what speaks against it as an archive: paths, links, sizes, encryption, entries that overlap or that nobody can read alike. */
export async function openZip(source: FileBytes, place: Place): Promise<OpenZip | null> {
  const directory = await readZipDirectory(source, place);
  if (directory === null) return null;
  // Behind the entries there is room for words too: comments of entries, fields of other programs.
  await scanBytes(partOf(source, directory.start, source.size), place, { binary: true, closed: false });
  const bomb = isBomb(directory, source.size, place);
  const names = judgeEntries(directory.entries, place);
  const starts = await judgeLayout(source, directory, place);
  return {
    type: typeOfNames(names),
    entries: directory.entries,
    content: async (entry, large = false) =>
      bomb ? null : await contentOf(source, entry, { at: starts.get(entry.number), large }, place),
  };
}

/** Whether it says of itself that it is too large unpacked: then nothing of it is unpacked. */
function isBomb({ entries }: ZipDirectory, size: number, place: Place): boolean {
  const { unpackedBytes, ratio } = place.state.bounds;
  let unpacked = 0;
  for (const { plain } of entries) unpacked += plain;
  const bomb = unpacked > unpackedBytes || unpacked > Math.max(1_048_576, size * ratio);
  if (bomb) report(place, 'upload.archive_bomb');
  return bomb;
}

function judgeEntries(entries: readonly ZipEntry[], place: Place): ReadonlySet<string> {
  const names = new Set<string>();
  for (const entry of entries) {
    const here = within(place, entry.number);
    const name = entry.name.toLowerCase().normalize('NFC');
    if (leavesFolder(entry.name)) report(here, 'upload.archive_path');
    if (names.has(name)) report(here, 'upload.archive_repeated');
    names.add(name);
    const kind = entry.mode & typeBits;
    if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) report(here, 'upload.archive_link');
    const rule = entryNameRule(entry.name);
    if (rule !== null) report(here, rule);
    if (entry.encrypted || entry.method === 99) report(here, 'upload.archive_encrypted');
    else if (entry.method !== 0 && entry.method !== 8) report(here, 'upload.unread');
  }
  return names;
}

/** Where the data of each entry begins. Entries stand one behind the other, each with the name that the directory gives it. */
async function judgeLayout(
  source: FileBytes,
  { entries, start }: ZipDirectory,
  place: Place,
): Promise<ReadonlyMap<number, number>> {
  const starts = new Map<number, number>();
  const ordered = [...entries].sort((a, b) => a.offset - b.offset);
  const [first] = ordered;
  if (first !== undefined && first.offset !== 0) report(place, 'upload.second_format', 0);
  for (const [index, entry] of ordered.entries()) {
    const here = within(place, entry.number);
    const head = await source.read(entry.offset, 30);
    await spend(place.state, 30);
    if (head.length < 30 || head.readUInt32LE(0) !== 0x04034b50) {
      report(here, 'upload.archive_disagrees', entry.offset);
      continue;
    }
    const nameLength = head.readUInt16LE(26);
    const data = entry.offset + 30 + nameLength + head.readUInt16LE(28);
    const until = ordered[index + 1]?.offset ?? start;
    if (data + entry.packed > until) report(here, 'upload.archive_overlap', entry.offset);
    else {
      starts.set(entry.number, data);
      // Who reads from the front, without the directory, finds there what is not in it.
      if (head.readUInt16LE(28) > 0)
        await scanBytes(partOf(source, data - head.readUInt16LE(28), data), here, { binary: true, closed: false });
      if (until - data - entry.packed > maxDescriptorBytes || !sameSizes(head, entry))
        report(here, 'upload.archive_disagrees', entry.offset);
      const name = await source.read(entry.offset + 30, Math.min(nameLength, 1_024));
      if (head.readUInt16LE(8) !== entry.method || !sameName(name, entry.name))
        report(here, 'upload.archive_disagrees', entry.offset);
    }
  }
  return starts;
}

/** What stands behind an entry at most: its sum and sizes in the large form, and their mark. */
const maxDescriptorBytes = 24;

/** Whether an entry's own head names its packed size as the directory does, or leaves it to what stands behind the entry. */
function sameSizes(head: Buffer, { packed }: ZipEntry): boolean {
  const said = head.readUInt32LE(18);
  return said === packed || said === 0xffffffff || (said === 0 && (head.readUInt16LE(6) & 0x08) !== 0);
}

function sameName(bytes: Buffer, name: string): boolean {
  // In bytes, or as the directory's name was read where it is not UTF-8.
  return bytes.length >= 1_024 || bytes.equals(Buffer.from(name)) || new TextDecoder('gb18030').decode(bytes) === name;
}

async function contentOf(
  source: FileBytes,
  entry: ZipEntry,
  { at, large }: { readonly at: number | undefined; readonly large: boolean },
  place: Place,
): Promise<FileBytes | null> {
  const leftOut = large ? 'upload.unread' : 'upload.too_much';
  const here = within(place, entry.number);
  if (at === undefined || entry.encrypted || entry.packed === 0) return null;
  if (entry.method === 0) {
    if (entry.packed !== entry.plain) report(here, 'upload.archive_disagrees', entry.offset);
    return partOf(source, at, at + entry.packed);
  }
  if (entry.method !== 8) return null;
  const { state } = place;
  const limit = Math.min(maxEntryBytes, state.unpackable, entry.plain + 1);
  if (state.unpackable <= 0) {
    report(here, leftOut);
    return null;
  }
  // What is left alone of a large entry is packed to a thousandth at best.
  const packed = await source.read(at, Math.min(entry.packed, limit + 65_536));
  await spend(state, packed.length);
  const plain = await unpack(packed, 'raw', limit);
  if (plain === null) {
    report(here, 'upload.archive_disagrees', entry.offset);
    return null;
  }
  state.unpackable -= plain.bytes.length;
  // The packed data ends before the entry does: who reads from the front goes on with what stands there.
  if (plain.whole && plain.used < packed.length) report(here, 'upload.archive_disagrees', entry.offset);
  if (plain.bytes.length > entry.plain) report(here, 'upload.archive_bomb', entry.offset);
  else if (!plain.whole && plain.bytes.length < entry.plain) report(here, leftOut);
  return { size: plain.bytes.length, read: async (offset, length) => plain.bytes.subarray(offset, offset + length) };
}

function typeOfNames(names: ReadonlySet<string>): FileType {
  if (!names.has('[content_types].xml')) return 'zip';
  if (names.has('word/document.xml')) return 'docx';
  if (names.has('xl/workbook.xml') || names.has('xl/workbook.bin')) return 'xlsx';
  return names.has('ppt/presentation.xml') ? 'pptx' : 'ooxml';
}
