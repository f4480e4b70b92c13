import { readTar } from './archive/tar.ts';
import { type OpenZip, openZip } from './archive/zip.ts';
import { bytesOf, type Place, partOf, report, startReading, within } from './cursor.ts';
import { officeNameRule, officeOrder, scanOfficePart } from './documents/office-parts.ts';
import { scanCompound, scanRichTextFormat } from './documents/old-office.ts';
import { scanPdf } from './documents/pdf.ts';
import { typeOfBytes } from './kind-of-bytes.ts';
import { defaultFileBounds, type FileBounds, type FileBytes, type FileReading, type FileType } from './model.ts';
import { fileNameRule } from './names.ts';
import { scanBytes } from './raw-scan.ts';
import { readText } from './text/read-text.ts';
import { unpack } from './unpack.ts';

export interface FileOptions {
  /** As the client says; null where there is none. */
  readonly filename: string | null;
  readonly mediaType?: string;
  readonly bounds?: Partial<FileBounds>;
  /** Whether what stands at an offset does not go on: metadata that is taken out. */
  readonly skip?: (at: number) => boolean;
  /** Lets others have their turn; asked about every megabyte. */
  readonly pause?: () => Promise<void>;
}

/**
 * Reads a file for what a browser, a server, an Office program or an unpacker would run or follow. Its time is linear in its size and in what it may
 * unpack; it never throws on what the bytes are, only where they cannot be had.
 */
export async function readFile(source: FileBytes, options: FileOptions): Promise<FileReading> {
  const state = startReading({ ...defaultFileBounds, ...options.bounds }, source.size, options.pause ?? null);
  const place: Place = { state, entries: [] };
  const name = options.filename;
  const rule = name === null ? null : fileNameRule(name);
  if (rule !== null) report(place, rule);
  const type = await readContent(source, place, {
    name: name ?? '',
    mediaType: options.mediaType ?? '',
    depth: 0,
    skip: options.skip,
  });
  return { type, findings: [...state.found.values()] };
}

interface Content {
  readonly name: string;
  readonly mediaType: string;
  readonly depth: number;
  readonly skip?: ((at: number) => boolean) | undefined;
}

async function readContent(source: FileBytes, place: Place, content: Content): Promise<FileType> {
  const head = await source.read(0, 1_024);
  const type = typeOfBytes(head);
  const textual = type === 'text' || type === 'rtf';
  const { skip } = content;
  const scan = {
    binary: !textual,
    closed: !textual && type !== 'ole' && type !== 'unknown' && type !== 'program',
    ...(skip === undefined ? {} : { skip }),
  };
  switch (type) {
    case 'zip':
      // What is packed is read entry by entry; between them stands nothing.
      return await readZip(source, place, content);
    case 'gzip':
      return await readGzip(source, place, content);
    case 'tar':
      return await readTape(source, place, content);
    case 'ole':
      await scanCompound(source, place);
      break;
    case 'pdf':
      await scanPdf(source, place);
      break;
    case 'rtf':
      scanRichTextFormat((await source.read(0, 8_388_608)).toString('latin1'), place);
      break;
    case 'program':
      report(place, 'upload.program', 0);
      break;
    case 'packed':
      report(place, 'upload.unread', 0);
      break;
  }
  await scanBytes(source, place, scan);
  return type === 'text' ? await readText(source, place, { table: isTable(content) }) : type;
}

const isTable = ({ name, mediaType }: Content): boolean =>
  /\.(?:csv|tsv|tab)$/i.test(name.trim()) || /csv|tab-separated/.test(mediaType);

async function readZip(source: FileBytes, place: Place, content: Content): Promise<FileType> {
  if (content.depth >= place.state.bounds.depth) {
    report(place, 'upload.archive_nested');
    return 'zip';
  }
  const archive = await openZip(source, place);
  if (archive === null) return 'zip';
  if (archive.type === 'zip') for (const entry of archive.entries) await readEntry(archive, entry, place, content);
  else await readOffice(archive, place, content);
  return archive.type;
}

async function readEntry(archive: OpenZip, entry: OpenZip['entries'][number], place: Place, { depth }: Content): Promise<void> {
  const bytes = await archive.content(entry);
  if (bytes !== null)
    await readContent(bytes, within(place, entry.number), { name: entry.name, mediaType: '', depth: depth + 1 });
}

/** Relationships and settings first, so that what may be unpacked is spent on what can do most. */
async function readOffice(archive: OpenZip, place: Place, content: Content): Promise<void> {
  const ordered = archive.entries
    .map((entry) => ({ entry, name: entry.name.toLowerCase() }))
    .map((one) => ({ ...one, order: officeOrder(one.name) }))
    .sort((a, b) => (a.order ?? 9) - (b.order ?? 9));
  for (const { entry, name, order } of ordered) {
    const here = within(place, entry.number);
    const rule = officeNameRule(name);
    if (rule !== null) report(here, rule);
    if (order === null) await readEntry(archive, entry, place, content);
    else {
      const bytes = await archive.content(entry, order >= 2);
      if (bytes !== null) scanOfficePart(partText(await bytes.read(0, bytes.size)), name, here);
    }
  }
}

/** XML parts are UTF-8, or UTF-16 with their mark. */
function partText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}

async function readTape(source: FileBytes, place: Place, content: Content): Promise<FileType> {
  if (content.depth >= place.state.bounds.depth) report(place, 'upload.archive_nested');
  else
    for await (const { number, name, content: bytes } of readTar(source, place))
      await readContent(bytes, within(place, number), { name, mediaType: '', depth: content.depth + 1 });
  return 'tar';
}

/** Fields of other programs may take 64 KiB. */
const gzipHeadBytes = 66_560;

async function readGzip(source: FileBytes, place: Place, content: Content): Promise<FileType> {
  const { state } = place;
  const { bounds } = state;
  if (content.depth >= bounds.depth + 1) {
    report(place, 'upload.archive_nested');
    return 'gzip';
  }
  const limit = Math.min(state.unpackable, bounds.unpackedBytes);
  const packed = await source.read(0, Math.min(source.size, limit + 65_536));
  const plain = await unpack(packed, 'gzip', limit);
  if (plain === null) {
    report(place, limit <= 0 ? 'upload.too_much' : 'upload.structure', 0);
    return 'gzip';
  }
  state.unpackable -= plain.bytes.length;
  if (plain.bytes.length > Math.max(1_048_576, source.size * bounds.ratio)) {
    report(place, 'upload.archive_bomb');
    return 'gzip';
  }
  if (!plain.whole) report(place, plain.bytes.length >= limit ? 'upload.too_much' : 'upload.structure');
  else if (!packed.subarray(plain.used).every((byte) => byte === 0)) report(place, 'upload.structure', plain.used);
  // Its head has room for words: a name, a comment, fields of other programs.
  await scanBytes(partOf(source, 0, gzipHeadBytes), place, { binary: true, closed: false });
  const name = content.name.replace(/\.(?:gz|tgz)$/i, '');
  // A packed tape is one archive, not two.
  await readContent(bytesOf(plain.bytes), within(place, 1), {
    name,
    mediaType: '',
    depth: content.depth + (typeOfBytes(plain.bytes.subarray(0, 1_024)) === 'tar' ? 0 : 1),
  });
  return 'gzip';
}
