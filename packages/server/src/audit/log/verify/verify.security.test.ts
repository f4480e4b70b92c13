import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBundle, formatVerifierKey } from '@menshen/tlog';
import { createSigner } from '@menshen/tlog/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestWriter, scratchLog, TEST_SEED, TEST_VKEY, testRoomOptions } from '../../testing.ts';
import { openLog, proveEntry } from '../reader.ts';
import { encodeRecord, RECORD } from '../record.ts';
import { directorySource, httpSource } from '../source.ts';
import { type VerifyOptions, verifyLog } from './verify.ts';

const SIZE = 700;
const entryText = (at: number) => `{"n":${at}}`;

/** Writes entries `from` to `to` into a log; keeps the checkpoint at every hundred. */
async function write(directory: string, from: number, to: number, text = entryText): Promise<string[]> {
  const { room } = openTestWriter(testRoomOptions(directory));
  const notes: string[] = [];
  for (let at = from; at < to; at += 100) {
    const records = Array.from({ length: 100 }, (_, more) => encodeRecord(RECORD.entry, 0, Buffer.from(text(at + more))));
    await room.handle('append', { bytes: Buffer.concat(records) });
    await room.handle('flush', null);
    notes.push(readFileSync(join(directory, 'checkpoint'), 'utf8'));
  }
  await room.close();
  return notes;
}

