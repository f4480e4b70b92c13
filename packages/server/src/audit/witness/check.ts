import { parseCheckpoint, parseNote, TlogError } from '@menshen/tlog';
import { parseVerifierKey, tree, verifySignature } from '@menshen/tlog/node';
import { openCheckpoint, openLog } from '../log/reader.ts';
import type { LogSource } from '../log/source.ts';
import { verifierKeyFor } from '../restore/continuation.ts';

/** File of the log's folder with the last checkpoint that enough witnesses have signed. */
export const WITNESSED_FILE = 'checkpoint.witnessed';

export interface WitnessCheck {
  readonly ok: boolean;
  /** Of each witness that was asked for: how far it has signed this log; null when it has not. */
  readonly signed: readonly { readonly name: string; readonly size: number | null }[];
}

/**
 * Whether witnesses have signed a log, and what they have signed is its beginning: by the witnessed checkpoint in its folder, or the one that it is served
 * with. The log itself is verified by `verifyChain`; this leads from its checkpoint to theirs.
 */
export async function checkWitnesses(source: LogSource, vkeys: readonly string[], vkey: string): Promise<WitnessCheck> {
  const keys = vkeys.map(parseVerifierKey);
  if (keys.length === 0) return { ok: true, signed: [] };
  const none = keys.map(({ name }) => ({ name, size: null }));
  const kept = await source.read(WITNESSED_FILE).catch(() => null);
  const log = openLog(source);
  const published = await log.checkpoint().catch(() => null);
  const note = kept === null ? (published?.note ?? null) : new TextDecoder().decode(kept);
  if (note === null || published === null) return { ok: false, signed: none };
  try {
    const parsed = parseNote(note);
    const { size, root } = parseCheckpoint(parsed.text);
    const { checkpoint } = published;
    openCheckpoint(note, verifierKeyFor(checkpoint.origin, vkey));
    const proof = await log.proveConsistency(size, checkpoint.size);
    const leads = tree.verifyConsistency({ size1: size, size2: checkpoint.size, root1: root, root2: checkpoint.root, proof });
    if (!leads) return { ok: false, signed: none };
    const signed = keys.map((key) => {
      const line = parsed.signatures.find(({ name, id }) => name === key.name && id === key.id);
      return { name: key.name, size: line !== undefined && verifySignature(parsed.text, line, key) ? size : null };
    });
    return { ok: signed.every((one) => one.size !== null), signed };
  } catch (error) {
    if (error instanceof TlogError) return { ok: false, signed: none };
    throw error;
  }
}
