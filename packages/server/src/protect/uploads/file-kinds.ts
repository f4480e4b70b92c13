import type { UploadType } from '@menshen/contract';
import type { FileType } from '@menshen/inspect';

export interface FileKind {
  readonly extensions: readonly string[];
  /** Media types under which clients send it; the first is the registered one. */
  readonly mediaTypes: readonly string[];
}

export const fileKinds: Readonly<Record<UploadType, FileKind>> = {
  png: { extensions: ['png'], mediaTypes: ['image/png', 'image/x-png'] },
  jpeg: { extensions: ['jpg', 'jpeg', 'jpe', 'jfif'], mediaTypes: ['image/jpeg', 'image/jpg', 'image/pjpeg'] },
  webp: { extensions: ['webp'], mediaTypes: ['image/webp'] },
  gif: { extensions: ['gif'], mediaTypes: ['image/gif'] },
  svg: { extensions: ['svg'], mediaTypes: ['image/svg+xml', 'image/svg'] },
  pdf: { extensions: ['pdf'], mediaTypes: ['application/pdf', 'application/x-pdf'] },
  docx: { extensions: ['docx'], mediaTypes: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'] },
  xlsx: { extensions: ['xlsx'], mediaTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'] },
  pptx: { extensions: ['pptx'], mediaTypes: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'] },
  doc: {
    extensions: ['doc', 'wps'],
    mediaTypes: ['application/msword', 'application/vnd.ms-works', 'application/wps-office.doc'],
  },
  xls: { extensions: ['xls', 'et'], mediaTypes: ['application/vnd.ms-excel', 'application/wps-office.xls'] },
  ppt: { extensions: ['ppt', 'dps'], mediaTypes: ['application/vnd.ms-powerpoint', 'application/wps-office.ppt'] },
  tar: { extensions: ['tar'], mediaTypes: ['application/x-tar'] },
  gz: { extensions: ['gz', 'tgz'], mediaTypes: ['application/gzip', 'application/x-gzip', 'application/x-compressed-tar'] },
  zip: { extensions: ['zip'], mediaTypes: ['application/zip', 'application/x-zip-compressed'] },
  mp3: { extensions: ['mp3'], mediaTypes: ['audio/mpeg', 'audio/mp3'] },
  mp4: { extensions: ['mp4', 'm4v', 'm4a'], mediaTypes: ['video/mp4', 'audio/mp4', 'audio/x-m4a', 'video/x-m4v'] },
  wav: { extensions: ['wav'], mediaTypes: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'] },
  txt: { extensions: ['txt', 'log', 'md'], mediaTypes: ['text/plain', 'text/markdown'] },
  csv: { extensions: ['csv'], mediaTypes: ['text/csv', 'text/plain', 'application/vnd.ms-excel'] },
};

/** Types that say nothing about a file. */
export const vagueTypes: ReadonlySet<string> = new Set(['application/octet-stream', 'binary/octet-stream', '']);

const oldOffice = ['doc', 'xls', 'ppt'] as const;
const markup: ReadonlySet<FileType> = new Set(['svg', 'html', 'xml']);

export interface Claim {
  /** Lower case; empty where there is none. */
  readonly extension: string;
  readonly mediaType: string;
  readonly taken: ReadonlySet<UploadType>;
}

/** The type of upload that a file is by its bytes; what bytes do not say (which old Office program, whether a text is a table) the client does. Null: none. */
export function uploadTypeOf(type: FileType, claim: Claim): UploadType | null {
  switch (type) {
    case 'text':
      return textType(claim);
    case 'gzip':
      return 'gz';
    case 'ole':
      return oldOfficeType(claim);
    case 'ooxml':
    case 'rtf':
    case 'program':
    case 'packed':
    case 'unknown':
      return null;
    case 'svg':
    case 'html':
    case 'xml':
      // Where texts are taken, a page is a text that holds one, and is told as such.
      return type === 'svg' && claim.taken.has('svg') ? 'svg' : textType(claim);
    default:
      return type;
  }
}

/** Whether a text of this type is a drawing or a page, which no text should be. */
export const isMarkup = (type: FileType): boolean => markup.has(type);

/** Text has no mark: what the client calls a table is one, where the route takes tables. */
function textType({ extension, mediaType, taken }: Claim): UploadType {
  const table = extension === 'csv' || (extension === '' && mediaType === 'text/csv');
  return table && taken.has('csv') ? 'csv' : 'txt';
}

function oldOfficeType({ extension, mediaType }: Claim): UploadType | null {
  const named = oldOffice.find((type) => fileKinds[type].extensions.includes(extension));
  return named ?? oldOffice.find((type) => extension === '' && fileKinds[type].mediaTypes.includes(mediaType)) ?? null;
}
