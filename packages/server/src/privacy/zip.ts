import { crc32 } from 'node:zlib';

export interface ZipFile {
  /** ASCII, with `/` between folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const version = 20;
/** Names are UTF-8 (bit 11). */
const flags = 0x0800;

/** MS-DOS date and time in UTC, whose resolution is two seconds. */
function dosTime(epochMs: number): { date: number; time: number } {
  const at = new Date(epochMs);
  return {
    date: ((Math.max(1980, at.getUTCFullYear()) - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}

/** A zip archive of stored files (PKWARE APPNOTE 6.3): the same files at the same time make the same bytes. Under 4 GiB in all. */
export function writeZip(files: readonly ZipFile[], epochMs: number): Buffer {
  const { date, time } = dosTime(epochMs);
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const title = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(version, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(0, 4);
    common.writeUInt16LE(time, 6);
    common.writeUInt16LE(date, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(title.length, 22);
    const local = Buffer.alloc(4);
    local.writeUInt32LE(localSignature, 0);
    parts.push(local, common, title, Buffer.from(bytes));
    const head = Buffer.alloc(6);
    head.writeUInt32LE(centralSignature, 0);
    head.writeUInt16LE(version, 4);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(head, common, rest, title);
    offset += 30 + title.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(endSignature, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}
