import type { UploadType } from '@menshen/contract';
import { type Refusal, refuse } from '../../gateway/refusal.ts';
import { readArchive } from './archive.ts';
import type { ByteSource, Edit } from './byte-source.ts';
import type { CompiledUploads } from './compile.ts';
import { holdsMarkup, isPlainPdf, isPlainText } from './documents.ts';
import { fileKinds, kindOfBytes, vagueTypes } from './file-kinds.ts';
import { extensionOf } from './file-name.ts';
import { readPicture } from './pictures.ts';
import { isPlainMp3, isPlainMp4, isPlainWav } from './sound.ts';

/** A file that is what it says it is, and what is to be written differently on its way on. */
export interface Examined {
  readonly type: UploadType;
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

/** Holds a file against what the route takes: its real type, name and declared type alike, structure whole, within the bounds. */
export async function examineFile(
  { source, filename, mediaType }: GivenFile,
  uploads: CompiledUploads,
  where: string,
): Promise<Refusal | Examined> {
  if (source.size > uploads.maxBytes) return refuse('body_too_large', where);
  if (source.size === 0) return refuse('upload_content_refused', `${where}: empty`);
  const head = await source.read(0, 1_024);
  const seen = kindOfBytes(head);
  const extension = filename === null ? '' : extensionOf(filename);
  const type =
    seen === 'zip' ? await archiveType(source, uploads) : seen === 'txt' ? textType(extension, mediaType, uploads) : seen;
  if (type === null) return refuse('upload_type_refused', where);
  if (typeof type === 'object') return refuse('upload_content_refused', `${where}: ${type.why}`);
  if (!uploads.types.has(type)) return refuse('upload_type_refused', where);
  const { extensions, mediaTypes } = fileKinds[type];
  if (!mediaTypes.includes(mediaType) && !vagueTypes.has(mediaType))
    return refuse('upload_content_refused', `${where}: declared type`);
  if (extension !== '' && !extensions.includes(extension)) return refuse('upload_content_refused', `${where}: extension`);
  return await examineStructure(source, type, uploads, where);
}

async function examineStructure(
  source: ByteSource,
  type: UploadType,
  uploads: CompiledUploads,
  where: string,
): Promise<Refusal | Examined> {
  const unsafe = (why: string): Refusal => refuse('upload_content_refused', `${where}: ${why}`);
  switch (type) {
    case 'png':
    case 'jpeg':
    case 'gif':
    case 'webp': {
      const picture = await readPicture(source, type);
      if (picture === null) return unsafe('structure');
      if (picture.pixels > uploads.maxPixels) return unsafe('too many pixels');
      if (uploads.stripMetadata) return { type, edits: picture.metadata };
      for (const { start, end } of picture.metadata) {
        if (holdsMarkup((await source.read(start, Math.min(end - start, 262_144))).toString('latin1')))
          return unsafe('markup in metadata');
      }
      return { type, edits: [] };
    }
    case 'pdf':
      return (await isPlainPdf(source)) ? { type, edits: [] } : unsafe('structure or active content');
    case 'txt':
    case 'csv':
      return (await isPlainText(source)) ? { type, edits: [] } : unsafe('no plain text');
    case 'mp3':
      return (await isPlainMp3(source)) ? { type, edits: [] } : unsafe('structure');
    case 'mp4':
      return (await isPlainMp4(source)) ? { type, edits: [] } : unsafe('structure');
    case 'wav':
      return (await isPlainWav(source)) ? { type, edits: [] } : unsafe('structure');
    case 'zip':
    case 'docx':
    case 'xlsx':
    case 'pptx':
      return { type, edits: [] };
  }
}

async function archiveType(source: ByteSource, uploads: CompiledUploads): Promise<UploadType | { readonly why: string }> {
  const verdict = await readArchive(source, uploads.archive);
  return verdict.kind === 'ok' ? verdict.type : verdict;
}

/** Text has no mark: what the client calls a table is one, where the route takes tables. */
function textType(extension: string, mediaType: string, uploads: CompiledUploads): UploadType {
  const table = extension === 'csv' || (extension === '' && mediaType === 'text/csv');
  return table && uploads.types.has('csv') ? 'csv' : 'txt';
}
