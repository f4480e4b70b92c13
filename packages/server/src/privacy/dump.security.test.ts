import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { adminLogin, type ConfigInput, configSchema, setup } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { createKeys, loadMasterKey } from '../keys/master.ts';
import { startPlatform } from '../platform.ts';
import { createStoreProtection } from '../store/protection/protection.ts';
import { canDump, pgDump, writeClear } from '../store/protection/testing.ts';
import { openStore } from '../store/store.ts';
import { postgresPlace } from '../store/testing-postgres.ts';
import { ConsoleBrowser, testPassword } from '../testing/console.ts';
import { type Deployment, startDeployment, testAccounts } from '../testing/deployment.ts';
import { embeddedPlace, type Place } from '../testing/place.ts';
import { findValue, formsOf } from './find-value.ts';

const text = { zh: '通知', en: 'Notices' };
const typed = { details: '请删除我在二号楼登记的住址', contact: 'wo-de-youxiang@example.org' };
const local = {
  ...{ uid: 'guest-7', name: '欧阳测试', phone: '+8613912345678', email: 'ouyang.ceshi@example.org', number: 'NO-20260117' },
  position: '外聘首席茶艺师',
};
const administrator = 'ouyang-guanliyuan';
/** Stands in for what people type about each other. */
const listed = { values: ['198.51.100.77'], person: 'yao-bei-feng-de-ren', reason: '司马相如投诉过他', owner: '风控组的诸葛' };
const assigned = '诸葛那一组上次演练没过';
const device = { model: 'Mi 17 of Ouyang', system: 'Android 17', client: 'weixin 8.1' };
const incident = { title: '诸葛的账号从198.51.100.78登录', about: 'zhuge-kongming', address: '198.51.100.78' };
const change = (config: ConfigInput): ConfigInput => {
  const [portal] = config.apps ?? [];
  if (portal === undefined) throw new Error('no app');
  return {
    ...config,
    // As `menshen init` writes it: the log names nobody by uid either.
    audit: { ...config.audit, pseudonyms: true },
    privacy: { purposes: [{ id: 'notices', name: text, text, fields: ['phone'] }] },
    apps: [{ ...portal, audience: ['customer', 'employee'], binding: [] }],
  };
};

/** Fills a platform with people, as a year of use would, and says what of it must be found nowhere. */
async function fill(deployment: Deployment): Promise<{ values: string[]; hidden: string[]; uid: string }> {
  const { platform, call } = deployment;
  const browser = new ConsoleBrowser(platform.api.url);
  const [, setupToken = ''] = platform.setupPath?.split('#token=') ?? [];
  await browser.call(setup, {
    body: { token: setupToken, username: administrator, password: testPassword, mode: 'single_operator' },
  });
  const entry = { app: null, reason: listed.reason, owner: listed.owner, hours: 1 };
  await platform.lists.add({ ...entry, list: 'deny', kind: 'address', values: listed.values }, administrator);
  await platform.lists.add({ ...entry, list: 'deny', kind: 'person', values: [listed.person] }, administrator);
  await platform.incidents.service.openIncident({
    source: { kind: 'report', ref: 'r_test' },
    ...{ severity: 'high', title: { zh: incident.title, en: incident.title }, text: { zh: incident.title, en: incident.title } },
    ...{ by: administrator, detected: Date.now(), occurred: null },
    subjects: [
      { kind: 'user', value: incident.about },
      { kind: 'address', value: incident.address },
    ],
  });
  const target = { kind: 'people' as const, uids: ['zhang'] };
  const draft = { course: 'phishing', target, due: null, dueDays: 7, again: false, origin: null, reason: assigned };
  await platform.train.assignments.create(draft, administrator);
  const person = { key: local.uid, kind: 'partner', departments: [], leads: [], roles: [], status: null, ...local } as const;
  await platform.directory.put('local', [person], [], 'test');
  const body = { app: 'portal', channel: 'wechat', code: await deployment.code('wechat', 'stranger-wx'), device };
  const entered = await call('POST', '/_menshen/v1/login', { body });
  const token = String(entered.body['token']);
  const uid = String((entered.body['user'] as { uid: string }).uid);
  const staff = await deployment.token('zhang');
  for (const one of [token, staff]) {
    await call('GET', '/_menshen/v1/privacy/purposes', { token: one });
    const consent = { purpose: 'notices', version: 1, act: 'given' };
    await call('POST', '/_menshen/v1/privacy/consents', { token: one, body: consent });
    await call('POST', '/_menshen/v1/privacy/requests', { token: one, body: { kind: 'delete', ...typed } });
    await call('GET', '/portal/me', { token: one });
  }
  const identities = [...(await platform.identity.identitiesOf(uid)), ...(await platform.identity.identitiesOf('zhang'))];
  await platform.audit.flush();
  await deployment.indexed();
  const directory = [...platform.directory.snapshot().people.values()];
  const values = [
    ...directory.flatMap(({ name, phone, email, number, position }) => [name, phone, email, number, position]),
    ...identities.flatMap(({ channel, subject, unionid }) => (channel === 'wechat' ? [subject, unionid] : [])),
    ...Object.values(typed),
  ].flatMap((value) => (value === null || value === '' ? [] : [value]));
  // What only the log says, in clear, for detection and for those who look into an attack; the database does not.
  const hidden = [
    ...[...Object.values(device), administrator, ...listed.values, listed.person, listed.reason, listed.owner, assigned],
    ...[incident.title, incident.about, incident.address, local.uid, uid],
    // `li` and `gone` are words, too.
    ...directory.flatMap((one) => (one.uid.length > 4 ? [one.uid] : [])),
  ];
  return { values, hidden, uid };
}

