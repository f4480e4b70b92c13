import type { UploadType } from '@menshen/contract';
import { type FileBounds, type FileFinding, readFile } from '@menshen/inspect';
import { type Refusal, refuse } from '../../gateway/refusal.ts';
import { breathe } from '../../gently.ts';
import type { ByteSource, Edit } from './byte-source.ts';
import type { CompiledUploads } from './compile.ts';
import { fileKinds, isMarkup, uploadTypeOf, vagueTypes } from './file-kinds.ts';
import { extensionOf } from './file-name.ts';
import { type PictureFacts, readPicture } from './pictures.ts';
import { isPlainMp3, isPlainMp4, isPlainWav } from './sound.ts';

/** A file of a type that the route takes: what speaks against it, and what is to be written differently on its way on. */
export interface Examined {
  readonly type: UploadType;
  readonly findings: readonly FileFinding[];
  /** Metadata that goes, in offsets of the file. */
  readonly edits: readonly Edit[];
}

export interface GivenFile {
  readonly source: ByteSource;
  /** Null for a body that is a file itself. */
  readonly filename: string | null;
  /** As the client says. */
  readonly mediaType: string;
}

/** Holds a file against what the route takes: its real type, name and declared type alike, structure whole, within the bounds, nothing in it that is run. */
export async function examineFile(file: GivenFile, uploads: CompiledUploads, where: string): Promise<Refusal | Examined> {
  const { source, filename, mediaType } = file;
  if (source.size > uploads.maxBytes) return refuse('body_too_large', where);
  if (source.size === 0) return refuse('upload_content_refused', `${where}: empty`);
  const picture = await readPicture(source);
  const edits = uploads.stripMetadata ? (picture?.metadata ?? []) : [];
  const reading = await readFile(source, {
    ...{ filename, mediaType, bounds: boundsOf(uploads), pause: breathe },
    skip: (at) => edits.some(({ start, end }) => at >= start && at < end),
  });
  const extension = filename === null ? '' : extensionOf(filename);
  const type = uploadTypeOf(reading.type, { extension, mediaType, taken: uploads.types });
  if (type === null || !uploads.types.has(type)) return refuse('upload_type_refused', where);
  const { extensions, mediaTypes } = fileKinds[type];
  const declared = (mediaTypes.includes(mediaType) || vagueTypes.has(mediaType)) && !(type !== 'svg' && isMarkup(reading.type));
  const findings = [
    ...reading.findings,
    ...(declared ? [] : [finding('upload.declared_type')]),
    ...(extension === '' || extensions.includes(extension) ? [] : [finding('upload.extension')]),
    ...(await structureOf(source, type, picture, uploads)),
  ];
  return { type, findings, edits };
}

/** Reads a file of a route that says nothing of files. */
export async function readAnyFile({ source, filename, mediaType }: GivenFile): Promise<readonly FileFinding[]> {
  return (await readFile(source, { filename, mediaType, pause: breathe })).findings;
}

const boundsOf = ({ archive }: CompiledUploads): FileBounds => ({
  entries: archive.entries,
  unpackedBytes: archive.bytes,
  ratio: archive.ratio,
  depth: archive.depth,
  readBytes: archive.readBytes,
});

const finding = (rule: string): FileFinding => ({ rule, at: null, entries: [] });

async function structureOf(
  source: ByteSource,
  type: UploadType,
  picture: PictureFacts | null,
  { maxPixels }: CompiledUploads,
): Promise<readonly FileFinding[]> {
  switch (type) {
    case 'png':
    case 'jpeg':
    case 'gif':
    case 'webp':
      if (picture === null) return [finding('upload.structure')];
      return picture.pixels > maxPixels ? [finding('upload.too_many_pixels')] : [];
    case 'mp3':
      return (await isPlainMp3(source)) ? [] : [finding('upload.structure')];
    case 'mp4':
      return (await isPlainMp4(source)) ? [] : [finding('upload.structure')];
    case 'wav':
      return (await isPlainWav(source)) ? [] : [finding('upload.structure')];
    default:
      return [];
  }
}
