import { createSha256, encodeHex } from '@menshen/wire';
import { isBytes } from '../bytes.ts';
import { localError } from '../error.ts';
import type { WxFileSystem } from '../phone/platform.ts';
import type { Settings } from '../settings.ts';

/** What the SDK hashes itself. Without a just-in-time compiler 10 MB take seconds; the platform's own digest has no such limit. */
const maxBytes = 50_000_000;
const pieceBytes = 1_000_000;

/**
 * SHA-256 of a local file in lower-case hexadecimal: the platform's own where it can, else read and hashed piece by piece.
 * Rejects with `file_unreadable`.
 */
export async function digestFile(settings: Settings, filePath: string): Promise<string> {
  const { wx, locale } = settings;
  const unreadable = (cause?: unknown): Error => localError('file_unreadable', locale, cause);
  if (wx.getFileSystemManager === undefined) throw unreadable();
  const files = wx.getFileSystemManager();
  const { size, digest } = await infoOf(files, filePath).catch((cause: unknown) => Promise.reject(unreadable(cause)));
  // Older base libraries ignore the algorithm and answer with MD5.
  if (typeof digest === 'string' && /^[0-9a-f]{64}$/i.test(digest)) return digest.toLowerCase();
  if (!(size >= 0 && size <= maxBytes)) throw unreadable();
  const hash = createSha256();
  for (let position = 0; position < size; position += pieceBytes) {
    const length = Math.min(pieceBytes, size - position);
    const piece = await read(files, filePath, position, length).catch((cause: unknown) => Promise.reject(unreadable(cause)));
    if (!isBytes(piece) || piece.byteLength !== length) throw unreadable();
    hash.update(new Uint8Array(piece));
  }
  return encodeHex(hash.digest());
}

function infoOf(files: WxFileSystem, filePath: string): Promise<{ readonly size: number; readonly digest?: unknown }> {
  return new Promise((resolve, reject) => {
    files.getFileInfo({ filePath, digestAlgorithm: 'sha256', success: resolve, fail: reject });
  });
}

function read(files: WxFileSystem, filePath: string, position: number, length: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    files.readFile({ filePath, position, length, success: ({ data }) => resolve(data), fail: reject });
  });
}
