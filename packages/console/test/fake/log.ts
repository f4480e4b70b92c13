import { encodeBase64, encodeUtf8, formatCheckpoint, formatTlogProof, formatVerifierKey, type NodeSource } from '@menshen/tlog';
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
  for (const leaf of leaves) builder.append(leaf);
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
    entry: (index) => encodeBase64(entries[index] ?? new Uint8Array()),
    proof: (index) => formatTlogProof({ index, hashes: tree.proveInclusion(index, { start: 0, end: size }, node), checkpoint }),
  };
}
