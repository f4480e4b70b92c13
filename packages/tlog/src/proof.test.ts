import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as browser from './browser.ts';
import { encodeHex, encodeUtf8 } from './bytes.ts';
import { tree } from './node.ts';
import type { InclusionClaim } from './proof.ts';
import { isSubtree } from './range.ts';
import { bytesOf, recursiveSource, vectors } from './test-vectors.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

describe('hashes of RFC 6962', () => {
  it.each(vectors.rfc6962.hashes)('$op $want', ({ op, data_utf8 = '', l_utf8 = '', r_utf8 = '', want }) => {
    const hash = op === 'leaf' ? tree.leafHash(encodeUtf8(data_utf8)) : tree.nodeHash(encodeUtf8(l_utf8), encodeUtf8(r_utf8));
    expect(encodeHex(hash)).toBe(want);
  });

  it('gives the published roots of 0 to 8 leaves', () => {
    const leaves = vectors.rfc6962.leaves_hex.map(hex);
    const builder = tree.builder();
    const roots = [encodeHex(builder.root())];
    for (const leaf of leaves) {
      builder.append(tree.leafHash(leaf));
      roots.push(encodeHex(builder.root()));
    }
    expect(roots).toEqual(vectors.rfc6962.roots_hex);
    expect(encodeHex(tree.emptyRoot)).toBe(vectors.constants.empty_root_hex);
  });
});

describe('inclusion', () => {
  const claims = [
    ...vectors.inclusion.map((vector) => ({ ...vector, start: undefined, size: vector.treeSize })),
    ...vectors.subtreeinclusion.map((vector) => ({ ...vector, size: vector.end })),
  ];
  it.each(claims)('vector $id', async ({ leafIdx, size, start, root, leafHash, proof, wantErr }) => {
    const claim: InclusionClaim = {
      index: leafIdx,
      size,
      root: bytesOf(root),
      leafHash: bytesOf(leafHash),
      proof: (proof ?? []).map(bytesOf),
      ...(start === undefined ? {} : { start }),
    };
    expect(tree.verifyInclusion(claim)).toBe(!wantErr);
    expect(await browser.verifyInclusion(claim)).toBe(!wantErr);
  });

  it('verifies every proof it makes, and no proof of another leaf, index, size or root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(), fc.nat(), (size, pick, other) => {
        const leaves = Array.from({ length: size }, (_, at) => Uint8Array.of(at));
        const source = recursiveSource(leaves);
        const index = pick % size;
        const root = tree.rangeHash({ start: 0, end: size }, source);
        const proof = tree.proveInclusion(index, { start: 0, end: size }, source);
        const claim = { index, size, root, leafHash: tree.leafHash(Uint8Array.of(index)), proof };
        expect(tree.verifyInclusion(claim)).toBe(true);
        expect(tree.verifyInclusion({ ...claim, leafHash: tree.leafHash(Uint8Array.of(index, 0)) })).toBe(false);
        if (other % size !== index) expect(tree.verifyInclusion({ ...claim, index: other % size })).toBe(false);
        expect(tree.verifyInclusion({ ...claim, root: tree.leafHash(root) })).toBe(false);
        expect(tree.verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
        expect(tree.verifyInclusion({ ...claim, index: size })).toBe(false);
        expect(tree.verifyInclusion({ ...claim, index: -1 })).toBe(false);
        expect(tree.verifyInclusion({ ...claim, index: 0.5 })).toBe(false);
      }),
    );
  });

  it('has the length of RFC 9162 for sizes near 2^53', () => {
    for (const size of [2 ** 40 + 1, 2 ** 52 - 1, Number.MAX_SAFE_INTEGER]) {
      const index = size - 1;
      const source = () => tree.emptyRoot;
      const inner = (BigInt(index) ^ BigInt(size - 1)).toString(2).replace(/^0+/, '').length;
      const border = (BigInt(index) >> BigInt(inner)).toString(2).replaceAll('0', '').length;
      expect(tree.proveInclusion(index, { start: 0, end: size }, source)).toHaveLength(inner + border);
    }
  });
});

