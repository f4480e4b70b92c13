import { decodeBase64, encodeBase64, isCount } from './bytes.ts';
import { TlogError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';

/** What a log asks a witness to sign (C2SP tlog-witness, `POST /add-checkpoint`). */
export interface AddCheckpoint {
  /** Size up to which the witness is believed to have seen the log; 0 for never. */
  readonly old: number;
  /** Consistency proof from `old` to the checkpoint. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, a whole note. */
  readonly checkpoint: string;
}

/** Media type of the body that comes with 409: the size that the witness has recorded. */
export const SIZE_MEDIA_TYPE = 'text/x.tlog.size';
/** Longest body of the request in bytes: 63 hashes and a checkpoint with its signatures. */
export const MAX_ADD_CHECKPOINT_BYTES = 65_536;

const MAX_PROOF_LINES = 63;
const OLD = /^old (0|[1-9][0-9]{0,15})$/;

/** Reads the body of the request; the checkpoint is left as it is. Throws `request_malformed`. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const split = body.length <= MAX_ADD_CHECKPOINT_BYTES ? body.indexOf('\n\n') : -1;
  const [first, ...lines] = body.slice(0, Math.max(split, 0)).split('\n');
  const old = Number(OLD.exec(first ?? '')?.[1] ?? Number.NaN);
  const checkpoint = body.slice(split + 2);
  if (split < 0 || !isCount(old) || lines.length > MAX_PROOF_LINES || checkpoint === '') throw malformed();
  const proof = lines.map((line) => {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES) throw malformed();
    return hash;
  });
  return { old, proof, checkpoint };
}

/** Writes the body of the request. */
export function formatAddCheckpoint({ old, proof, checkpoint }: AddCheckpoint): string {
  return `${[`old ${old}`, ...proof.map(encodeBase64)].join('\n')}\n\n${checkpoint}`;
}

function malformed(): TlogError {
  return new TlogError('request_malformed', 'not an add-checkpoint request');
}
