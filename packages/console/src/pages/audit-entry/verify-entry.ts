import { decodeBase64, encodeHex, parseCheckpoint, parseTlogProof, TlogError } from '@menshen/tlog';
import { leafHash, openNote, parseVerifierKey, verifyInclusion } from '@menshen/tlog/browser';
import { withBoxes } from '../../api/direction-marks.ts';

/** The checks, in the order in which one rests on the other. */
export const checkNames = ['entry', 'leaf', 'key', 'known', 'signature', 'place', 'inclusion'] as const;
export type CheckName = (typeof checkNames)[number];

export interface Check {
  readonly name: CheckName;
  /** `open`: could not be done, because something before it failed or this browser cannot do it. */
  readonly state: 'passed' | 'failed' | 'open';
  /** What was computed or found: a hash, a key, a size. */
  readonly value: string | null;
}

export interface EntryEvidence {
  readonly index: number;
  readonly event: Readonly<Record<string, unknown>>;
  /** The entry's bytes, base64. */
  readonly entry: string;
  /** C2SP tlog-proof. */
  readonly proof: string;
  readonly vkey: string;
  /** The key that this browser saw first for this log; null when it sees the log for the first time. */
  readonly knownKey: string | null;
}

/** Compares plain data, whatever the order of members. */
function sameData(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) => Object.hasOwn(b, key) && sameData((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** What the bytes say, as it is shown: signs that nobody sees are boxes in every answer, and must not make an entry look forged. */
function parseEntry(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(withBoxes(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

const notThrowing = async <Value>(act: () => Value | Promise<Value>): Promise<Value | null> => {
  try {
    return await act();
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
};

/**
 * Proves in this browser, with nothing taken on the server's word but its key, that an entry is in the log: the entry's bytes say what is
 * shown, their hash leads by the proof to the root of a checkpoint, and the log's key has signed that checkpoint (C2SP tlog-proof).
 * WebCrypto is there in secure contexts only: HTTPS, or loopback.
 */
export async function verifyEntry(evidence: EntryEvidence): Promise<readonly Check[]> {
  const checks = new Map<CheckName, Check>();
  const note = (name: CheckName, passed: boolean | null, value: string | null = null): void => {
    checks.set(name, { name, state: passed === null ? 'open' : passed ? 'passed' : 'failed', value });
  };

  const bytes = decodeBase64(evidence.entry);
  note('entry', bytes !== null && sameData(parseEntry(bytes), evidence.event), bytes === null ? null : String(bytes.length));
  const leaf = bytes === null ? null : await leafHash(bytes);
  note('leaf', leaf === null ? null : true, leaf === null ? null : encodeHex(leaf));

  const key = await notThrowing(() => parseVerifierKey(evidence.vkey));
  note('key', key !== null, key === null ? null : key.name);
  note('known', key === null ? null : evidence.knownKey === null || evidence.knownKey === evidence.vkey, evidence.knownKey);

  const proof = await notThrowing(() => parseTlogProof(evidence.proof));
  const opened = proof === null || key === null ? null : await notThrowing(() => openNote(proof.checkpoint, [key]));
  note('signature', key === null ? null : opened !== null);
  const checkpoint = opened === null ? null : await notThrowing(() => parseCheckpoint(opened.text));

  const inPlace =
    proof === null || checkpoint === null || key === null
      ? null
      : proof.index === evidence.index && checkpoint.origin === key.name;
  note('place', inPlace, checkpoint === null ? null : String(checkpoint.size));
  const included =
    proof === null || checkpoint === null || leaf === null
      ? null
      : await verifyInclusion({
          index: proof.index,
          size: checkpoint.size,
          root: checkpoint.root,
          leafHash: leaf,
          proof: proof.hashes,
        });
  note('inclusion', included, checkpoint === null ? null : encodeHex(checkpoint.root));
  return checkNames.flatMap((name) => checks.get(name) ?? []);
}
