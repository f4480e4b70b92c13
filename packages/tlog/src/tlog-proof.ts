import { decodeBase64, encodeBase64, isCount } from './bytes.ts';
import { TlogError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_PROOF_BYTES = 1_100_000;
const MAX_HASHES = 63;
const INDEX = /^index (0|[1-9][0-9]{0,15})$/;

/** The proof that an entry is in a log, as one text file (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, a whole note. */
  readonly checkpoint: string;
  /** Bytes that the application wants beside the proof. */
  readonly extra?: Uint8Array;
}

/** Reads a tlog-proof file; the checkpoint inside is left as it is. Throws `proof_malformed`. */
export function parseTlogProof(text: string): TlogProof {
  const split = text.length <= MAX_PROOF_BYTES ? text.indexOf('\n\n') : -1;
  const [header, ...lines] = text.slice(0, Math.max(split, 0)).split('\n');
  const checkpoint = text.slice(split + 2);
  if (split < 0 || header !== HEADER || checkpoint === '') throw new TlogError('proof_malformed', 'not a tlog-proof file');
  const extra = lines[0]?.startsWith('extra ') ? decodeBase64(lines.shift()?.slice('extra '.length) ?? '') : undefined;
  const index = Number(INDEX.exec(lines.shift() ?? '')?.[1] ?? Number.NaN);
  const hashes = lines.length <= MAX_HASHES ? lines.map(decodeBase64) : [null];
  if (extra === null || !isCount(index)) throw new TlogError('proof_malformed', 'the extra or index line is malformed');
  const whole = hashes.filter((hash) => hash !== null && hash.length === HASH_BYTES);
  if (whole.length !== hashes.length) throw new TlogError('proof_malformed', 'a hash line is malformed');
  return { index, hashes: whole.filter((hash) => hash !== null), checkpoint, ...(extra === undefined ? {} : { extra }) };
}

/** Writes a tlog-proof file. */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${encodeBase64(extra)}`]),
    `index ${index}`,
    ...hashes.map(encodeBase64),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}