/** What the data folder's keys protect. */
const protectionOf = (data: string) =>
  createStoreProtection(createKeys(loadMasterKey(undefined, join(data, 'keys', 'master.key')), randomBytes), randomBytes);

/** Rows as versions before the sealing wrote them: those of people in clear, and then every column that is sealed beneath the stores. */
async function writeAsBefore(data: string, uid: string, openid: string): Promise<void> {
  const protection = protectionOf(data);
  const store = await openStore({ url: `file:${join(data, 'menshen.db')}`, clock: Date.now, protection });
  const { name, position, number } = local;
  await store.db
    .updateTable('people')
    .set({ name, title: position, number, profile: null })
    .where('uid', '=', local.uid)
    .execute();
  await store.db.updateTable('identities').set({ subject: openid, holder: null }).where('uid', '=', uid).execute();
  await store.db.deleteFrom('meta').where('key', '=', 'scrubbed').execute();
  await store.close();
  const bare = await openStore({ url: `file:${join(data, 'menshen.db')}`, clock: Date.now });
  await writeClear(bare.db as never, protection);
  await bare.close();
}

/** The sealed bytes of a person's rows. */
async function sealedOf(data: string, uid: string): Promise<Buffer[]> {
  const store = await openStore({ url: `file:${join(data, 'menshen.db')}`, clock: Date.now, protection: protectionOf(data) });
  try {
    const identities = await store.db.selectFrom('identities').select('holder').where('uid', '=', uid).execute();
    const sessions = await store.db.selectFrom('sessions').select('holder').where('uid', '=', uid).execute();
    return [...identities, ...sessions].map(({ holder }) => Buffer.from(holder ?? []));
  } finally {
    await store.close();
  }
}

/** The files of the embedded store. */
const database = (file: string): Map<string, Buffer> =>
  new Map([file, `${file}-wal`].filter((path) => existsSync(path)).map((path) => [path, readFileSync(path)]));

const startAgain = (deployment: Deployment, { folder }: Place) =>
  startPlatform({
    config: configSchema.parse(deployment.config),
    ...{ folder, file: null, version: '0', demo: false, consoleFolder: null },
  });

/** Segments are laid out before they are filled: what they hold ends where the zeros begin. */
function withoutPadding(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

/** Every file under a folder, but those that hold keys. */
function filesUnder(folder: string, base = folder): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (entry === 'keys') continue;
    if (statSync(path).isDirectory()) for (const [name, bytes] of filesUnder(path, base)) files.set(name, bytes);
    else files.set(relative(base, path), withoutPadding(readFileSync(path)));
  }
  return files;
}

it('looks for values in every form', () => {
  const value = '张三';
  for (const bytes of [value, Buffer.from(value).toString('hex'), `xx${Buffer.from(`a${value}b`).toString('base64')}`])
    expect(findValue(value, new Map([['file', Buffer.from(bytes)]]))).toEqual(['file']);
  expect(findValue(value, new Map([['file', Buffer.from(value, 'utf16le')]]))).toEqual(['file']);
  expect(formsOf('13800138000')).toHaveLength(19);
});

