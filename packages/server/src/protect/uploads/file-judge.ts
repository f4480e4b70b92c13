import type { FileFinding } from '@menshen/inspect';
import type { Refusal } from '../../gateway/refusal.ts';
import type { FileActions } from '../../inspection/file-threats.ts';

export interface JudgedFile {
  /** Name of the part that holds the file; null for a body that is a file itself. */
  readonly field: string | null;
  readonly actions: FileActions;
  /** Whether its name has a rule of its own, and is written anew: what it said is only told. Names within archives go on as they are. */
  readonly renamed: boolean;
  /** In our words, for the record. */
  readonly where: string;
}

/** Says by the rules of the route what is done about the findings of one file, and keeps them for the record. */
export type FileJudge = (findings: readonly FileFinding[], file: JudgedFile) => Refusal | undefined;
