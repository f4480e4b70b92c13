import { decodeBase64, encodeBase64, isCount } from './bytes.ts';
import { TlogError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';

/** The text of a checkpoint (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Identity of the log: a URL without schema, as a rule its key name. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Further lines: allowed, not recommended, without meaning here. */
  readonly extensions: readonly string[];
}

const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;

/** Reads the text of a checkpoint: the text of an opened note, not the note. Throws `checkpoint_malformed`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...extensions] = text.endsWith('\n') ? text.slice(0, -1).split('\n') : [];
  const hash = root === undefined ? null : decodeBase64(root);
  if (origin === undefined || origin === '' || size === undefined || !SIZE.test(size) || !isCount(Number(size))) {
    throw new TlogError('checkpoint_malformed', 'a checkpoint starts with an origin and a size');
  }
  if (hash === null || hash.length !== HASH_BYTES)
    throw new TlogError('checkpoint_malformed', 'the root must be 32 bytes in base64');
  if (extensions.includes('')) throw new TlogError('checkpoint_malformed', 'an extension line is empty');
  return { origin, size: Number(size), root: hash, extensions };
}

/** Writes the text of a checkpoint, ready to be signed. */
export function formatCheckpoint({
  origin,
  size,
  root,
  extensions,
}: Omit<Checkpoint, 'extensions'> & Partial<Checkpoint>): string {
  const text = `${[origin, size, encodeBase64(root), ...(extensions ?? [])].join('\n')}\n`;
  parseCheckpoint(text);
  return text;
}
