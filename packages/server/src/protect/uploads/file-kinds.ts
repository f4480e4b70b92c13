import type { UploadType } from '@menshen/contract';

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
  pdf: { extensions: ['pdf'], mediaTypes: ['application/pdf', 'application/x-pdf'] },
  docx: { extensions: ['docx'], mediaTypes: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'] },
  xlsx: { extensions: ['xlsx'], mediaTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'] },
  pptx: { extensions: ['pptx'], mediaTypes: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'] },
  zip: { extensions: ['zip'], mediaTypes: ['application/zip', 'application/x-zip-compressed'] },
  mp3: { extensions: ['mp3'], mediaTypes: ['audio/mpeg', 'audio/mp3'] },
  mp4: { extensions: ['mp4', 'm4v', 'm4a'], mediaTypes: ['video/mp4', 'audio/mp4', 'audio/x-m4a', 'video/x-m4v'] },
  wav: { extensions: ['wav'], mediaTypes: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'] },
  txt: { extensions: ['txt', 'log', 'md'], mediaTypes: ['text/plain', 'text/markdown'] },
  csv: { extensions: ['csv'], mediaTypes: ['text/csv', 'text/plain', 'application/vnd.ms-excel'] },
};

/** Types that say nothing about a file. */
export const vagueTypes: ReadonlySet<string> = new Set(['application/octet-stream', 'binary/octet-stream', '']);

const ascii = (bytes: Buffer, at: number, text: string): boolean => bytes.toString('latin1', at, at + text.length) === text;

/** What the first bytes of a file say it is; `zip` also for office files, `txt` for what has no mark and no control bytes. */
export function kindOfBytes(head: Buffer): UploadType | null {
  if (head.length >= 8 && head.readUInt32BE(0) === 0x89504e47 && head.readUInt32BE(4) === 0x0d0a1a0a) return 'png';
  if (head.length >= 3 && head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  if (ascii(head, 0, 'GIF87a') || ascii(head, 0, 'GIF89a')) return 'gif';
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WEBP')) return 'webp';
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WAVE')) return 'wav';
  if (ascii(head, 0, '%PDF-')) return 'pdf';
  if (ascii(head, 0, 'PK\x03\x04')) return 'zip';
  if (ascii(head, 4, 'ftyp')) return 'mp4';
  if (ascii(head, 0, 'ID3')) return 'mp3';
  const [first = 0, second = 0, third = 0] = head;
  // MPEG audio: eleven bits of sync, layer III, a bit rate and sampling rate that exist.
  if (first === 0xff && (second & 0xe6) === 0xe2 && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c) return 'mp3';
  return head.length > 0 && !/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(head.toString('latin1')) ? 'txt' : null;
}
