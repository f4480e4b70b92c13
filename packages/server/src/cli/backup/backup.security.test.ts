import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Decrypter, Encrypter, Stanza } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../audit/service.ts';
import { openTestWriter, readEntries, TEST_VKEY, testRoomOptions } from '../../audit/testing.ts';
import { writeVerifierKey } from '../../audit/verifier-key.ts';
import { readContainer, writeContainer } from '../../recover/container.ts';
import { manifestName } from '../../recover/create.ts';
import { passphraseIdentity } from '../../recover/passphrase.ts';
import { run } from '../testing/terminal.ts';
import { backupCreate, backupDrill, backupKey, backupList, backupRestore, backupVerify } from './backup.ts';

const secret = 'a value that only the encrypted file may hold';
let root = '';
let data = '';
let out = '';
let identity = '';
let recipient = '';
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'menshen-backup-'));
  [data, out, identity] = [join(root, 'data'), join(root, 'backups'), join(root, 'identity.txt')];
  mkdirSync(join(data, 'keys'), { recursive: true });
  writeFileSync(join(data, 'keys', 'master.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
  recipient = (await run(backupKey, ['--out', identity])).out;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(root, { recursive: true, force: true });
});

/** A data folder with a store and a log, both in use. */
async function living(entries = 600, log = join(data, 'tlog')) {
  const store = new DatabaseSync(join(data, 'menshen.db'));
  closing.push(() => store.close());
  store.exec('PRAGMA journal_mode = WAL; CREATE TABLE people (name TEXT); CREATE TABLE migrations (id TEXT);');
  store.exec("INSERT INTO migrations VALUES ('0001_one'), ('0002_two')");
  const insert = store.prepare('INSERT INTO people VALUES (?)');
  for (let at = 0; at < 50; at += 1) insert.run(secret);
  const { writer } = openTestWriter(testRoomOptions(log));
  closing.push(() => writer.close());
  writeVerifierKey(log, TEST_VKEY);
  const audit = createAudit({ writer, clock: () => 0 });
  await Promise.all(Array.from({ length: entries }, (_, at) => audit.record(JSON.stringify({ at }))));
  await audit.flush();
  return { insert, audit };
}
const create = (...more: string[]) =>
  run(backupCreate, ['--data', data, '--out', out, '--recipient', recipient, '--json', ...more]);
const made = async (...more: string[]): Promise<string> => join(out, JSON.parse((await create(...more)).out).file);
const withKey = ['--identity'];
const opened = () => [...withKey, identity, '--json'];

