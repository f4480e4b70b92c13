import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { type Advisory, type AdvisoryIndex, indexAdvisories, readAdvisory } from '@menshen/scan';
import { UsageError } from '../command.ts';

const mostFileBytes = 512 * 1_048_576;
/** One advisory of an export, unpacked. */
const mostRecordBytes = 4 * 1_048_576;
const mostRecords = 500_000;

/**
 * Reads advisories in OSV form: one record, a list or lines of them in a `.json` file, a folder of such files, or the zip that OSV exports for an
 * ecosystem. A record that cannot be read is left out.
 */
export function readAdvisories(path: string): { index: AdvisoryIndex; records: number } {
  const stat = statSync(path);
  const records: Advisory[] = [];
  const take = (value: unknown): void => {
    for (const entry of Array.isArray(value) ? value : [value]) {
      const advisory = records.length < mostRecords ? readAdvisory(entry) : undefined;
      if (advisory !== undefined) records.push(advisory);
    }
  };
  const takeText = (text: string): void => {
    try {
      take(JSON.parse(text));
    } catch {
      for (const line of text.split('\n')) if (line.trim().startsWith('{')) take(parsed(line));
    }
  };
  if (stat.isDirectory()) {
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.json') && statSync(join(path, name)).size <= mostRecordBytes)
        takeText(readFileSync(join(path, name), 'utf8'));
  } else {
    if (stat.size > mostFileBytes) throw unusable();
    const bytes = readFileSync(path);
    if (bytes.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))) for (const text of unzip(bytes)) takeText(text);
    else takeText(bytes.toString('utf8'));
  }
  if (records.length === 0) throw unusable();
  return { index: indexAdvisories(records), records: records.length };
}

const unusable = (): UsageError =>
  new UsageError({ zh: '公告文件中没有可用的 OSV 记录。', en: 'The advisory file holds no usable OSV record.' });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The `.json` entries of a zip, by its central directory (PKWARE APPNOTE 6.3), zip64 for the number of entries included. */
function* unzip(bytes: Buffer): Generator<string> {
  let end = -1;
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 65_557) && end < 0; at -= 1)
    if (bytes.readUInt32LE(at) === 0x06054b50) end = at;
  if (end < 0) throw unusable();
  let count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if ((count === 0xffff || at === 0xffffffff) && end >= 20 && bytes.readUInt32LE(end - 20) === 0x07064b50) {
    const record = Number(bytes.readBigUInt64LE(end - 12));
    if (record + 56 <= bytes.length && bytes.readUInt32LE(record) === 0x06064b50) {
      count = Number(bytes.readBigUInt64LE(record + 32));
      at = Number(bytes.readBigUInt64LE(record + 48));
    }
  }
  for (
    let entry = 0;
    entry < Math.min(count, mostRecords) && at + 46 <= bytes.length && bytes.readUInt32LE(at) === 0x02014b50;
    entry += 1
  ) {
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (!name.endsWith('.json') || local + 30 > bytes.length || bytes.readUInt32LE(local) !== 0x04034b50) continue;
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(start, start + packed);
    try {
      if (method === 0 && body.length <= mostRecordBytes) yield body.toString('utf8');
      else if (method === 8) yield inflateRawSync(body, { maxOutputLength: mostRecordBytes }).toString('utf8');
    } catch {
      // A broken or oversized entry is left out.
    }
  }
}