describe('what lies on the disk', () => {
  const newPlace = (): Place => embeddedPlace(mkdtempSync(join(tmpdir(), 'menshen-')));

  it('names nobody: not while it runs, not after an upgrade, not after an erasure, not after an older copy is put back', async () => {
    const place = newPlace();
    const deployment = await startDeployment({ place, change });
    const data = join(place.folder, 'data');
    const file = join(data, 'menshen.db');
    const { values, hidden, uid } = await fill(deployment);
    expect(values.length).toBeGreaterThan(10);
    const found = (): string[] => {
      const files = filesUnder(data);
      return values.flatMap((value) => findValue(value, files).map((name) => `${value} in ${name}`));
    };
    // While it runs: what a thief of the disk, or a crash, would leave.
    expect(found()).toEqual([]);
    expect(hidden.flatMap((value) => findValue(value, database(file)))).toEqual([]);
    // The search does find what is there.
    expect(findValue('portal', database(file)).length).toBeGreaterThan(0);
    const bound = await deployment.platform.identity.identitiesOf(uid);
    await deployment.close({ keep: true });
    const copy = join(place.folder, 'copy.db');
    copyFileSync(file, copy);
    const sealed = await sealedOf(data, uid);
    expect(sealed.length).toBe(2);
    expect(sealed.every((bytes) => readFileSync(file).includes(bytes))).toBe(true);

    // Rows as earlier versions wrote them are sealed by the next start, and leave nothing in free pages.
    await writeAsBefore(data, uid, bound[0]?.subject ?? '');
    for (const value of [local.name, local.uid, uid, administrator, listed.owner])
      expect(findValue(value, database(file)), value).not.toEqual([]);
    const start = () => startAgain(deployment, place);
    const second = await start();
    expect(second.directory.snapshot().person(local.uid)).toMatchObject({ name: local.name, number: local.number });
    expect(await second.identity.identitiesOf(uid)).toEqual(bound);
    expect(await second.identity.ownerOf('wechat', testAccounts.appid, bound[0]?.subject ?? '')).toBe(uid);
    expect(found()).toEqual([]);
    expect(hidden.flatMap((value) => findValue(value, database(file)))).toEqual([]);
    expect((await second.lists.page({ q: '风控组' }, 10, null)).entries.map(({ value }) => value).sort()).toEqual([
      ...listed.values,
      listed.person,
    ]);
    const again = new ConsoleBrowser(second.api.url);
    expect(
      (await again.call(adminLogin, { body: { username: administrator.toUpperCase(), password: testPassword } })).status,
    ).toBe(200);
    // What is sealed for a person goes too, from tables, indexes and free pages, while the process runs.
    const erased = await second.privacy.erasures.erase({ uid, scope: 'person', cause: 'administrator', by: 'test' });
    expect([erased.remaining, erased.rows > 3]).toEqual([0, true]);
    const left = [...database(file).values()];
    expect(sealed.filter((bytes) => left.some((whole) => whole.includes(bytes)))).toEqual([]);
    await second.close();

    // A backup of before is put back: the person is in it, and gone again before anything is served.
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    copyFileSync(copy, file);
    const third = await start();
    expect(await third.identity.identitiesOf(uid)).toEqual([]);
    expect(third.identity.sessions.ofPerson(uid)).toEqual([]);
    const [replayed] = await third.privacy.erasures.list(10);
    expect(replayed).toMatchObject({ id: erased.id, replayed: true, remaining: 0 });
    expect(await third.privacy.replayErasures()).toBe(0);
    const after = [...database(file).values()];
    expect(sealed.filter((bytes) => after.some((whole) => whole.includes(bytes)))).toEqual([]);
    await third.close();
    await place.remove();
  }, 240_000);

  it.runIf(canDump || process.env.CI === 'true')(
    'names nobody in a dump of PostgreSQL',
    async () => {
      const { url, remove } = await postgresPlace();
      const place: Place = { ...newPlace(), store: url };
      const deployment = await startDeployment({ place, change });
      try {
        const { values, hidden, uid } = await fill(deployment);
        const dump = new Map([['dump', pgDump(url)]]);
        expect([...values, ...hidden].filter((value) => findValue(value, dump).length > 0)).toEqual([]);
        expect(findValue('portal', dump)).toEqual(['dump']);
        await deployment.platform.privacy.erasures.erase({ uid, scope: 'person', cause: 'administrator', by: 'test' });
        expect(await deployment.platform.privacy.erasures.count()).toBe(1);
      } finally {
        await deployment.close();
        await remove();
      }
    },
    60_000,
  );
});
