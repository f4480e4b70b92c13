import { decodeBase64, encodeBase64, HASH_BYTES, TILE_WIDTH } from '@menshen/tlog';

/** File of an archived day that says what it is. */
export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 'menshen-audit-day@v1';
const MAX_BYTES = 1_000_000;
const MAX_HASHES = 64;

/**
 * An archived day: the bundles `tile/entries/...` and leaf hashes `tile/0/...` of a run of entries, and what proves them. Whoever has the folder and the
 * log's verifier key needs nothing else.
 */
export interface DayManifest {
  /** Calendar day on which each of its bundles begins, `YYYY-MM-DD`. */
  readonly day: string;
  readonly origin: string;
  /** First entry and the entry after the last: multiples of 256. */
  readonly first: number;
  readonly end: number;
  /** Complete subtrees of the log before `first`, left to right. */
  readonly left: readonly Uint8Array[];
  /** A signed checkpoint of at least `end` entries. */
  readonly checkpoint: string;
  /** Consistency proof from `end` to the checkpoint. */
  readonly consistency: readonly Uint8Array[];
}

export function formatManifest({ left, consistency, ...rest }: DayManifest): string {
  const hashes = (of: readonly Uint8Array[]) => of.map(encodeBase64);
  return `${JSON.stringify({ format: FORMAT, ...rest, left: hashes(left), consistency: hashes(consistency) }, null, 2)}\n`;
}

/** Reads a manifest; null when it is none. */
export function parseManifest(bytes: Uint8Array): DayManifest | null {
  if (bytes.length > MAX_BYTES) return null;
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>;
    const { format, day, origin, first, end, checkpoint } = value;
    const left = hashesOf(value['left']);
    const consistency = hashesOf(value['consistency']);
    const aligned = (size: unknown): size is number =>
      Number.isSafeInteger(size) && Number(size) >= 0 && Number(size) % TILE_WIDTH === 0;
    if (format !== FORMAT || typeof day !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(day) || typeof origin !== 'string')
      return null;
    if (!aligned(first) || !aligned(end) || first >= end || typeof checkpoint !== 'string') return null;
    return left === null || consistency === null ? null : { day, origin, first, end, left, checkpoint, consistency };
  } catch {
    return null;
  }
}

function hashesOf(value: unknown): Uint8Array[] | null {
  if (!Array.isArray(value) || value.length > MAX_HASHES) return null;
  const hashes = value.map((text: unknown) => (typeof text === 'string' ? decodeBase64(text) : null));
  return hashes.every((hash) => hash?.length === HASH_BYTES) ? hashes.filter((hash) => hash !== null) : null;
}
