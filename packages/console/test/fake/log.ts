import {
  encodeBase64,
  encodeBundle,
  encodeUtf8,
  formatCheckpoint,
  formatTilePath,
  formatTlogProof,
  formatVerifierKey,
  type NodeSource,
  TILE_WIDTH,
  tileOf,
} from '@menshen/tlog';
import { createSigner, signNote, tree } from '@menshen/tlog/node';

export interface FakeLog {
  readonly origin: string;
  readonly vkey: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly checkpoint: string;
  /** Base64 of an entry's bytes. */
  entry(index: number): string;
  proof(index: number): string;
  /** A file of the log by its path (C2SP tlog-tiles); null when there is none. */
  file(path: string): Uint8Array | null;
}

const origin = 'menshen.test/audit';

/** Sorted keys make the text canonical (RFC 8785) for the plain data of these tests. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}

/** A real log over the events: Merkle tree, signed checkpoint, inclusion proofs. The key is made from a fixed seed. */
export function buildLog(events: readonly unknown[]): FakeLog {
  const entries = events.map((event) => encodeUtf8(canonical(event)));
  const leaves = entries.map((entry) => tree.leafHash(entry));
  const builder = tree.builder();
  const tiles = leaves.flatMap((leaf) => [...builder.append(leaf)]);
  const files = new Map([...tiles, ...builder.partialTiles()].map(({ id, bytes }) => [formatTilePath(id), bytes]));
  for (let first = 0; first < entries.length; first += TILE_WIDTH) {
    const bundle = encodeBundle(entries.slice(first, first + TILE_WIDTH));
    files.set(formatTilePath(tileOf('entries', first, entries.length)), bundle);
  }
  const node: NodeSource = ({ height, index }) => {
    const leaf = leaves[index];
    if (height === 0 && leaf !== undefined) return leaf;
    return tree.nodeHash(node({ height: height - 1, index: 2 * index }), node({ height: height - 1, index: 2 * index + 1 }));
  };
  const signer = createSigner(origin, new Uint8Array(32).fill(7));
  const root = builder.root();
  const size = entries.length;
  const checkpoint = signNote(formatCheckpoint({ origin, size, root }), [signer]);
  return {
    origin,
    vkey: formatVerifierKey(signer.key),
    size,
    root: encodeBase64(root),
    checkpoint,
    file: (path) => (path === 'checkpoint' ? encodeUtf8(checkpoint) : (files.get(path) ?? null)),
    entry: (index) => encodeBase64(entries[index] ?? new Uint8Array()),
    proof: (index) => formatTlogProof({ index, hashes: tree.proveInclusion(index, { start: 0, end: size }, node), checkpoint }),
  };
}
