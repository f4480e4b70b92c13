import type { Row, SqlValue } from '../values.ts';

/** A statement on its way to a thread; one `?` for each parameter. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** `changes` is the number of rows written, `null` for a statement that only returns rows. */
export interface StatementResult {
  readonly rows: Row[];
  readonly changes: number | null;
}

/** What a scrub of the files came to. */
export interface ScrubReport {
  readonly rewritten: boolean;
  /** Whether the write-ahead log was emptied; false while somebody still reads an older state. */
  readonly logEmptied: boolean;
}

/** Calls of the database room on the writer thread. */
export interface DatabaseCalls {
  /** Runs the statements as one atomic unit in the next group commit. */
  execute: { payload: { readonly statements: readonly Statement[] }; answer: StatementResult[] };
  /** Waits for the exclusive use of the writer, at most `waitMs`; holds it for at most `limitMs`. */
  begin: { payload: { readonly waitMs: number; readonly limitMs: number }; answer: number };
  /** Runs a statement inside a transaction; `recovers` marks a return to a savepoint, allowed after a failure. */
  query: {
    payload: { readonly transaction: number; readonly statement: Statement; readonly recovers: boolean };
    answer: StatementResult;
  };
  commit: { payload: { readonly transaction: number }; answer: null };
  rollback: { payload: { readonly transaction: number }; answer: null };
  /** Leaves nothing of removed rows in the files; `full` rewrites the whole database. */
  scrub: { payload: { readonly full: boolean }; answer: ScrubReport };
  /** The absolute path of the open file; also the sign that the room is alive. */
  describe: { payload: null; answer: { readonly file: string } };
}

/** A call to the reader thread. */
export type ReaderCall =
  | { readonly id: number; readonly op: 'select'; readonly statement: Statement }
  | { readonly id: number; readonly op: 'open'; readonly statement: Statement }
  | { readonly id: number; readonly op: 'next'; readonly stream: number; readonly count: number }
  | { readonly id: number; readonly op: 'end'; readonly stream: number }
  | { readonly id: number; readonly op: 'close' };

/** The reader's answer. */
export type ReaderAnswer =
  | { readonly id: number; readonly rows: Row[] }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };
