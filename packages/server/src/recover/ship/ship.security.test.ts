import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSigner } from '@menshen/tlog/node';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../audit/service.ts';
import { openTestWriter, TEST_ORIGIN, TEST_SEED, TEST_VKEY, testRoomOptions } from '../../audit/testing.ts';
import { verifierKeyOf, writeVerifierKey } from '../../audit/verifier-key.ts';
import { drillPlace } from '../drill.ts';
import type { BackupError } from '../model.ts';
import { restorePoint } from '../restore-point.ts';
import { folderPlace, type Place, PlaceError } from './place.ts';
import { listGenerations } from './rebuild.ts';
import { createShipper, type Shipper } from './shipper.ts';

let root = '';
let data = '';
let second = '';
let identity = '';
let recipient = '';
let now = 1_780_000_000_000;
let ids = 0;
const nextId = (): number => {
  ids += 1;
  return ids;
};
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'menshen-ship-'));
  [data, second] = [join(root, 'data'), join(root, 'second')];
  mkdirSync(join(data, 'keys'), { recursive: true });
  writeFileSync(join(data, 'keys', 'master.key'), 'a key');
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  now = 1_780_000_000_000;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(root, { recursive: true, force: true });
});

/** A store and a log in use. */
function living() {
  const store = new DatabaseSync(join(data, 'menshen.db'));
  closing.push(() => (store.isOpen ? store.close() : undefined));
  store.exec('PRAGMA journal_mode = WAL; PRAGMA secure_delete = on; CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);');
  store.exec('CREATE TABLE sessions (sid TEXT PRIMARY KEY, secret TEXT); CREATE TABLE access_list (id TEXT PRIMARY KEY)');
  const { writer } = openTestWriter(testRoomOptions(join(data, 'tlog')));
  closing.push(() => writer.close());
  writeVerifierKey(join(data, 'tlog'), TEST_VKEY);
  const audit = createAudit({ writer, clock: () => now });
  return { store, audit };
}
const shipper = (changes: { place?: Place; baseMs?: number; keepMs?: number } = {}): Shipper =>
  createShipper({
    ...{ places: { data, log: join(data, 'tlog'), database: 'menshen.db', keys: true }, work: join(data, 'shipping') },
    ...{ place: folderPlace(second), to: { recipients: [recipient] }, signer: createSigner(TEST_ORIGIN, TEST_SEED) },
    ...{ version: 'test', baseMs: 86_400_000, keepMs: 7 * 86_400_000, clock: () => now, settle: async () => undefined },
    random: (size) => Uint8Array.from({ length: size }, () => nextId() & 255),
    ...changes,
  });
const restore = (at: number | null = null, vkey: string | null = TEST_VKEY) => {
  const to = join(root, `restored-${nextId()}`);
  return restorePoint(second, { identities: [identity] }, { data: to, at, vkey }).then((point) => ({ ...point, to }));
};
const problem = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: BackupError) => error.problem,
  );
/** Every row of the notes of a database that nobody writes. */
const notesOf = (folder: string): unknown[] => {
  const database = new DatabaseSync(join(folder, 'menshen.db'));
  try {
    return database
      .prepare('SELECT id, text FROM notes ORDER BY id')
      .all()
      .map(({ id, text }) => [id, text]);
  } finally {
    database.close();
  }
};
const files = async (): Promise<readonly string[]> => (await listGenerations(second)).at(-1)?.segments ?? [];

