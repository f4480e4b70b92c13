/** Small files of each type, made here, and the same with something wrong. */

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const le16 = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
const le32 = (value: number): Buffer => u32(value).reverse();
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

const chunk = (type: string, data: Buffer): Buffer => Buffer.concat([u32(data.length), latin(type), data, u32(0)]);

export function png(options: { width?: number; height?: number; text?: string; frames?: number; after?: Buffer } = {}): Buffer {
  const { width = 4, height = 4, text, frames = 0, after = Buffer.alloc(0) } = options;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])])),
    ...(text === undefined ? [] : [chunk('tEXt', latin(`Comment\0${text}`))]),
    ...Array.from({ length: frames }, (_, at) =>
      chunk('fcTL', Buffer.concat([u32(at), u32(width), u32(height), Buffer.alloc(14)])),
    ),
    chunk('IDAT', Buffer.from([1, 2, 3, 4])),
    chunk('IEND', Buffer.alloc(0)),
    after,
  ]);
}

const segment = (marker: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker]), u16(data.length + 2), data]);

/** Exif with an orientation and a GPS directory that says where the photo was taken. */
export function exif(orientation: number): Buffer {
  const entry = (tag: number, type: number, count: number, value: Buffer): Buffer =>
    Buffer.concat([u16(tag), u16(type), u32(count), value]);
  const directory = Buffer.concat([
    u16(2),
    entry(0x0112, 3, 1, Buffer.concat([u16(orientation), u16(0)])),
    entry(0x8825, 4, 1, u32(100)),
    u32(0),
  ]);
  return Buffer.concat([latin('Exif\0\0'), latin('MM'), u16(42), u32(8), directory, latin('GPS 31.2304 N 121.4737 E')]);
}

export function jpeg(options: { width?: number; height?: number; meta?: Buffer[]; after?: Buffer; scan?: Buffer } = {}): Buffer {
  const {
    width = 4,
    height = 4,
    meta = [],
    after = Buffer.alloc(0),
    scan = Buffer.from([0x11, 0xff, 0x00, 0x22, 0xff, 0xd0, 0x33]),
  } = options;
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.concat([latin('JFIF\0'), Buffer.from([1, 1, 0, 0, 1, 0, 1, 0, 0])])),
    ...meta,
    segment(0xc0, Buffer.concat([Buffer.from([8]), u16(height), u16(width), Buffer.from([1, 1, 0x11, 0])])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    scan,
    Buffer.from([0xff, 0xd9]),
    after,
  ]);
}
export const exifSegment = (orientation: number): Buffer => segment(0xe1, exif(orientation));
export const commentSegment = (text: string): Buffer => segment(0xfe, latin(text));

export function gif(
  options: { width?: number; screen?: number; frames?: number; side?: number; comment?: string; after?: Buffer } = {},
): Buffer {
  const { width = options.screen ?? 4, screen = 4, frames = 1, side = 4, comment, after = Buffer.alloc(0) } = options;
  const frame = Buffer.concat([
    Buffer.from([0x2c]),
    le16(0),
    le16(0),
    le16(side),
    le16(side),
    Buffer.from([0, 2, 2, 0x4c, 0x01, 0]),
  ]);
  return Buffer.concat([
    latin('GIF89a'),
    le16(width),
    le16(screen),
    Buffer.from([0x80, 0, 0]),
    Buffer.alloc(6),
    ...(comment === undefined ? [] : [Buffer.from([0x21, 0xfe, comment.length]), latin(comment), Buffer.from([0])]),
    ...Array.from({ length: frames }, () => frame),
    Buffer.from([0x3b]),
    after,
  ]);
}

export function webp(more: Buffer[] = []): Buffer {
  const part = (type: string, data: Buffer): Buffer =>
    Buffer.concat([latin(type), le32(data.length), data, Buffer.alloc(data.length % 2)]);
  const flags = Buffer.concat([Buffer.from([0x0c, 0, 0, 0]), Buffer.from([3, 0, 0, 3, 0, 0])]);
  const content = Buffer.concat([
    latin('WEBP'),
    part('VP8X', flags),
    part('VP8L', Buffer.from([0x2f, 3, 0xc0, 0, 0, 1])),
    ...more,
  ]);
  return Buffer.concat([latin('RIFF'), le32(content.length), content]);
}
export const webpExif = (): Buffer => Buffer.concat([latin('EXIF'), le32(4), latin('GPS!')]);

