import { parseCosignature, parseNote, SIGNATURE_TYPE, TlogError } from '@menshen/tlog';
import { parseVerifierKey, tree, verifySignature } from '@menshen/tlog/node';
import { openCheckpoint, openLog } from '../log/reader.ts';
import type { LogSource } from '../log/source.ts';
import type { VerifyReport } from '../log/verify/verify.ts';
import { verifierKeyFor } from '../restore/continuation.ts';

/** File of the log's folder with the last checkpoint that enough witnesses have signed. */
export const WITNESSED_FILE = 'checkpoint.witnessed';

export interface WitnessCheck {
  readonly ok: boolean;
  /** Of each witness that was asked for: how far it has signed this log, and when by its own clock, epoch ms; null when it has not. */
  readonly signed: readonly { readonly name: string; readonly size: number | null; readonly at: number | null }[];
}

/**
 * Whether witnesses have signed the log that `verifyChain` has verified: what they have signed, by the witnessed checkpoint in its folder or the one that it
 * is served with, is the beginning of `head`, or `head` the beginning of it where the log went on meanwhile. Who serves the log may have its key and show
 * another one, which is witnessed, as soon as the first has been read: so everything leads to `head`, and no checkpoint is taken a second time.
 */
export async function checkWitnesses(
  source: LogSource,
  vkeys: readonly string[],
  vkey: string,
  head: Pick<VerifyReport, 'origin' | 'size' | 'root'>,
): Promise<WitnessCheck> {
  const keys = vkeys.map(parseVerifierKey);
  if (keys.length === 0) return { ok: true, signed: [] };
  const none = keys.map(({ name }) => ({ name, size: null, at: null }));
  const kept = await source.read(WITNESSED_FILE).catch(() => null);
  const log = openLog(source);
  try {
    const note = kept === null ? ((await log.checkpoint())?.note ?? null) : new TextDecoder().decode(kept);
    if (note === null) return { ok: false, signed: none };
    const parsed = parseNote(note);
    const { size, root } = openCheckpoint(note, verifierKeyFor(head.origin, vkey));
    const [older, newer] = [
      { size, root },
      { size: head.size, root: Buffer.from(head.root, 'hex') },
    ].sort((a, b) => a.size - b.size);
    if (older === undefined || newer === undefined) return { ok: false, signed: none };
    const proof = await log.proveConsistency(older.size, newer.size);
    const leads = { size1: older.size, size2: newer.size, root1: older.root, root2: newer.root, proof };
    if (!tree.verifyConsistency(leads)) return { ok: false, signed: none };
    const signed = keys.map((key) => {
      const line = parsed.signatures.find(({ name, id }) => name === key.name && id === key.id);
      return line !== undefined && key.type === SIGNATURE_TYPE.cosignature && verifySignature(parsed.text, line, key)
        ? { name: key.name, size, at: parseCosignature(line).time * 1_000 }
        : { name: key.name, size: null, at: null };
    });
    return { ok: signed.every((one) => one.size !== null), signed };
  } catch (error) {
    if (error instanceof TlogError) return { ok: false, signed: none };
    throw error;
  }
}