describe('whoever tampers with a log is found out', () => {
  const original = scratchLog();
  const scratch = scratchLog();
  const directory = join(scratch.directory, 'tlog');
  let notes: string[];
  beforeAll(async () => {
    notes = await write(original.directory, 0, SIZE);
  });
  beforeEach(() => {
    rmSync(directory, { recursive: true, force: true });
    cpSync(original.directory, directory, { recursive: true, filter: (path) => !path.includes('lock') });
  });
  afterAll(() => {
    original.remove();
    scratch.remove();
  });

  const file = (path: string) => join(directory, ...path.split('/'));
  const verify = (options: Partial<VerifyOptions> = {}) => verifyLog(directorySource(directory), { vkey: TEST_VKEY, ...options });
  const codes = async (options: Partial<VerifyOptions> = {}) => {
    const { ok, problems } = await verify(options);
    expect(ok).toBe(problems.length === 0);
    return problems.map(({ code, where }) => `${code} ${where}`);
  };
  const flip = (path: string, at: number) => {
    const bytes = readFileSync(file(path));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file(path), bytes);
  };

  it('an untouched log is whole, and each former checkpoint is a part of it', async () => {
    const seen: number[] = [];
    expect(await verify({ progress: (done) => seen.push(done) })).toMatchObject({ ok: true, size: SIZE, problems: [] });
    expect(seen).toEqual([256, 512, 700]);
    for (const from of notes) expect(await codes({ from })).toEqual([]);
  });

  it('a changed entry', async () => {
    flip('tile/entries/001', 700);
    const found = await codes();
    expect(found).toEqual([
      expect.stringMatching(/^entry_differs entry 3\d\d$/),
      'tile_differs tile/1/000.p/2',
      'root_differs checkpoint',
    ]);
  });

  it('a changed entry whose hash tile was changed with it', async () => {
    const entries = Array.from({ length: 256 }, (_, at) => Buffer.from(entryText(256 + at)));
    entries[10] = Buffer.from(entryText(9_999));
    writeFileSync(file('tile/entries/001'), encodeBundle(entries));
    const { tree } = await import('@menshen/tlog/node');
    writeFileSync(file('tile/0/001'), Buffer.concat(entries.map((entry) => tree.leafHash(entry))));
    expect(await codes()).toEqual(['tile_differs tile/1/000.p/2', 'root_differs checkpoint']);
  });

  it('a removed entry, a removed bundle, removed hashes', async () => {
    const entries = Array.from({ length: 255 }, (_, at) => Buffer.from(entryText(256 + at)));
    writeFileSync(file('tile/entries/001'), encodeBundle(entries));
    expect(await codes()).toEqual(['bundle_malformed tile/entries/001']);
    rmSync(file('tile/entries/001'));
    expect(await codes()).toEqual(['bundle_missing tile/entries/001']);
    rmSync(file('tile/0/000'));
    expect(await codes()).toEqual(['tile_missing tile/0/000', 'bundle_missing tile/entries/001']);
    rmSync(file('tile/0/001'));
    expect(await codes()).toEqual(['tile_missing tile/0/000', 'bundle_missing tile/entries/001', 'tile_missing tile/0/001']);
  });

  it('a replaced or cut hash tile', async () => {
    flip('tile/0/000', 32 * 5);
    expect(await codes()).toEqual(['entry_differs entry 5']);
    copyFileSync(file('tile/0/001'), file('tile/0/000'));
    expect((await codes()).length).toBe(100);
    writeFileSync(file('tile/0/000'), readFileSync(file('tile/0/001')).subarray(0, 100));
    expect(await codes()).toEqual(['tile_differs tile/0/000']);
    flip('tile/1/000.p/2', 40);
    expect(await codes()).toEqual(['tile_differs tile/0/000', 'tile_differs tile/1/000.p/2']);
  });

  it('a checkpoint that was set back', async () => {
    writeFileSync(file('checkpoint'), notes[3] ?? '');
    expect(await codes()).toEqual(['entries_beyond_checkpoint checkpoint']);
    expect(await codes({ from: notes[6] ?? '', live: true })).toEqual(['rolled_back checkpoint']);
  });

  it('a log that was cut back completely: only an older checkpoint shows it', async () => {
    rmSync(directory, { recursive: true });
    await write(directory, 0, 400);
    expect(await codes()).toEqual([]);
    expect(await codes({ from: notes[3] ?? '' })).toEqual([]);
    expect(await codes({ from: notes[4] ?? '' })).toEqual(['rolled_back checkpoint']);
  });

  it('a log that was written anew with another entry and signed with the real key: only an older checkpoint shows it', async () => {
    rmSync(directory, { recursive: true });
    await write(directory, 0, 800, (at) => entryText(at === 250 ? -1 : at));
    expect(await codes()).toEqual([]);
    expect(await codes({ from: notes[1] ?? '' })).toEqual([]);
    expect(await codes({ from: notes[2] ?? '' })).toEqual(['forked entry 299']);
  });

  it('a checkpoint that is forged, of another log, changed, cut or gone', async () => {
    const other = formatVerifierKey(createSigner('example.com/audit', new Uint8Array(32).fill(1)).key);
    expect(await codes({ vkey: other })).toEqual(['signature_invalid checkpoint']);
    const otherName = formatVerifierKey(createSigner('example.com/other', TEST_SEED).key);
    expect(await codes({ vkey: otherName })).toEqual(['signature_invalid checkpoint']);
    expect(await codes({ from: 'nonsense' })).toEqual(['from_invalid from']);
    const note = readFileSync(file('checkpoint'), 'utf8');
    writeFileSync(file('checkpoint'), note.replace('\n700\n', '\n600\n'));
    expect(await codes({ live: true })).toEqual(['signature_invalid checkpoint', 'root_differs checkpoint']);
    writeFileSync(file('checkpoint'), note.slice(0, 30));
    expect(await codes()).toEqual(['checkpoint_malformed checkpoint']);
    rmSync(file('checkpoint'));
    expect(await codes()).toEqual(['checkpoint_missing checkpoint']);
    await expect(verify({ vkey: 'nonsense' })).rejects.toMatchObject({ code: 'key_malformed' });
  });

  it('entries are proved, and not proved when they were changed', async () => {
    const source = directorySource(directory);
    for (const index of [0, 255, 256, 699]) {
      const proved = await proveEntry(source, index, TEST_VKEY);
      expect(new TextDecoder().decode(proved?.entry)).toBe(entryText(index));
      expect(proved?.proof).toContain(`\nindex ${index}\n`);
    }
    expect(await proveEntry(source, SIZE, TEST_VKEY)).toBeNull();
    expect(await proveEntry(source, -1, TEST_VKEY)).toBeNull();
    flip('tile/entries/001', 700);
    const refused = Array.from({ length: 256 }, (_, at) =>
      openLog(source)
        .prove(256 + at)
        .then(
          () => 0,
          () => 1,
        ),
    );
    expect((await Promise.all(refused)).reduce<number>((sum, one) => sum + one, 0)).toBe(1);
  });

  it('the same on several threads, and over HTTP where partial tiles may have gone', { timeout: 240_000 }, async () => {
    const elsewhere = scratchLog();
    const fork = (await write(elsewhere.directory, 0, 300, (at) => entryText(at === 250 ? -1 : at)))[2] ?? '';
    elsewhere.remove();
    const fetched: string[] = [];
    const source = httpSource('http://log.example/tlog', async (url) => {
      fetched.push(url);
      const path = new URL(url).pathname.replace('/tlog/', '');
      // The server has gone on to full tiles since.
      if (path.includes('.p/')) return new Response(null, { status: 404 });
      const bytes = await directorySource(directory).read(path);
      return bytes === null ? new Response(null, { status: 404 }) : new Response(new Uint8Array(bytes));
    });
    const { room } = openTestWriter(testRoomOptions(directory));
    const note = readFileSync(file('checkpoint'), 'utf8');
    const records = Array.from({ length: 66_000 }, (_, more) =>
      encodeRecord(RECORD.entry, 0, Buffer.from(entryText(SIZE + more))),
    );
    for (let at = 0; at < records.length; at += 6_000)
      await room.handle('append', { bytes: Buffer.concat(records.slice(at, at + 6_000)) });
    await room.handle('flush', null);
    await room.close();
    const whole = { threads: 2, from: note };
    expect(await verify(whole)).toMatchObject({ ok: true, size: SIZE + 66_000 });
    const kept = readFileSync(file('tile/entries/250'));
    flip('tile/entries/250', 700);
    expect((await codes(whole)).map((problem) => problem.split(' ')[0])).toEqual([
      'entry_differs',
      'tile_differs',
      'tile_differs',
      'root_differs',
    ]);
    writeFileSync(file('tile/entries/250'), kept);
    expect(await codes({ ...whole, from: fork })).toEqual(['forked entry 299']);
    writeFileSync(file('checkpoint'), note);
    expect(await verifyLog(source, { vkey: TEST_VKEY, live: true })).toMatchObject({ ok: true, size: SIZE });
    expect(fetched).toContain('http://log.example/tlog/tile/entries/002');
    expect((await proveEntry(source, 699, TEST_VKEY))?.index).toBe(699);
    const failing = httpSource('http://log.example/tlog/', async () => new Response(null, { status: 500 }));
    await expect(verifyLog(failing, { vkey: TEST_VKEY })).rejects.toThrow('not served');
  });

  it('an answer that is longer than any file of a log is not read to its end', async () => {
    let [sent, ended] = [0, false];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 64) controller.close();
        else controller.enqueue(new Uint8Array(1 << 20));
      },
      cancel() {
        ended = true;
      },
    });
    const endless = httpSource('http://log.example/tlog/', async () => new Response(body));
    await expect(endless.read('checkpoint')).rejects.toThrow('too large');
    expect([sent < 32, ended]).toEqual([true, true]);
  });
});
