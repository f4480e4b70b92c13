import { deflateRawSync, deflateSync } from 'node:zlib';
import type { FileBytes } from '../model.ts';
import { type FileOptions, readFile } from '../read-file.ts';

/** Small files of each form, made here. */

export const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const le16 = (value: number): Buffer => Buffer.from([value & 0xff, (value >> 8) & 0xff]);
const le32 = (value: number): Buffer => Buffer.concat([le16(value & 0xffff), le16(value >>> 16)]);

export const source = (bytes: Buffer): FileBytes => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** Names of the rules that a file brings up. */
export async function rulesOf(
  content: Buffer | string,
  filename: string | null = null,
  more: Partial<FileOptions> = {},
): Promise<string[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { findings } = await readFile(source(bytes), { filename, ...more });
  return findings.map(({ rule }) => rule).sort();
}

export interface ZipPart {
  readonly name: string;
  readonly data?: Buffer | string;
  /** What the directory says of its size unpacked. */
  readonly plain?: number;
  readonly stored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly mode?: number;
  /** Name in its own head. */
  readonly localName?: string;
  readonly offset?: number;
  /** Packed size in its own head. */
  readonly localPacked?: number;
  /** Behind its data, as if it were its data or as if it were nothing's. */
  readonly tail?: Buffer;
  readonly gap?: Buffer;
  /** An extra field in the directory, whole. */
  readonly extra?: Buffer;
  /** Its comment in the directory. */
  readonly words?: string;
}

export function zip(parts: readonly ZipPart[], { before = Buffer.alloc(0), comment = '' } = {}): Buffer {
  const locals: Buffer[] = [before];
  const directory: Buffer[] = [];
  let at = before.length;
  for (const part of parts) {
    const data = Buffer.from(part.data ?? 'x');
    const stored = part.stored ?? false;
    const packed = Buffer.concat([stored ? data : deflateRawSync(data), part.tail ?? Buffer.alloc(0)]);
    const { extra = Buffer.alloc(0), words = '', gap = Buffer.alloc(0) } = part;
    const method = part.method ?? (stored ? 0 : 8);
    const plain = part.plain ?? data.length;
    const head = (name: string, size: number, extraBytes: number): Buffer[] => [
      le16(part.flags ?? 0),
      ...[le16(method), le32(0), le32(0), le32(size), le32(plain), le16(Buffer.byteLength(name)), le16(extraBytes)],
    ];
    const localName = part.localName ?? part.name;
    const local = Buffer.concat([
      ...[latin('PK\x03\x04'), le16(20), ...head(localName, part.localPacked ?? packed.length, 0)],
      ...[Buffer.from(localName), packed, gap],
    ]);
    directory.push(
      Buffer.concat([
        ...[latin('PK\x01\x02'), Buffer.from([20, 3]), le16(20), ...head(part.name, packed.length, extra.length)],
        ...[le16(words.length), le16(0), le16(0), le32((part.mode ?? 0) * 65_536), le32(part.offset ?? at)],
        ...[Buffer.from(part.name), extra, latin(words)],
      ]),
    );
    locals.push(local);
    at += local.length;
  }
  const whole = Buffer.concat(directory);
  const end = [latin('PK\x05\x06'), le16(0), le16(0), le16(parts.length), le16(parts.length), le32(whole.length), le32(at)];
  return Buffer.concat([...locals, whole, ...end, le16(comment.length), latin(comment)]);
}

export interface TarPart {
  readonly name: string;
  readonly data?: string;
  readonly type?: string;
  /** In its head, where it is not that of its data. */
  readonly size?: number;
}

