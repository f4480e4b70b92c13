import { readFileSync } from 'node:fs';
import { decodeBase64 } from './bytes.ts';
import { tree } from './node.ts';
import type { NodeSource } from './proof.ts';

interface Claim {
  readonly id: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
}

interface Vectors {
  readonly constants: { readonly empty_root_hex: string };
  readonly note_vkeys: {
    readonly good: readonly { readonly vkey: string; readonly src: string }[];
    readonly bad: readonly { readonly vkey: string; readonly why: string }[];
  };
  readonly note_skeys: readonly { readonly skey: string; readonly vkey: string }[];
  readonly note_open: readonly {
    readonly name: string;
    readonly msg?: string;
    readonly msg_b64?: string;
    readonly vkeys: readonly string[];
    readonly ok: boolean;
    readonly verified?: number;
  }[];
  readonly note_sign: readonly { readonly skey: string; readonly text: string; readonly msg: string }[];
  readonly cosignature_ts: readonly { readonly sig_b64: string; readonly key_id: string; readonly timestamp: number }[];
  readonly cosignature_message_example: {
    readonly checkpoint_body: string;
    readonly timestamp: number;
    readonly message: string;
    readonly sig_line_b64: string;
  };
  readonly cosignature_verified: readonly {
    readonly witness_seed_hex: string;
    readonly witness_vkey: string;
    readonly log_vkey: string;
    readonly timestamp: number;
    readonly msg: string;
  }[];
  readonly checkpoints: {
    readonly parse_ok: readonly { readonly text: string; readonly origin: string; readonly size: number }[];
    readonly parse_bad: readonly string[];
    readonly rekor_legacy: { readonly spki_b64: string; readonly msg: string };
  };
  readonly rfc6962: {
    readonly hashes: readonly {
      readonly op: 'leaf' | 'node';
      readonly data_utf8?: string;
      readonly l_utf8?: string;
      readonly r_utf8?: string;
      readonly want: string;
    }[];
    readonly leaves_hex: readonly string[];
    readonly roots_hex: readonly string[];
  };
  readonly inclusion: readonly (Claim & {
    readonly leafIdx: number;
    readonly treeSize: number;
    readonly root: string;
    readonly leafHash: string;
  })[];
  readonly consistency: readonly (Claim & {
    readonly size1: number;
    readonly size2: number;
    readonly root1: string;
    readonly root2: string;
  })[];
  readonly subtreeinclusion: readonly (Claim & {
    readonly leafIdx: number;
    readonly start: number;
    readonly end: number;
    readonly root: string;
    readonly leafHash: string;
  })[];
  readonly subtreeconsistency: readonly (Claim & {
    readonly start: number;
    readonly end: number;
    readonly size: number;
    readonly root1: string;
    readonly root2: string;
  })[];
  readonly rolling: {
    readonly max: number;
    readonly subtree_hash: string;
    readonly subtree_inclusion: string;
    readonly subtree_consistency: string;
  };
  readonly tile_paths: readonly {
    readonly level: number;
    readonly index: number;
    readonly partial: number;
    readonly path: string;
  }[];
  readonly entries_paths: readonly { readonly seq: number; readonly size: number; readonly path: string }[];
  readonly tile_counts: readonly (Readonly<Record<string, number>> & { readonly size: number })[];
  readonly tile_parse_bad: readonly string[];
  readonly tessera_log: {
    readonly vkey: string;
    readonly skey: string;
    readonly entries_utf8: readonly string[];
    readonly checkpoints: Readonly<Record<string, string>>;
    readonly tiles_b64: Readonly<Record<string, string>>;
    readonly entries_b64: Readonly<Record<string, string>>;
  };
  readonly tlog_proof: { readonly valid: readonly string[]; readonly bad: readonly string[] };
}

/** The published vectors, for tests only; where each group comes from stands in the file under `sources`. */
export const vectors = JSON.parse(
  readFileSync(new URL('../test/fixtures/tlog-vectors.json', import.meta.url), 'utf8'),
) as Vectors;

/** Decodes a vector's base64; the vectors spell "no bytes" as an empty string. */
export function bytesOf(text: string): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes === null) throw new Error('a vector is not base64');
  return bytes;
}

/** Subtree hashes of a list of leaves by plain recursion: what the real code is compared with. */
export function recursiveSource(leaves: readonly Uint8Array[]): NodeSource {
  return ({ height, index }) => {
    if (height > 0) {
      const source = recursiveSource(leaves);
      return tree.nodeHash(
        source({ height: height - 1, index: 2 * index }),
        source({ height: height - 1, index: 2 * index + 1 }),
      );
    }
    const leaf = leaves[index];
    if (leaf === undefined) throw new Error('the test asked for a leaf that is not there');
    return tree.leafHash(leaf);
  };
}
