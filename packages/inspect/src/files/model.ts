/** Bytes in memory or on disk that are read where they are needed. */
export interface FileBytes {
  readonly size: number;
  /** At most `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** What kinds of findings there are in files; a route says for each what is done about it. */
export const fileFindingKinds = [
  'script',
  'server_code',
  'program',
  'pdf_action',
  'macro',
  'external',
  'formula',
  'archive',
  'encrypted',
  'name',
  'mismatch',
  'structure',
  'unread',
] as const;
export type FileFindingKind = (typeof fileFindingKinds)[number];

/** Something in a file that speaks against it. It holds nothing of the file's content or names: only where it stands. */
export interface FileFinding {
  /** Such as `upload.svg_script`. Stable: exceptions name it. */
  readonly rule: string;
  /** Offset in bytes of the file or of the entry, in characters where a text was read; null where it speaks of the whole. */
  readonly at: number | null;
  /** Numbers of the entries that led here, from the outside in, from 1; empty for the file itself. */
  readonly entries: readonly number[];
}

/** What reading one file may cost, its archives and their content together. */
export interface FileBounds {
  /** Entries of one archive. */
  readonly entries: number;
  /** Bytes of one archive unpacked, as it says of itself. */
  readonly unpackedBytes: number;
  /** How much larger an archive may be unpacked. */
  readonly ratio: number;
  /** Archives within archives: 1 takes an archive with none in it. */
  readonly depth: number;
  /** Bytes that are unpacked to be read; what is beyond is not read, and a finding says so. */
  readonly readBytes: number;
}

export const defaultFileBounds: FileBounds = Object.freeze({
  entries: 2_000,
  unpackedBytes: 209_715_200,
  ratio: 200,
  depth: 2,
  readBytes: 33_554_432,
});

/** What a file is by its bytes. `ooxml` is an Office file of unknown kind, `ole` one of the old ones. */
export type FileType =
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'webp'
  | 'pdf'
  | 'docx'
  | 'xlsx'
  | 'pptx'
  | 'ooxml'
  | 'ole'
  | 'rtf'
  | 'zip'
  | 'gzip'
  | 'tar'
  | 'mp3'
  | 'mp4'
  | 'wav'
  | 'svg'
  | 'xml'
  | 'html'
  | 'text'
  | 'program'
  | 'packed'
  | 'unknown';

export interface FileReading {
  readonly type: FileType;
  readonly findings: readonly FileFinding[];
}