describe('consistency', () => {
  const claims = [
    ...vectors.consistency.map((vector) => ({ ...vector, start: undefined })),
    ...vectors.subtreeconsistency.map((vector) => ({ ...vector, size1: vector.end, size2: vector.size })),
  ];
  it.each(claims)('vector $id', async ({ size1, size2, start, root1, root2, proof, wantErr }) => {
    const claim = {
      size1,
      size2,
      root1: bytesOf(root1),
      root2: bytesOf(root2),
      proof: (proof ?? []).map(bytesOf),
      ...(start === undefined ? {} : { start }),
    };
    expect(tree.verifyConsistency(claim)).toBe(!wantErr);
    expect(await browser.verifyConsistency(claim)).toBe(!wantErr);
  });

  it('verifies every proof it makes, and none after a change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(), fc.nat(), (size2, pick, change) => {
        const size1 = 1 + (pick % size2);
        const source = recursiveSource(Array.from({ length: size2 }, (_, at) => Uint8Array.of(at)));
        const root1 = tree.rangeHash({ start: 0, end: size1 }, source);
        const root2 = tree.rangeHash({ start: 0, end: size2 }, source);
        const proof = tree.proveConsistency({ start: 0, end: size1 }, size2, source);
        const claim = { size1, size2, root1, root2, proof };
        expect(tree.verifyConsistency(claim)).toBe(true);
        expect(tree.verifyConsistency({ ...claim, root1: tree.emptyRoot })).toBe(false);
        expect(tree.verifyConsistency({ ...claim, root2: tree.emptyRoot })).toBe(false);
        expect(tree.verifyConsistency({ ...claim, proof: [...proof, root1] })).toBe(false);
        const broken = proof.map((hash, at) => (at === change % proof.length ? hash.map((byte) => byte ^ 1) : hash));
        if (proof.length > 0) expect(tree.verifyConsistency({ ...claim, proof: broken })).toBe(false);
      }),
    );
  });
});

describe('subtrees of 0 to 130 leaves give the published digests', () => {
  const { rolling } = vectors;
  const leaves = Array.from({ length: rolling.max }, (_, at) => Uint8Array.of(at));
  const known = new Map<string, Uint8Array>();
  const slow = recursiveSource(leaves);
  const source: typeof slow = (node) => {
    const key = `${node.height} ${node.index}`;
    const hash = known.get(key) ?? slow(node);
    known.set(key, hash);
    return hash;
  };
  const subtreesUpTo = (size: number) =>
    Array.from({ length: size + 1 }, (_, end) => Array.from({ length: end + 1 }, (_, start) => ({ start, end })))
      .flat()
      .filter(isSubtree);
  const digest = (lines: Iterable<string>) => {
    const hash = createHash('sha256');
    for (const line of lines) hash.update(line);
    return hash.digest('hex');
  };
  const hexes = (proof: readonly Uint8Array[]) => proof.map((hash) => ` ${encodeHex(hash)}`).join('');

  it('hashes', () => {
    const lines = subtreesUpTo(rolling.max).map(
      (range) => `[${range.start}, ${range.end}) ${encodeHex(tree.rangeHash(range, source))}\n`,
    );
    expect(digest(lines)).toBe(rolling.subtree_hash);
  });

  it('inclusion proofs', () => {
    const lines = subtreesUpTo(rolling.max).flatMap((range) =>
      Array.from({ length: range.end - range.start }, (_, at) => {
        const proof = tree.proveInclusion(range.start + at, range, source);
        return `${range.start + at} [${range.start}, ${range.end})${hexes(proof)}\n`;
      }),
    );
    expect(digest(lines)).toBe(rolling.subtree_inclusion);
  });

  it('consistency proofs', () => {
    const lines = function* () {
      for (let size = 0; size <= rolling.max; size += 1) {
        for (const range of subtreesUpTo(size)) {
          yield `[${range.start}, ${range.end}) ${size}${hexes(tree.proveConsistency(range, size, source))}\n`;
        }
      }
    };
    expect(digest(lines())).toBe(rolling.subtree_consistency);
  });
});