describe('a second place', () => {
  it('has the store as it was at the last round, whatever SQLite did with its files in between', async () => {
    const { store, audit } = living();
    const put = store.prepare('INSERT OR REPLACE INTO notes VALUES (?, ?)');
    const ship = shipper();
    let seed = 7;
    const draw = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed % below;
    };
    const steps: readonly (() => void)[] = [
      () => put.run(draw(400), 'x'.repeat(draw(9_000))),
      () => store.exec(`DELETE FROM notes WHERE id % 7 = ${draw(7)}`),
      () => store.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
      () => store.exec('PRAGMA wal_checkpoint(PASSIVE)'),
      () => store.exec('VACUUM'),
      () => store.exec(`CREATE TABLE t${nextId()} (a TEXT); BEGIN; INSERT INTO notes VALUES (100000, 'gone'); ROLLBACK`),
    ];
    for (let round = 0; round < 18; round += 1) {
      for (let step = draw(6); step >= 0; step -= 1) steps[draw(10) < 6 ? 0 : draw(steps.length)]?.();
      await audit.record(JSON.stringify({ round }));
      await audit.flush();
      now += 2_000;
      expect(await ship.round()).toMatchObject({ problem: null, shippedTo: now });
      if (round % 6 !== 5) continue;
      const expected = store
        .prepare('SELECT id, text FROM notes ORDER BY id')
        .all()
        .map(({ id, text }) => [id, text]);
      const point = await restore();
      expect(notesOf(point.to)).toEqual(expected);
      expect(point).toMatchObject({ time: now, log: { size: round + 1 } });
    }
    expect((await listGenerations(second)).length).toBe(1);
  });

  it('gets no file that somebody is uploading, and no sandbox of a lab', async () => {
    living();
    for (const folder of ['spool', 'labs/li', 'quarantine']) {
      mkdirSync(join(data, folder), { recursive: true });
      writeFileSync(join(data, folder, 'a.part'), 'payslip');
    }
    await shipper().round();
    const { to } = await restore(null, null);
    expect(['spool', 'labs', 'quarantine'].filter((name) => existsSync(join(to, name)))).toEqual(['quarantine']);
  });

  it('goes on after a crash at any moment: a file that was sent and not noted is replaced, and nothing is missing', async () => {
    const { store, audit } = living();
    await audit.record('{"a":1}');
    await audit.flush();
    const real = folderPlace(second);
    /** Sends, and dies before it is noted. */
    const dying: Place = {
      ...real,
      put: async (file, name) => {
        await real.put(file, name);
        throw new PlaceError('timeout');
      },
    };
    await shipper().round();
    for (const [index, place] of [dying, real, dying, dying, real].entries()) {
      store.exec(`INSERT INTO notes VALUES (${index}, 'text ${index}')`);
      now += 2_000;
      // Each time a new process that knows nothing of the write-ahead log.
      await shipper({ place }).round();
    }
    const point = await restore();
    expect(notesOf(point.to)).toEqual([0, 1, 2, 3, 4].map((id) => [id, `text ${id}`]));
    expect(readFileSync(join(point.to, 'keys', 'master.key'), 'utf8')).toBe('a key');
  });

  it('says since when it is behind while the place takes nothing, and catches up', async () => {
    const { store } = living();
    let down = true;
    const real = folderPlace(second);
    const place: Place = {
      ...real,
      put: async (file, name) => {
        if (down) throw new PlaceError('unwritable');
        await real.put(file, name);
      },
    };
    const ship = shipper({ place });
    const since = now;
    expect(await ship.round()).toMatchObject({ problem: 'unwritable', failingSince: since, shippedTo: null });
    store.exec("INSERT INTO notes VALUES (1, 'later')");
    now += 60_000;
    expect(await ship.round()).toMatchObject({ problem: 'unwritable', failingSince: since });
    down = false;
    now += 2_000;
    expect(await ship.round()).toMatchObject({ problem: null, failingSince: null, shippedTo: now });
    expect(existsSync(join(data, 'shipping', 'replica.db'))).toBe(true);
  });

  it('holds nothing in clear, and refuses whatever was changed, left out, exchanged or added', async () => {
    const { store, audit } = living();
    await audit.record('{"a":1}');
    await audit.flush();
    const ship = shipper();
    for (let id = 0; id < 4; id += 1) {
      store.exec(`INSERT INTO notes VALUES (${id}, 'a secret of somebody')`);
      now += 2_000;
      await ship.round();
    }
    const [base = '', first = '', next = ''] = await files();
    for (const file of await files()) expect(readFileSync(file).includes('secret of somebody')).toBe(false);
    const kept = join(root, 'kept');
    cpSync(second, kept, { recursive: true });
    const tampered = async (change: () => void): Promise<string> => {
      change();
      const found = await problem(restore());
      rmSync(second, { recursive: true });
      cpSync(kept, second, { recursive: true });
      return found;
    };
    expect(await problem(restore())).toBe('none');
    expect(await tampered(() => rmSync(first))).toBe('gap');
    expect(await tampered(() => rmSync(base))).toBe('gap');
    expect(await tampered(() => cpSync(next, first))).toBe('gap');
    const flipped = readFileSync(next);
    flipped[flipped.length - 20] = (flipped[flipped.length - 20] ?? 0) ^ 1;
    expect(await tampered(() => writeFileSync(next, flipped))).toBe('damaged');
    // A chain of somebody who knows the recipient, and not the log's key: put in place of ours, or added to it.
    const theirs = verifierKeyOf(TEST_ORIGIN, new Uint8Array(32).fill(9));
    expect(await problem(restore(null, theirs))).toBe('foreign');
  });

  it('is drilled: what would be lost is the age of its newest state', async () => {
    const { store, audit } = living();
    store.exec("INSERT INTO notes VALUES (1, 'x')");
    await audit.record('{"a":1}');
    await audit.flush();
    await shipper().round();
    const drill = await drillPlace(
      second,
      { identities: [identity] },
      { clock: () => now + 3_000, monotonic: () => 0, vkey: TEST_VKEY },
    );
    expect(drill).toMatchObject({ ok: true, rpoSeconds: 3, backup: { created: now }, checked: { rows: 1, logSize: 1 } });
  });

  it('begins a new generation in time, and lets old ones go but never the newest two', async () => {
    const { store } = living();
    const ship = shipper({ baseMs: 10_000, keepMs: 15_000 });
    for (let id = 0; id < 12; id += 1) {
      store.exec(`INSERT INTO notes VALUES (${id}, 'x')`);
      now += 5_000;
      await ship.round();
      await ship.settled();
    }
    const generations = await listGenerations(second);
    expect(generations.length).toBeGreaterThanOrEqual(2);
    expect(generations.length).toBeLessThanOrEqual(4);
    expect(readdirSync(second).length).toBe(generations.length);
  });
});

