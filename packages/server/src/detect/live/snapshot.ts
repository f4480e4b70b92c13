import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { DetectState } from '../state.ts';
import type { RuleWindows } from './sigma.ts';

/** Moves with the form of the state: an older one is not read, and the past is learned anew from the log. */
const FORMAT = 4;

export interface DetectSnapshot {
  /** Entries of the log that the state has taken. */
  readonly position: number;
  readonly state: DetectState;
  /** Windows of the Sigma correlations at the same entry; null in a snapshot that was taken without rules. */
  readonly rules: RuleWindows | null;
}

/** Puts the snapshot in place of the last one as a whole. It holds who did what and when: for the owner of the process alone. */
export function saveSnapshot(file: string, { position, state, rules }: DetectSnapshot): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.next`;
  const descriptor = openSync(next, 'w', 0o600);
  try {
    writeSync(descriptor, serialize({ format: FORMAT, position, state, rules }));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(next, file);
}

/** Null when there is none, or it is damaged or of another form. */
export function loadSnapshot(file: string): DetectSnapshot | null {
  try {
    const stored = deserialize(readFileSync(file)) as { format?: unknown } & DetectSnapshot;
    if (stored.format !== FORMAT || !Number.isSafeInteger(stored.position)) return null;
    return { position: stored.position, state: stored.state, rules: stored.rules };
  } catch {
    return null;
  }
}

export function discardSnapshot(file: string): void {
  rmSync(file, { force: true });
}
