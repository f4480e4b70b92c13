/** What is wrong with a log. */
export type LogProblemCode =
  /** There is no checkpoint, or it cannot be read. */
  | 'checkpoint_missing'
  | 'checkpoint_malformed'
  /** The checkpoint is not signed with the key. */
  | 'signature_invalid'
  /** A bundle of entries is missing or cannot be read. */
  | 'bundle_missing'
  | 'bundle_malformed'
  /** An entry and its leaf hash in the tile do not agree. */
  | 'entry_differs'
  /** A hash tile is missing, or does not follow from the entries. */
  | 'tile_missing'
  | 'tile_differs'
  /** The entries do not lead to the signed root. */
  | 'root_differs'
  /** The older checkpoint is not signed with the key. */
  | 'from_invalid'
  /** The log is shorter than it was at the older checkpoint. */
  | 'rolled_back'
  /** The log has another history than at the older checkpoint. */
  | 'forked'
  /** Entries were removed, and no entry of the log says by which rule. */
  | 'pruning_unexplained'
  /** The manifest of an archived day cannot be read, or does not fit its checkpoint. */
  | 'manifest_malformed'
  /** The log says that it continues another one, and that one is not what it says; or it has another one and does not say so. */
  | 'continuation_differs'
  /** There are entries that no checkpoint covers: the checkpoint was set back, or the process died before signing the next. */
  | 'entries_beyond_checkpoint';

export interface LogProblem {
  readonly code: LogProblemCode;
  /** The file, or `entry N`. */
  readonly where: string;
}
