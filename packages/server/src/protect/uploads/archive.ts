import type { UploadsConfig, UploadType } from '@menshen/contract';
import type { ByteSource } from './byte-source.ts';

/** Entries of office files that run code or fetch it. */
const activeEntries =
  /(?:^|\/)(?:vbaProject\.bin|vbaData\.xml|activeX[^/]*|externalLinks)(?:\/|$)|\.(?:exe|dll|scr|bat|cmd|js|vbs|hta|lnk|jar)$/i;
const endRecordBytes = 22;
const maxDirectoryBytes = 16_777_216;

export type ArchiveVerdict =
  | { readonly kind: 'ok'; readonly type: UploadType }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Reads a zip by its central directory (PKWARE APPNOTE 6.3) and holds it against the bounds: entries, size and ratio unpacked, no overlap, no
 * encryption, no path out of its folder, nothing in front or behind. Tells office files apart by what they must hold.
 */
export async function readArchive(source: ByteSource, bounds: UploadsConfig['archive']): Promise<ArchiveVerdict> {
  const tail = await source.read(Math.max(0, source.size - endRecordBytes), endRecordBytes);
  // With a comment it would be further in front: a place for another format.
  if (tail.length < endRecordBytes || tail.readUInt32LE(0) !== 0x06054b50 || tail.readUInt16LE(20) !== 0)
    return refused('no end record');
  const count = tail.readUInt16LE(10);
  const size = tail.readUInt32LE(12);
  const offset = tail.readUInt32LE(16);
  if (count === 0xffff || offset === 0xffffffff) return refused('zip64');
  if (tail.readUInt16LE(4) !== 0 || tail.readUInt16LE(8) !== count || count === 0) return refused('several disks or empty');
  if (count > bounds.entries) return refused('too many entries');
  if (offset + size + endRecordBytes !== source.size || size > maxDirectoryBytes) return refused('directory out of place');
  const directory = await source.read(offset, size);
  const names = new Set<string>();
  const spans: { start: number; bytes: number }[] = [];
  let unpacked = 0;
  let at = 0;
  for (let entry = 0; entry < count; entry += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) return refused('broken directory');
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const packed = directory.readUInt32LE(at + 20);
    const plain = directory.readUInt32LE(at + 24);
    const nameLength = directory.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    if ((flags & 0x41) !== 0) return refused('encrypted');
    if (method !== 0 && method !== 8) return refused('unknown packing');
    if (isUnsafePath(name) || names.has(name.toLowerCase())) return refused('unsafe or repeated name');
    names.add(name.toLowerCase());
    unpacked += plain;
    spans.push({ start: directory.readUInt32LE(at + 42), bytes: packed + 30 + nameLength });
    at = next;
  }
  if (at !== directory.length) return refused('broken directory');
  if (unpacked > bounds.bytes || unpacked > Math.max(1_048_576, source.size * bounds.ratio)) return refused('too large unpacked');
  spans.sort((a, b) => a.start - b.start);
  if (spans[0]?.start !== 0) return refused('something in front');
  for (const [index, { start, bytes }] of spans.entries()) {
    if (start + bytes > (spans[index + 1]?.start ?? offset)) return refused('overlapping entries');
    const local = await source.read(start, 4);
    if (local.length < 4 || local.readUInt32LE(0) !== 0x04034b50) return refused('broken entry');
  }
  return typeOfEntries(names);
}

function typeOfEntries(names: ReadonlySet<string>): ArchiveVerdict {
  for (const name of names) if (activeEntries.test(name)) return refused('active content');
  if (!names.has('[content_types].xml')) return { kind: 'ok', type: 'zip' };
  if (names.has('word/document.xml')) return { kind: 'ok', type: 'docx' };
  if (names.has('xl/workbook.xml')) return { kind: 'ok', type: 'xlsx' };
  return names.has('ppt/presentation.xml') ? { kind: 'ok', type: 'pptx' } : refused('unknown office file');
}

function isUnsafePath(name: string): boolean {
  return (
    name === '' ||
    name.includes('\\') ||
    name.includes('\0') ||
    name.startsWith('/') ||
    /^[A-Za-z]:/.test(name) ||
    name.split('/').includes('..')
  );
}

const refused = (why: string): ArchiveVerdict => ({ kind: 'refused', why });
