import { isLetter, isWordCode } from '../text/characters.ts';

/** Schemes by which PHP, Java and others read what is no file of the application, with the feature each speaks for. */
const schemes: ReadonlyMap<string, string> = new Map([
  ['php', 'path.wrapper'],
  ['phar', 'path.wrapper'],
  ['expect', 'path.wrapper'],
  ['zip', 'path.wrapper'],
  ['compress.zlib', 'path.wrapper'],
  ['compress.bzip2', 'path.wrapper'],
  ['zlib', 'path.wrapper'],
  ['bzip2', 'path.wrapper'],
  ['glob', 'path.wrapper'],
  ['ogg', 'path.wrapper'],
  ['rar', 'path.wrapper'],
  ['ssh2.shell', 'path.wrapper'],
  ['ssh2.exec', 'path.wrapper'],
  ['ssh2.sftp', 'path.wrapper'],
  ['ssh2.tunnel', 'path.wrapper'],
  ['vfs', 'path.wrapper'],
  ['data', 'path.wrapper'],
  ['filter', 'path.wrapper'],
  ['file', 'path.file_scheme'],
  ['local_file', 'path.file_scheme'],
  ['netdoc', 'path.file_scheme'],
]);

/** Where phones keep the user's own files. */
const ownFiles = ['/storage/', '/sdcard/', '/android_asset/', '/var/mobile/', '/data/user/'];

/** Reports the scheme of each `://` that reads files. */
export function forEachWrapper(folded: string, found: (feature: string, start: number, end: number) => void): void {
  for (let at = folded.indexOf('://'); at >= 0; at = folded.indexOf('://', at + 3)) {
    let start = at;
    while (start > 0 && at - start < 16) {
      const code = folded.charCodeAt(start - 1);
      if (!isWordCode(code) && code !== 0x2e) break;
      start -= 1;
    }
    const feature = schemes.get(folded.slice(start, at));
    if (feature === 'path.file_scheme' && ownFiles.some((folder) => folded.startsWith(folder, at + 3))) continue;
    if (feature !== undefined && isLetter(folded.charCodeAt(start))) found(feature, start, at + 3);
  }
}

/** `file:/etc/…`, `file:$(x)/…`, `url:file:…` at the beginning of a value: a scheme with one slash, or none. */
export const bareFileScheme = /^\s{0,4}(?:url:|jar:)?(?:file|local_file|netdoc):(?:\/(?!\/)|[a-z]:[\\/]|[$%])[\w$%({.]/;

/** What occurs in whatever {@link forEachWrapper} finds. */
export const wrapperLiterals: readonly string[] = [...[...schemes.keys()].map((scheme) => `${scheme}://`), 'file:', 'netdoc:'];