describe('a point in time', () => {
  it('takes the store back, and neither the log nor what was forbidden since', async () => {
    const { store, audit } = living();
    store.exec("INSERT INTO sessions VALUES ('kept', 'old'), ('ended later', 'x'); INSERT INTO notes VALUES (1, 'good')");
    await audit.record('{"before":1}');
    await audit.flush();
    const ship = shipper();
    now += 2_000;
    await ship.round();
    const point = now;
    now += 2_000;
    store.exec("DELETE FROM sessions WHERE sid = 'ended later'; INSERT INTO sessions VALUES ('of the attacker', 'y')");
    store.exec("UPDATE sessions SET secret = 'new' WHERE sid = 'kept'; INSERT INTO access_list VALUES ('blocked since')");
    store.exec("UPDATE notes SET text = 'spoilt'");
    mkdirSync(join(data, 'privacy'));
    writeFileSync(join(data, 'privacy', 'erasures.log'), 'an erasure\n');
    await audit.record('{"after":1}');
    await audit.flush();
    await ship.round();

    const restored = await restore(point + 500);
    expect(restored).toMatchObject({ time: point, newest: now, log: { size: 2 }, carried: { withdrawn: 1, carried: 1 } });
    expect(notesOf(restored.to)).toEqual([[1, 'good']]);
    const database = new DatabaseSync(join(restored.to, 'menshen.db'));
    // Permissions by intersection: neither what was ended since, nor what came since; secrets as they are now.
    expect(database.prepare('SELECT sid, secret FROM sessions').all()).toEqual([{ sid: 'kept', secret: 'new' }]);
    expect(database.prepare('SELECT id FROM access_list').all()).toEqual([{ id: 'blocked since' }]);
    database.close();
    expect(readFileSync(join(restored.to, 'privacy', 'erasures.log'), 'utf8')).toBe('an erasure\n');
  });

  it('may lie in an older generation: log and prohibitions come from the newest', async () => {
    const { store, audit } = living();
    store.exec("INSERT INTO sessions VALUES ('ended later', 'x'); INSERT INTO notes VALUES (1, 'good')");
    const ship = shipper({ baseMs: 5_000 });
    await ship.round();
    const point = now;
    now += 6_000;
    store.exec("DELETE FROM sessions; UPDATE notes SET text = 'spoilt'");
    await audit.record('{"after":1}');
    await audit.flush();
    await ship.round();
    // The base of the next one is there, and what came meanwhile went to the one before, which counts until the next has caught up.
    await ship.settled();
    expect([readdirSync(second).length, (await listGenerations(second)).length]).toEqual([2, 1]);
    expect(notesOf((await restore()).to)).toEqual([[1, 'spoilt']]);
    now += 1_000;
    await ship.round();
    expect((await listGenerations(second)).length).toBe(2);
    expect(notesOf((await restore()).to)).toEqual([[1, 'spoilt']]);
    const restored = await restore(point + 1);
    expect(restored).toMatchObject({ time: point, newest: now, log: { size: 1 }, carried: { withdrawn: 1 } });
    expect(notesOf(restored.to)).toEqual([[1, 'good']]);
    expect(await problem(restore(point - 1))).toBe('no_data');
    renameSync(second, `${second}-away`);
    expect(await problem(restore())).toBe('no_data');
  });
});
