import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
import { encodeUtf8, equalBytes } from './bytes.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { TlogError } from './errors.ts';
import type { VerifierKey } from './key.ts';
import { type NoteSigner, openNote, tree } from './node.ts';
import { formatSignature, parseNote } from './note.ts';

/** What a witness remembers of a log: nothing but how far it has seen it. */
export interface WitnessedState {
  readonly size: number;
  readonly root: Uint8Array;
  /** The checkpoint as it was signed. */
  readonly checkpoint: string;
}

/** Where a witness keeps what it has seen. */
export interface WitnessStore {
  load(origin: string): WitnessedState | null;
  /** Returns when the state is on the disk for good, or throws; then nothing was signed. */
  save(origin: string, state: WitnessedState): void;
}

/** Answer to an `add-checkpoint` request. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  /** The cosignature line with 200, the recorded size with 409, else empty. */
  readonly body: string;
}

export interface WitnessOptions {
  /** Keys of the logs that are witnessed; a log's origin is the name of its key. Several keys may have one name. */
  readonly logs: readonly VerifierKey[];
  /** Signs with the witness's own key, of type 0x04. */
  readonly cosigner: NoteSigner;
  readonly store: WitnessStore;
}

const answer = (status: WitnessAnswer['status'], body = ''): WitnessAnswer => ({ status, body });

/**
 * A witness (C2SP tlog-witness): signs a checkpoint only when it continues the last one that it has signed for this log, so
 * that a log cannot show different histories to different people, nor take anything back. Synchronous from the reading of
 * the state to its writing: within a process, two requests cannot come between each other.
 */
export function createWitness({ logs, cosigner, store }: WitnessOptions): (body: string) => WitnessAnswer {
  return (body) => {
    let request: AddCheckpoint;
    let origin: string;
    try {
      request = parseAddCheckpoint(body);
      origin = parseCheckpoint(parseNote(request.checkpoint).text).origin;
    } catch (error) {
      if (error instanceof TlogError) return answer(400);
      throw error;
    }
    const keys = logs.filter(({ name }) => name === origin);
    if (keys.length === 0) return answer(404);
    let text: string;
    let checkpoint: Checkpoint;
    try {
      text = openNote(request.checkpoint, keys).text;
      checkpoint = parseCheckpoint(text);
    } catch (error) {
      if (error instanceof TlogError) return answer(403);
      throw error;
    }
    if (request.old > checkpoint.size) return answer(400);
    const recorded = store.load(origin);
    if (request.old !== (recorded?.size ?? 0)) return answer(409, `${recorded?.size ?? 0}\n`);
    if (!continues(recorded, request, checkpoint)) return answer(422);
    // Durable before it is signed: a witness that forgot could be shown another history.
    store.save(origin, { size: checkpoint.size, root: checkpoint.root, checkpoint: request.checkpoint });
    return answer(200, formatSignature(cosigner.sign(text)));
  };
}

function continues(recorded: WitnessedState | null, { old, proof }: AddCheckpoint, { size, root }: Checkpoint): boolean {
  if (size === 0) return proof.length === 0 && equalBytes(root, tree.emptyRoot);
  if (old === 0) return proof.length === 0;
  const root1 = recorded?.root ?? encodeUtf8('');
  return tree.verifyConsistency({ size1: old, size2: size, root1, root2: root, proof });
}
