import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as browser from './browser.ts';
import { encodeUtf8 } from './bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { decodeBundle, encodeBundle } from './entries.ts';
import { TlogError } from './errors.ts';
import { createSigner, openNote, parseSignerKey, parseVerifierKey, signNote, tree, verifyTlogProof } from './node.ts';
import { bytesOf, vectors } from './test-vectors.ts';
import { formatTilePath, parseTilePath, TILE_WIDTH, type TileId, tileCounts, tileOf, tilesOf } from './tile.ts';
import { consistencyTiles, inclusionTiles } from './tile-source.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';

describe('tile paths', () => {
  it.each(vectors.tile_paths)('$path', ({ level, index, partial, path }) => {
    const tile = { level, index, width: partial === 0 ? TILE_WIDTH : partial };
    expect(formatTilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each(vectors.entries_paths)('$path of entry $seq', ({ seq, size, path }) => {
    expect(formatTilePath(tileOf('entries', seq, size))).toBe(path);
    expect(parseTilePath(path).level).toBe('entries');
  });

  it.each([...vectors.tile_parse_bad, '', 'tile/0/000/', 'tile/0/x000/001', 'tile/entries/000.p/300'])('refuses %j', (path) => {
    expect(() => parseTilePath(path)).toThrow(TlogError);
  });

  it.each(vectors.tile_counts)('counts the tiles of $size leaves', (counts) => {
    for (const level of [0, 1, 2]) {
      const { full, partial } = tileCounts(level, counts.size);
      if (counts[`full${level}`] !== undefined) expect(full).toBe(counts[`full${level}`]);
      if (counts[`partial${level}`] !== undefined) expect(partial).toBe(counts[`partial${level}`]);
    }
  });

  it('reads what it writes', () => {
    const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 }));
    const tiles = fc.record({ level, index: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) });
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(formatTilePath(tile))).toEqual(tile);
      }),
    );
  });
});

describe('the published log of 15 entries', () => {
  const log = vectors.tessera_log;
  const { name, seed } = parseSignerKey(log.skey);
  const signer = createSigner(name, seed);

  it('is made again byte for byte: tiles, bundles, checkpoints', () => {
    const builder = tree.builder();
    const entries: Uint8Array[] = [];
    expect(signNote(`${name}\n0\n${Buffer.from(builder.root()).toString('base64')}\n`, [signer])).toBe(log.checkpoints['0']);
    for (const text of log.entries_utf8) {
      entries.push(encodeUtf8(text));
      expect(builder.append(tree.leafHash(encodeUtf8(text)))).toEqual([]);
      const root = Buffer.from(builder.root()).toString('base64');
      expect(signNote(`${name}\n${entries.length}\n${root}\n`, [signer])).toBe(log.checkpoints[String(entries.length)]);
      const [tile] = builder.partialTiles();
      expect(Buffer.from(tile?.bytes ?? []).toString('base64')).toBe(log.tiles_b64[`tile/0/000.p/${entries.length}`]);
      const bundle = encodeBundle(entries);
      expect(Buffer.from(bundle).toString('base64')).toBe(log.entries_b64[`tile/entries/000.p/${entries.length}`]);
      expect(decodeBundle(bundle, entries.length)).toEqual(entries);
    }
  });

  it('has a proof for every entry, on Node and in a browser, and for no other entry', async () => {
    const keys = [parseVerifierKey(log.vkey)];
    const size = log.entries_utf8.length;
    const checkpoint = log.checkpoints[String(size)] ?? '';
    const { root } = parseCheckpoint(openNote(checkpoint, keys).text);
    const read = (tile: TileId) => bytesOf(log.tiles_b64[formatTilePath(tile)] ?? '');
    for (const [index, text] of log.entries_utf8.entries()) {
      const hashes = tree.proveInclusion(index, { start: 0, end: size }, tree.tileNodes(size, read));
      expect(tree.verifyInclusion({ index, size, root, leafHash: tree.leafHash(encodeUtf8(text)), proof: hashes })).toBe(true);
      const proof = formatTlogProof({ index, hashes, checkpoint, extra: encodeUtf8('x') });
      expect(verifyTlogProof(proof, encodeUtf8(text), keys, name)).toMatchObject({ index, checkpoint: { size } });
      expect(await browser.verifyTlogProof(proof, encodeUtf8(text), keys, name)).toMatchObject({ index });
      expect(() => verifyTlogProof(proof, encodeUtf8(`${text}!`), keys)).toThrow('does not lead');
      expect(() => verifyTlogProof(proof, encodeUtf8(text), keys, 'another.log')).toThrow('another log');
      await expect(browser.verifyTlogProof(proof, encodeUtf8(`${text}!`), keys)).rejects.toThrow('does not lead');
    }
  });
});