export const pdf = (body = '1 0 obj <</Type /Catalog>> endobj'): Buffer => latin(`%PDF-1.7\n${body}\ntrailer <<>>\n%%EOF\n`);

export interface ZipEntry {
  readonly name: string;
  readonly data?: Buffer;
  readonly plain?: number;
  readonly flags?: number;
  /** Where the directory says that it begins. */
  readonly offset?: number;
}

export function zip(entries: readonly ZipEntry[], options: { before?: Buffer; comment?: string } = {}): Buffer {
  const { before = Buffer.alloc(0), comment = '' } = options;
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = before.length;
  for (const { name, data = latin('x'), plain = data.length, flags = 0, offset } of entries) {
    const local = Buffer.concat([
      latin('PK\x03\x04'),
      le16(20),
      le16(flags),
      le16(0),
      le32(0),
      le32(0),
      le32(data.length),
      le32(plain),
      le16(Buffer.byteLength(name)),
      le16(0),
      Buffer.from(name),
      data,
    ]);
    directory.push(
      Buffer.concat([
        latin('PK\x01\x02'),
        le16(20),
        le16(20),
        le16(flags),
        le16(0),
        le32(0),
        le32(0),
        le32(data.length),
        le32(plain),
        le16(Buffer.byteLength(name)),
        le16(0),
        le16(0),
        le16(0),
        le16(0),
        le32(0),
        le32(offset ?? at),
        Buffer.from(name),
      ]),
    );
    locals.push(local);
    at += local.length;
  }
  const whole = Buffer.concat(directory);
  const end = Buffer.concat([
    latin('PK\x05\x06'),
    le16(0),
    le16(0),
    le16(entries.length),
    le16(entries.length),
    le32(whole.length),
    le32(at),
    le16(comment.length),
    latin(comment),
  ]);
  return Buffer.concat([before, ...locals, whole, end]);
}

export const docx = (more: readonly ZipEntry[] = []): Buffer =>
  zip([{ name: '[Content_Types].xml' }, { name: 'word/document.xml' }, ...more]);
export const xlsx = (): Buffer => zip([{ name: '[Content_Types].xml' }, { name: 'xl/workbook.xml' }]);

const box = (type: string, data: Buffer): Buffer => Buffer.concat([u32(data.length + 8), latin(type), data]);
export const mp4 = (after: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([box('ftyp', latin('isom\0\0\0\0')), box('moov', Buffer.alloc(8)), box('mdat', Buffer.alloc(16)), after]);
export const mp3 = (): Buffer =>
  Buffer.concat([
    latin('ID3\x03\0\0'),
    Buffer.from([0, 0, 0, 10]),
    Buffer.alloc(10),
    Buffer.from([0xff, 0xfb, 0x90, 0x00]),
    Buffer.alloc(100),
  ]);
export const wav = (): Buffer => {
  const content = Buffer.concat([latin('WAVEfmt '), le32(16), Buffer.alloc(16), latin('data'), le32(4), Buffer.alloc(4)]);
  return Buffer.concat([latin('RIFF'), le32(content.length), content]);
};

/** A multipart body of fields and files. */
export function multipart(
  parts: readonly {
    readonly name: string;
    readonly text?: string;
    readonly filename?: string;
    readonly type?: string;
    readonly data?: Buffer;
    readonly length?: boolean;
    /** The type's header before the one with the names. */
    readonly typeFirst?: boolean;
  }[],
): { contentType: string; bytes: Buffer } {
  const boundary = 'menshenTestBoundary';
  const pieces: Buffer[] = [];
  for (const { name, text, filename, type, data = Buffer.from(text ?? ''), length, typeFirst } of parts) {
    const disposition = `form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}`;
    const lines = [`Content-Disposition: ${disposition}`, ...(type === undefined ? [] : [`Content-Type: ${type}`])];
    const head = [`--${boundary}`, ...(typeFirst === true ? lines.reverse() : lines)];
    if (length === true) head.push(`Content-Length: ${data.length}`);
    pieces.push(Buffer.from(`${head.join('\r\n')}\r\n\r\n`), data, latin('\r\n'));
  }
  pieces.push(latin(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.concat(pieces) };
}
