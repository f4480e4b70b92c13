import type { FileBytes } from '../model.ts';

/** A stream or storage of a compound file ([MS-CFB]). */
export interface CompoundEntry {
  readonly name: string;
  readonly size: number;
  read(limit: number): Promise<Buffer>;
}

const maxSectors = 262_144;
const maxEntries = 4_096;
const endOfChain = 0xfffffffa;

/** Reads the directory of a compound file, bounded. Null where it is none. */
export async function readCompound(source: FileBytes): Promise<readonly CompoundEntry[] | null> {
  const head = await source.read(0, 512);
  if (head.length < 512 || head.readUInt32BE(0) !== 0xd0cf11e0) return null;
  const shift = head.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return null;
  const sectorBytes = 2 ** shift;
  const sector = (index: number): Promise<Buffer> => source.read((index + 1) * sectorBytes, sectorBytes);
  const table = await readTable(head, sector, sectorBytes, source.size);
  const chain = async (first: number, limit: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    const seen = new Set<number>();
    for (let at = first, bytes = 0; at < endOfChain && bytes < limit && !seen.has(at); at = table[at] ?? endOfChain) {
      seen.add(at);
      const part = await sector(at);
      if (part.length === 0) break;
      parts.push(part);
      bytes += part.length;
    }
    return Buffer.concat(parts).subarray(0, limit);
  };
  const directory = await chain(head.readUInt32LE(48), maxEntries * 128);
  const records: Buffer[] = [];
  for (let at = 0; at + 128 <= directory.length; at += 128)
    if (directory[at + 66] !== 0) records.push(directory.subarray(at, at + 128));
  const root = records.find((record) => record[66] === 5);
  const miniCutoff = head.readUInt32LE(56);
  const miniTable = await chain(head.readUInt32LE(60), maxSectors);
  const miniStart = root?.readUInt32LE(116) ?? endOfChain;
  let mini: Buffer | null = null;
  const miniChain = async (first: number, limit: number): Promise<Buffer> => {
    mini ??= await chain(miniStart, 4_194_304);
    const parts: Buffer[] = [];
    const seen = new Set<number>();
    for (let at = first, bytes = 0; at < endOfChain && bytes < limit && !seen.has(at); bytes += 64) {
      seen.add(at);
      parts.push(mini.subarray(at * 64, at * 64 + 64));
      at = at * 4 + 4 <= miniTable.length ? miniTable.readUInt32LE(at * 4) : endOfChain;
    }
    return Buffer.concat(parts).subarray(0, limit);
  };
  return records.map((record) => {
    const bytes = Math.max(0, Math.min(record.readUInt16LE(64) - 2, 62));
    const first = record.readUInt32LE(116);
    const size = record.readUInt32LE(120);
    return {
      name: record.toString('utf16le', 0, bytes),
      size,
      read: (limit) => (size < miniCutoff && record[66] === 2 ? miniChain : chain)(first, Math.min(limit, size)),
    };
  });
}

/** The table of sectors: the first 109 of its sectors stand in the head, the rest in a chain. */
async function readTable(
  head: Buffer,
  sector: (index: number) => Promise<Buffer>,
  sectorBytes: number,
  size: number,
): Promise<Uint32Array> {
  const sectors = Math.min(maxSectors, Math.ceil(size / sectorBytes));
  const table = new Uint32Array(sectors).fill(0xffffffff);
  const places: number[] = [];
  for (let at = 76; at < 512; at += 4) places.push(head.readUInt32LE(at));
  let more = head.readUInt32LE(68);
  for (let count = 0; more < endOfChain && count < 64; count += 1) {
    const block = await sector(more);
    if (block.length < sectorBytes) break;
    for (let at = 0; at < sectorBytes - 4; at += 4) places.push(block.readUInt32LE(at));
    more = block.readUInt32LE(sectorBytes - 4);
  }
  let filled = 0;
  for (const place of places) {
    if (place >= endOfChain || filled >= sectors) break;
    const block = await sector(place);
    for (let at = 0; at + 4 <= block.length && filled < sectors; at += 4, filled += 1) table[filled] = block.readUInt32LE(at);
  }
  return table;
}
