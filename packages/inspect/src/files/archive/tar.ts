import { type Place, partOf, report, spend, within } from '../cursor.ts';
import type { FileBytes } from '../model.ts';
import { entryNameRule, leavesFolder } from '../names.ts';

export interface TarEntry {
  readonly number: number;
  readonly name: string;
  readonly content: FileBytes;
}

const block = 512;
const maxName = 65_536;
const textOf = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
};

/** Size in octal, or in base 256 as GNU writes large ones; NaN where it is neither. */
function sizeOf(head: Buffer): number {
  if (head[124] === 0x80) return Number(head.readBigUInt64BE(128));
  const text = head
    .toString('latin1', 124, 136)
    .replace(/[\0 ]+$/, '')
    .trim();
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : text === '' ? 0 : Number.NaN;
}

/** Reads the entries of a tape archive (POSIX.1-1988 ustar, with the long names of GNU and pax), and tells what speaks against it. */
export async function* readTar(source: FileBytes, place: Place): AsyncGenerator<TarEntry> {
  const { entries, unpackedBytes } = place.state.bounds;
  let longName: string | null = null;
  let number = 0;
  for (let at = 0; at + block <= source.size; ) {
    const head = await source.read(at, block);
    await spend(place.state, block);
    if (head.every((byte) => byte === 0)) return;
    const size = sizeOf(head);
    if (!Number.isSafeInteger(size) || at + block + size > source.size) return report(place, 'upload.structure', at);
    const data = at + block;
    at = data + Math.ceil(size / block) * block;
    const type = String.fromCharCode(head[156] ?? 0);
    if (type === 'L' || type === 'x' || type === 'g' || type === 'K') {
      const bytes = await source.read(data, Math.min(size, maxName));
      if (type === 'L') longName = textOf(bytes);
      if (type === 'x') longName = /(?:^|\n)\d{1,8} path=([^\n]*)/.exec(bytes.toString('utf8'))?.[1] ?? longName;
      continue;
    }
    number += 1;
    const here = within(place, number);
    if (number > entries || size > unpackedBytes) return report(here, 'upload.archive_bomb');
    const prefix = textOf(head.subarray(345, 500));
    const own = textOf(head.subarray(0, 100));
    const name: string = longName ?? (prefix === '' ? own : `${prefix}/${own}`);
    longName = null;
    if (leavesFolder(name)) report(here, 'upload.archive_path');
    if ('12346'.includes(type)) report(here, 'upload.archive_link');
    const rule = entryNameRule(name);
    if (rule !== null) report(here, rule);
    if (size > 0 && (type === '0' || type === '\0')) yield { number, name, content: partOf(source, data, data + size) };
  }
}
