import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHex, parseCheckpoint, parseNote } from '@menshen/tlog';
import { sha256 } from '@menshen/tlog/node';
import type { WitnessedState, WitnessStore } from '@menshen/tlog/witness';
import { WriterError } from '../../writer/protocol.ts';
import { type LogFiles, nodeFiles, readIfPresent } from '../log/files.ts';

/**
 * Keeps what a witness has seen, a file for each log: its last checkpoint. The folder must be locked by the caller, because
 * two processes that compare and write would let a fork through. A file that cannot be read stops the witness for this log
 * (`witness_state_damaged`) rather than make it forget.
 */
export function openWitnessStore(folder: string, files: LogFiles = nodeFiles): WitnessStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileOf = (origin: string): string =>
    join(folder, `${encodeHex(sha256(new TextEncoder().encode(origin))).slice(0, 32)}.checkpoint`);
  const known = new Map<string, WitnessedState>();

  const read = (origin: string): WitnessedState | null => {
    const bytes = readIfPresent(fileOf(origin));
    if (bytes === null) return null;
    try {
      const checkpoint = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      const { origin: named, size, root } = parseCheckpoint(parseNote(checkpoint).text);
      if (named === origin) return { size, root, checkpoint };
    } catch {
      // Said below.
    }
    throw new WriterError('witness_state_damaged', 'what the witness noted of this log is damaged');
  };

  return {
    load(origin) {
      const state = known.get(origin) ?? read(origin);
      if (state !== null) known.set(origin, state);
      return state;
    },
    save(origin, state) {
      const path = fileOf(origin);
      // Until the new file is there for good, only the disk knows what was seen.
      known.delete(origin);
      files.create(`${path}.new`, state.checkpoint);
      files.syncPath(`${path}.new`);
      files.rename(`${path}.new`, path);
      files.syncPath(folder);
      known.set(origin, state);
    },
  };
}