export function tar(parts: readonly TarPart[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { name, data = 'x', type = '0', size } of parts) {
    const content = Buffer.from('12345'.includes(type) ? '' : data);
    const head = Buffer.alloc(512);
    head.write(name.slice(0, 100), 0);
    head.write('0000644\0', 100);
    head.write(`${(size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
    head.write(type, 156);
    head.write('ustar\x0000', 257);
    head.fill(' ', 148, 156);
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(head, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1_024)]);
}

export const pdf = (body: string, packed: string | null = null): Buffer => {
  const data = packed === null ? Buffer.alloc(0) : deflateSync(packed);
  const stream =
    packed === null
      ? []
      : [
          latin(`\n9 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length ${data.length}>>\nstream\n`),
          data,
          latin('\nendstream\nendobj\n'),
        ];
  return Buffer.concat([latin(`%PDF-1.7\n1 0 obj ${body} endobj`), ...stream, latin('\ntrailer <</Root 1 0 R>>\n%%EOF\n')]);
};

/** An Office file of parts, with the content types that all have. */
export function office(
  kind: 'word/document.xml' | 'xl/workbook.xml' | 'ppt/presentation.xml',
  parts: readonly ZipPart[] = [],
): Buffer {
  const types =
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>';
  const given = new Set(parts.map(({ name }) => name));
  const base: ZipPart[] = [
    { name: '[Content_Types].xml', data: types },
    { name: kind, data: '<?xml version="1.0"?><w:document/>' },
  ];
  return zip([...base.filter(({ name }) => !given.has(name)), ...parts]);
}

export const relationships = (type: string, target: string, mode = 'External'): string =>
  `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}" TargetMode="${mode}"/></Relationships>`;

/** A compound file with streams of these names, their content in whole sectors. */
export function compound(streams: Readonly<Record<string, Buffer>>): Buffer {
  const sector = 512;
  const names = Object.keys(streams);
  const directorySectors = Math.ceil((names.length + 1) / 4);
  const table: number[] = [0xfffffffd];
  const chain = (count: number): number => {
    const first = table.length;
    for (let index = 0; index < count; index += 1) table.push(index === count - 1 ? 0xfffffffe : table.length + 1);
    return first;
  };
  const directoryAt = chain(directorySectors);
  const content: Buffer[] = [];
  const record = (name: string, type: number, start: number, size: number): Buffer => {
    const bytes = Buffer.alloc(128);
    bytes.write(name, 0, 'utf16le');
    bytes.writeUInt16LE((name.length + 1) * 2, 64);
    bytes[66] = type;
    bytes.writeUInt32LE(start, 116);
    bytes.writeUInt32LE(size, 120);
    return bytes;
  };
  const records = [record('Root Entry', 5, 0xfffffffe, 0)];
  for (const name of names) {
    // Beyond the size of small streams, so that it has sectors of its own.
    const data = Buffer.concat([streams[name] ?? Buffer.alloc(0), Buffer.alloc(4_096)]);
    const count = Math.ceil(data.length / sector);
    records.push(record(name, 2, chain(count), data.length));
    content.push(Buffer.concat([data, Buffer.alloc(count * sector - data.length)]));
  }
  const head = Buffer.alloc(sector);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head);
  head.writeUInt16LE(9, 30);
  head.writeUInt32LE(directoryAt, 48);
  head.writeUInt32LE(4_096, 56);
  head.writeUInt32LE(0xfffffffe, 60);
  head.writeUInt32LE(0xfffffffe, 68);
  for (let at = 76; at < sector; at += 4) head.writeUInt32LE(0xffffffff, at);
  head.writeUInt32LE(0, 76);
  const fat = Buffer.alloc(sector, 0xff);
  for (const [index, value] of table.entries()) fat.writeUInt32LE(value, index * 4);
  const directory = Buffer.concat([...records, Buffer.alloc(directorySectors * sector - records.length * 128)]);
  return Buffer.concat([head, fat, directory, ...content]);
}

const chunk = (type: string, data: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, latin(type), data, Buffer.alloc(4)]);
};
export const png = (text: string, after: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.from([0, 0, 0, 4, 0, 0, 0, 4, 8, 2, 0, 0, 0])),
    chunk('tEXt', latin(`Comment\0${text}`)),
    chunk('IDAT', Buffer.from([1, 2, 3, 4])),
    chunk('IEND', Buffer.alloc(0)),
    after,
  ]);