describe('a backup', () => {
  it('is made while everything is written, and restores to a store and a log that are whole', async () => {
    const { insert, audit } = await living();
    let writing = true;
    const busy = (async () => {
      while (writing) {
        insert.run('later');
        await audit.record('{"later":1}');
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const file = await made();
    writing = false;
    await busy;
    const checked = await run(backupVerify, [file, ...opened(), '--vkey', TEST_VKEY]);
    expect([checked.code, checked.err]).toEqual([0, '']);
    const to = join(root, 'new');
    const restored = JSON.parse((await run(backupRestore, [file, ...opened(), '--data', to])).out);
    expect(restored.log.size).toBeGreaterThanOrEqual(600);
    const store = new DatabaseSync(join(to, 'menshen.db'), { readOnly: true });
    expect(Number(store.prepare('SELECT count(*) AS n FROM people WHERE name = ?').get(secret)?.['n'])).toBe(50);
    store.close();
    expect((await readEntries(join(to, 'tlog'))).slice(0, 600)).toEqual(
      Array.from({ length: 600 }, (_, at) => JSON.stringify({ at })),
    );
    expect(readFileSync(join(to, 'keys', 'master.key'), 'utf8')).toBe(readFileSync(join(data, 'keys', 'master.key'), 'utf8'));
    expect(readdirSync(data).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('holds the log wherever the configuration keeps it', async () => {
    const log = join(root, 'elsewhere');
    await living(10, log);
    const config = join(root, 'menshen.yaml');
    writeFileSync(config, `data: ./data\naudit: { directory: ${log} }\n`, { mode: 0o600 });
    const { out: label } = await run(backupCreate, ['-c', config, '--out', out, '--recipient', recipient, '--json']);
    const file = join(out, JSON.parse(label).file);
    const to = join(root, 'new');
    const restored = await run(backupRestore, [file, ...opened(), '--vkey', TEST_VKEY, '-c', config, '--data', to]);
    expect(restored).toMatchObject({ code: 0, err: expect.stringContaining(`move it there`) });
    expect(JSON.parse(restored.out).log.size).toBe(10);
    expect(await readEntries(join(to, 'tlog'))).toHaveLength(10);
  });

  it('holds nothing in clear, in the file or beside it', async () => {
    await living(10);
    const file = await made();
    const all = Buffer.concat([readFileSync(file), readFileSync(`${file}.json`)]);
    for (const text of [secret, 'people', 'master.key', Buffer.alloc(32, 7).toString('base64')])
      expect(all.includes(text)).toBe(false);
    expect(all.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  });

  it('has no file that somebody is uploading, and no sandbox of a lab', async () => {
    await living(10);
    for (const folder of ['spool', 'labs/li', 'quarantine']) {
      mkdirSync(join(data, folder), { recursive: true });
      writeFileSync(join(data, folder, 'a.part'), 'payslip');
    }
    const to = join(root, 'restored');
    expect((await run(backupRestore, [await made(), '--identity', identity, '--data', to, '--vkey', TEST_VKEY])).code).toBe(0);
    expect(['spool', 'labs', 'quarantine'].filter((name) => existsSync(join(to, name)))).toEqual(['quarantine']);
  });

  it('opens with its identity alone, and shows every change of a byte', async () => {
    await living(10);
    const file = await made();
    const other = join(root, 'other.txt');
    await run(backupKey, ['--out', other]);
    expect(await run(backupVerify, [file, '--identity', other])).toMatchObject({ code: 1, out: '' });
    const bytes = readFileSync(file);
    for (const at of [5, 100, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file, changed);
      expect((await run(backupVerify, [file, ...opened()])).code, `byte ${at}`).toBe(1);
    }
    writeFileSync(file, bytes.subarray(0, bytes.length - 100));
    expect((await run(backupVerify, [file, ...opened()])).code).toBe(1);
    writeFileSync(file, bytes);
    expect((await run(backupVerify, [file, ...opened()])).code).toBe(0);
  });

  it('that somebody else packed for us is refused: a path outwards, a file too many, another log', async () => {
    await living(10);
    const file = await made();
    const members: { name: string; bytes: Buffer }[] = [];
    const identities = [readFileSync(identity, 'utf8').split('\n')[1] ?? ''];
    for await (const { name, body } of readContainer(file, { identities })) {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      members.push({ name, bytes: Buffer.concat(parts) });
    }
    const forged = async (change: (all: typeof members) => typeof members): Promise<string> => {
      const to = join(root, `forged-${Math.random()}.age`);
      await writeContainer(
        to,
        { recipients: [recipient] },
        (async function* () {
          for (const { name, bytes } of change(members))
            yield {
              ...{ name, size: bytes.length },
              bytes: async function* () {
                yield bytes;
              },
            };
        })(),
      );
      return to;
    };
    const verify = async (path: string, ...more: string[]) => (await run(backupVerify, [path, ...opened(), ...more])).code;
    expect(await verify(await forged((all) => all))).toBe(0);
    const manifest = members.find(({ name }) => name === manifestName);
    for (const name of ['../outside', '/etc/outside', 'a/../../outside'])
      expect(await verify(await forged((all) => [{ name, bytes: Buffer.from('x') }, ...all]))).toBe(1);
    expect(existsSync(join(tmpdir(), 'outside'))).toBe(false);
    expect(await verify(await forged((all) => [{ name: 'extra', bytes: Buffer.from('x') }, ...all]))).toBe(1);
    expect(await verify(await forged((all) => all.filter((one) => one !== manifest)))).toBe(1);
    expect(await verify(await forged((all) => all.filter(({ name }) => name !== 'menshen.db')))).toBe(1);
    // A log of another key: its own backup is in order, and is not ours.
    const foreign = TEST_VKEY.replace(/\+[^+]+\+/, '+00000000+');
    expect(await verify(file, '--vkey', foreign)).not.toBe(0);
  });

  it('is listed by its label, and a drill of the newest leaves a signed record with what it measured', async () => {
    await living(10);
    await made();
    const [label] = JSON.parse((await run(backupList, ['--out', out, '--json'])).out);
    expect(label).toMatchObject({ store: 'sqlite', keys: true, log: { size: 10 } });
    const record = join(root, 'drills.jsonl');
    const drill = await run(backupDrill, ['--out', out, ...opened(), '--data', data, '--record', record]);
    const written = JSON.parse(readFileSync(record, 'utf8'));
    expect(written).toEqual(JSON.parse(drill.out));
    expect(written).toMatchObject({ kind: 'menshen-drill/1', ok: true, checked: { rows: 52, migrations: 2, logSize: 10 } });
    expect(written.rtoSeconds).toBeGreaterThan(0);
    expect(written.signature).toMatch(/^[A-Za-z0-9+/]{86}==$/);
  });

  it('is not written into what goes into it: each would hold all before it', async () => {
    await living(10);
    const into = (folder: string) => run(backupCreate, ['--data', data, '--out', folder, '--recipient', recipient]);
    const refused = await into(join(data, 'copies'));
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('copies')]);
    expect(existsSync(join(data, 'copies'))).toBe(false);
    expect((await into(join(data, 'backups'))).code).toBe(0);
  });

  it('never writes over what is there', async () => {
    await living(10);
    const file = await made();
    const to = join(root, 'used');
    mkdirSync(to);
    appendFileSync(join(to, 'mine'), 'x');
    expect((await run(backupRestore, [file, ...opened(), '--data', to])).code).toBe(2);
    expect(readdirSync(to)).toEqual(['mine']);
  });

  it('gives back one set of business data, to a place that is not there yet, and no other', async () => {
    await living(10);
    const [folder, to] = [join(root, 'contracts'), join(root, 'given back')];
    mkdirSync(join(folder, '2026'), { recursive: true });
    writeFileSync(join(folder, '2026', 'one.txt'), 'signed');
    const config = join(root, 'menshen.yaml');
    const recovery = { data: [{ id: 'contracts', folder: './contracts' }] };
    writeFileSync(config, JSON.stringify({ data, environment: 'development', recovery }));
    const label = await run(backupCreate, ['-c', config, '--out', out, '--recipient', recipient, '--json']);
    expect([label.code, label.err]).toEqual([0, '']);
    const { file: name, data: ids } = JSON.parse(label.out);
    const only = (id: string, ...more: string[]) => run(backupRestore, [join(out, name), '--only', id, ...more, ...opened()]);
    expect(ids).toEqual(['contracts']);
    expect(JSON.parse((await only('contracts', '--to', to)).out)).toEqual({ id: 'contracts', kind: 'folder', rows: 1 });
    expect(readFileSync(join(to, '2026', 'one.txt'), 'utf8')).toBe('signed');
    expect((await only('contracts', '--to', to)).code).toBe(2);
    expect((await only('elsewhere', '--to', join(root, 'x'))).code).toBe(2);
    expect((await only('contracts')).code).toBe(2);
    const platform = join(root, 'platform');
    await run(backupRestore, [join(out, name), ...opened(), '--data', platform]);
    expect(existsSync(join(platform, 'data'))).toBe(false);
  });

  it('without keys says so and holds none', async () => {
    await living(10);
    const file = await made('--without-keys');
    expect(JSON.parse(readFileSync(`${file}.json`, 'utf8')).keys).toBe(false);
    const to = join(root, 'new');
    await run(backupRestore, [file, ...opened(), '--data', to]);
    expect(existsSync(join(to, 'keys'))).toBe(false);
  });

  it('by a passphrase opens with it alone', async () => {
    await living(10);
    const passphrase = join(root, 'pass.txt');
    writeFileSync(passphrase, 'correct horse battery\n');
    const { out: text } = await run(backupCreate, ['--data', data, '--out', out, '--passphrase-file', passphrase, '--json']);
    const file = join(out, JSON.parse(text).file);
    expect((await run(backupVerify, [file, '--passphrase-file', passphrase])).code).toBe(0);
    writeFileSync(passphrase, 'correct horse batterx\n');
    expect((await run(backupVerify, [file, '--passphrase-file', passphrase])).code).toBe(1);
  });

  const age = '/usr/bin/age';
  describe.skipIf(!existsSync(age))(existsSync(age) ? 'read by age itself' : 'read by age itself (age not found)', () => {
    it('is a tar archive under gzip', async () => {
      await living(10);
      const file = await made();
      const tar = execFileSync('sh', ['-c', 'age -d -i "$1" "$2" | gunzip | tar -t', 'sh', identity, file]).toString();
      expect(tar.split('\n')).toEqual(
        expect.arrayContaining(['menshen.db', 'tlog/checkpoint', 'keys/master.key', 'manifest.json']),
      );
    });
  });
});

describe('a passphrase', () => {
  it('is derived as the library for age does, and a file cannot make it cost more than it may', async () => {
    const theirs = new Encrypter();
    theirs.setPassphrase('correct horse battery');
    theirs.setScryptWorkFactor(10);
    const file = await theirs.encrypt('content');
    const ours = new Decrypter();
    ours.addIdentity(passphraseIdentity('correct horse battery'));
    expect(await ours.decrypt(file, 'text')).toBe('content');
    const stanza = (work: string) => new Stanza(['scrypt', 'A'.repeat(22), work], new Uint8Array(32));
    for (const given of [[stanza('21')], [stanza('018')], [stanza('1e9')], [stanza('10'), stanza('10')]])
      await expect(async () => passphraseIdentity('x').unwrapFileKey(given)).rejects.toThrow('of no form');
  });
});

describe('wrong usage', () => {
  it.each([[[]], [['--recipient', 'nobody']], [['--recipient', 'age1x', '--passphrase-file', '/nowhere']]])(
    '%j',
    async (given) => {
      expect((await run(backupCreate, ['--data', data, '--out', out, ...given])).code).toBe(2);
    },
  );
});
