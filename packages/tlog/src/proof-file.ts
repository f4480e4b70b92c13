import type { Checkpoint } from './checkpoint.ts';
import type { OpenedNote } from './note.ts';

/** A tlog-proof file that held: the entry was at `index` when the log had `checkpoint.size` entries. */
export interface VerifiedProof {
  readonly index: number;
  readonly checkpoint: Checkpoint;
  readonly note: OpenedNote;
}