describe('tlog-proof files', () => {
  it.each(vectors.tlog_proof.valid)('reads %j', (text) => {
    expect(formatTlogProof(parseTlogProof(text))).toBe(text);
  });
  it.each(vectors.tlog_proof.bad)('refuses %j', (text) => {
    expect(() => parseTlogProof(text)).toThrow(TlogError);
  });
  it('never throws anything but its own errors', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        for (const text of [a, `c2sp.org/tlog-proof@v1\n${a}\n\n${b}`, `c2sp.org/tlog-proof@v1\nindex 1\n${a}\n\n${b}`]) {
          try {
            parseTlogProof(text);
          } catch (error) {
            expect(error).toBeInstanceOf(TlogError);
          }
        }
      }),
    );
  });
});

describe('a growing tree', () => {
  const leaf = (at: number) => tree.leafHash(encodeUtf8(String(at)));
  const grow = (size: number) => {
    const builder = tree.builder();
    const tiles = new Map<string, Uint8Array>();
    for (let at = 0; at < size; at += 1)
      for (const tile of builder.append(leaf(at))) tiles.set(formatTilePath(tile.id), tile.bytes);
    for (const tile of builder.partialTiles()) tiles.set(formatTilePath(tile.id), tile.bytes);
    return { builder, tiles };
  };

  it.each([0, 1, 255, 256, 257, 65_535, 65_536, 66_000])('of %i leaves leaves exactly the tiles of its size', (size) => {
    const { tiles, builder } = grow(size);
    const wanted = [...tilesOf(size, true)].filter((tile) => tile.level !== 'entries');
    expect([...tiles.keys()].sort()).toEqual(wanted.map(formatTilePath).sort());
    if (size === 0) return;
    const nodes = tree.tileNodes(size, (tile) => tiles.get(formatTilePath(tile)) ?? new Uint8Array(0));
    expect(tree.rangeHash({ start: 0, end: size }, nodes)).toEqual(builder.root());
    for (const index of [0, size >> 1, size - 1]) {
      const used = new Set<string>();
      const proof = tree.proveInclusion(
        index,
        { start: 0, end: size },
        tree.tileNodes(size, (tile) => {
          used.add(formatTilePath(tile));
          return tiles.get(formatTilePath(tile)) ?? new Uint8Array(0);
        }),
      );
      expect(tree.verifyInclusion({ index, size, root: builder.root(), leafHash: leaf(index), proof })).toBe(true);
      expect(inclusionTiles(index, size).map(formatTilePath).sort()).toEqual([...used].sort());
    }
  });

  it('goes on from its partial tiles as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1200 }), fc.integer({ min: 1, max: 600 }), (before, more) => {
        const { builder } = grow(before);
        const edge = new Map(builder.partialTiles().map((tile) => [Number(tile.id.level), tile.bytes]));
        const resumed = tree.builder({ size: before, tiles: edge });
        expect(resumed.root()).toEqual(builder.root());
        for (let at = before; at < before + more; at += 1) expect(resumed.append(leaf(at))).toEqual(builder.append(leaf(at)));
        expect(resumed.root()).toEqual(builder.root());
        expect(resumed.partialTiles()).toEqual(builder.partialTiles());
      }),
      { numRuns: 25 },
    );
  });

  it('proves from tiles that it continues its former self', () => {
    const { tiles, builder } = grow(1000);
    const nodes = tree.tileNodes(1000, (tile) => tiles.get(formatTilePath(tile)) ?? new Uint8Array(0));
    for (const old of [1, 2, 255, 256, 257, 300, 768, 999, 1000]) {
      const root1 = grow(old).builder.root();
      const proof = tree.proveConsistency({ start: 0, end: old }, 1000, nodes);
      expect(tree.verifyConsistency({ size1: old, size2: 1000, root1, root2: builder.root(), proof })).toBe(true);
      expect(consistencyTiles(old, 1000).every((tile) => tiles.has(formatTilePath(tile)))).toBe(true);
    }
  });

  it('refuses a frontier of the wrong width and a leaf that is not a hash', () => {
    expect(() => tree.builder({ size: 3, tiles: new Map([[0, new Uint8Array(64)]]) })).toThrow(TlogError);
    expect(() => tree.builder().append(new Uint8Array(31))).toThrow(TlogError);
  });
});

describe('entry bundles', () => {
  it('hold entries of 0 to 65,535 bytes', () => {
    const entries = [new Uint8Array(0), new Uint8Array(65_535).fill(1), Uint8Array.of(7)];
    expect(decodeBundle(encodeBundle(entries), 3)).toEqual(entries);
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow('at most 65,535');
  });

  it('read back, and refuse another width, a cut or a tail', () => {
    const lists = fc.array(fc.uint8Array({ maxLength: 20 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(lists, (entries) => {
        const bundle = encodeBundle(entries);
        expect(decodeBundle(bundle, entries.length)).toEqual(entries);
        expect(() => decodeBundle(bundle, entries.length + 1)).toThrow(TlogError);
        expect(() => decodeBundle(bundle.subarray(0, -1), entries.length)).toThrow(TlogError);
        expect(() => decodeBundle(Uint8Array.of(...bundle, 0), entries.length)).toThrow(TlogError);
      }),
    );
  });
});
