import { encodeUtf8, formatTilePath, formatVerifierKey, tileOf } from '@menshen/tlog';
import { createSigner } from '@menshen/tlog/node';
import { describe, expect, it } from 'vitest';
import { changed, type Files, logOf, origin, vkeyOf, without } from './testing.ts';
import { type LogHead, verifyWhole, type WholeReport } from './verify-whole.ts';

const vkey = vkeyOf(origin);

const verify = (files: Files, more: { readonly head?: LogHead; readonly knownKey?: string; readonly vkey?: string } = {}) =>
  verifyWhole(async (path) => files.get(path) ?? null, { vkey, knownKey: null, head: null, ...more });
const codes = ({ problems }: WholeReport): string[] => problems.map(({ code, where }) => `${code} ${where}`);
describe('a log that is whole', () => {
  it.each([0, 1, 255, 256, 257, 70_000])('is found to be so with %i entries', async (size) => {
    const told: number[] = [];
    const files = logOf(size);
    const report = await verifyWhole(
      async (path) => files.get(path) ?? null,
      { vkey, knownKey: vkey, head: null },
      (done) => told.push(done),
    );
    expect(codes(report)).toEqual([]);
    expect(report.head?.size).toBe(size);
    expect(told.at(-1) ?? 0).toBe(size);
  });

  it('has grown from what was verified before', async () => {
    const { head } = await verify(logOf(300));
    expect(head).not.toBeNull();
    expect(codes(await verify(logOf(900), { head: head as LogHead }))).toEqual([]);
  });

  it('may have lost entries whose removal an entry of it orders, and nothing else', async () => {
    const order = JSON.stringify({
      status_id: 1,
      unmapped: { menshen: { action: 'audit log.delete', detail: { minimum: 256 } } },
    });
    const files = logOf(700, (at) => (at === 600 ? order : JSON.stringify({ at })));
    const first = formatTilePath(tileOf('entries', 0, 700));
    const pruned = without(files, first).set('minimum', encodeUtf8('{"minimum":256,"entry":600}\n'));
    const report = await verify(pruned);
    expect([codes(report), report.removed]).toEqual([[], 256]);
    expect(codes(await verify(without(files, first)))).toEqual([`bundle_missing ${first}`]);
    const unordered = new Map(pruned).set('minimum', encodeUtf8('{"minimum":256,"entry":601}\n'));
    expect(codes(await verify(unordered))).toEqual(['pruning_unexplained minimum', `bundle_missing ${first}`]);
    const second = formatTilePath(tileOf('entries', 256, 700));
    expect(codes(await verify(without(pruned, second)))).toEqual([`bundle_missing ${second}`]);
  });
});

describe('a log that somebody changed', () => {
  const files = logOf(900);
  const bundle = formatTilePath(tileOf('entries', 512, 900));
  const leaves = formatTilePath(tileOf(0, 512, 900));
  const upper = formatTilePath({ level: 1, index: 0, width: 3 });

  it('is found out at the entry, the tile or the signature', async () => {
    const report = await verify(changed(files, bundle, 9));
    expect(codes(report)[0]).toBe('entry_differs 512');
    expect(codes(report)).toContain('root_differs checkpoint');
    expect(codes(await verify(changed(files, leaves)))).toEqual(['entry_differs 513']);
    expect(codes(await verify(changed(files, upper)))).toEqual([`tile_differs ${upper}`]);
    expect(codes(await verify(without(files, upper)))).toEqual([`tile_missing ${upper}`]);
    expect(codes(await verify(without(files, leaves)))).toEqual([`tile_missing ${leaves}`]);
    expect(codes(await verify(without(files, 'checkpoint')))).toEqual(['checkpoint_missing checkpoint']);
    expect(codes(await verify(changed(files, 'checkpoint', 25)))[0]).toMatch(/^(signature_invalid|checkpoint_malformed) /);
  });

  it('is found out when entries and hashes were changed together', async () => {
    const other = logOf(900, (at) => JSON.stringify({ at: at === 600 ? -1 : at }));
    other.set('checkpoint', files.get('checkpoint') as Uint8Array);
    expect(codes(await verify(other))).toEqual(['root_differs checkpoint']);
  });

  it('is found out when it was rewritten or cut and signed anew', async () => {
    const { head } = await verify(logOf(600));
    const rewritten = logOf(900, (at) => JSON.stringify({ at: at === 10 ? 'x' : at }));
    expect(codes(await verify(rewritten, { head: head as LogHead }))).toEqual(['forked 600']);
    expect(codes(await verify(logOf(500), { head: head as LogHead }))).toEqual(['rolled_back 600 > 500']);
  });

  it('is found out when another key signs it', async () => {
    const strange = createSigner(origin, new Uint8Array(32).fill(1));
    const report = await verify(logOf(3), { vkey: formatVerifierKey(strange.key), knownKey: vkey });
    expect(codes(report).map((line) => line.split(' ')[0])).toEqual(['key_changed', 'signature_invalid']);
  });

  it('is not said to be whole when it cannot be read', async () => {
    const refused = (path: string) =>
      path === bundle ? Promise.reject(new Error('403')) : Promise.resolve(files.get(path) ?? null);
    await expect(verifyWhole(refused, { vkey, knownKey: null, head: null })).rejects.toThrow('403');
  });
});
