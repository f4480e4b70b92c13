import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCampaign } from '../guard/testing.ts';
import { createKeys, loadMasterKey } from '../keys/master.ts';
import { protectedColumns } from '../store/protection/columns.ts';
import { createStoreProtection } from '../store/protection/protection.ts';
import { openStore } from '../store/store.ts';
import { approved, setUpThree, stepUpAgain, TestClock } from '../testing/administrators.ts';
import { testAccounts } from '../testing/company.ts';
import { approvalOf } from '../testing/console.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const reason = 'a reason for the test';
const uid = 'ouyang-xiu';
const person = {
  ...({ kind: 'partner' } as const),
  ...{ key: uid, uid, name: '欧阳修', departments: [], leads: [], roles: [], status: null },
  ...{ phone: '+8613912345678', email: 'ouyang@example.org', number: null, position: null },
} as const;
const target = { kind: 'people' as const, uids: [uid, 'li'] };
const said = { zh: '本周提示', en: 'The tip of the week' };

describe('a person who is erased in the middle of work', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let contest = '';
  let three: Awaited<ReturnType<typeof setUpThree>>;
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => {
        const [portal] = config.apps ?? [];
        const { wecom } = portal ?? {};
        if (portal === undefined || wecom === undefined) throw new Error('no app');
        const { corpid, agentid, agentSecret: secret } = testAccounts;
        const scanUrl = `${wecom.apiBase}/wwlogin/sso/login`;
        return {
          ...config,
          console: {
            ...{ listen: '127.0.0.1:0', operators: 'separated', secondFactor: 'required' },
            signIn: {
              wecom: { corpid, agentid, secret, scanUrl, ...(wecom.apiBase === undefined ? {} : { apiBase: wecom.apiBase }) },
            },
          },
        };
      },
    });
    three = await setUpThree(deployment, clock);
    await deployment.platform.directory.put('local', [person], [], 'test');
  });
  afterAll(() => deployment.close());

  const bind = async (subject: string): Promise<void> => {
    const parts = { params: { id: three.system.id }, body: { provider: 'wecom', subject, reason } };
    const headers = await approved(contract.bindAdministratorIdentity, parts, three.security, three.audit, clock);
    expect((await three.security.browser.call(contract.bindAdministratorIdentity, { ...parts, headers })).status).toBe(201);
  };
  const erase = async () => {
    const parts = { params: { uid }, body: { scope: 'person', reason } };
    const headers = await approved(contract.erasePersonalData, parts, three.security, three.audit, clock);
    await stepUpAgain(three.security, clock);
    return await three.security.browser.call(contract.erasePersonalData, { ...parts, headers });
  };
  /** Where the store, with its seals opened, names somebody. */
  const namedIn = async (name: string): Promise<string[]> => {
    const data = join(deployment.folder, 'data');
    const copy = mkdtempSync(join(tmpdir(), 'menshen-copy-'));
    for (const file of ['menshen.db', 'menshen.db-wal']) copyFileSync(join(data, file), join(copy, file));
    const keys = createKeys(loadMasterKey(undefined, join(data, 'keys', 'master.key')), (size) => Buffer.alloc(size, 1));
    const store = await openStore({
      ...{ url: `file:${join(copy, 'menshen.db')}`, clock: clock.read },
      protection: createStoreProtection(keys, (size) => Buffer.alloc(size, 1)),
    });
    try {
      const found = new Set<string>();
      for (const table of Object.keys(protectedColumns))
        for (const row of await store.db
          .selectFrom(table as 'people')
          .selectAll()
          .execute())
          for (const [column, value] of Object.entries(row))
            if (typeof value === 'string' && value.includes(name)) found.add(`${table}.${column}`);
      return [...found].sort();
    } finally {
      await store.close();
      rmSync(copy, { recursive: true });
    }
  };
  /** What a company has under way with somebody. */
  const begin = async (): Promise<string> => {
    const { platform } = deployment;
    const { train, incidents, guard } = platform;
    const made = await incidents.service.openIncident({
      source: { kind: 'report', ref: 'r_test' },
      ...{ severity: 'high', title: said, text: { zh: `由 ${uid} 报告`, en: `Told by ${uid}` } },
      ...{ by: 'anquan', detected: clock.now, occurred: null, subjects: [{ kind: 'reporter', value: uid }] },
    });
    const other = await incidents.service.openIncident({
      source: { kind: 'report', ref: 'r_other' },
      ...{ severity: 'low', title: said, text: { zh: '电话 139 1234 5678 的欧阳修打来', en: 'nothing' } },
      ...{ by: 'anquan', detected: clock.now, occurred: null, subjects: [] },
    });
    for (const { id } of [made, other]) {
      const params = { id };
      const body = { step: 'assign', owner: uid };
      const assigned = await three.security.browser.call(contract.advanceIncident, { params, body });
      expect([assigned.status, assigned.body.code]).toEqual([200, undefined]);
    }
    const draft = { course: 'phishing', target, due: null, dueDays: 7, again: false, origin: null, reason };
    await train.assignments.create(draft, 'anquan');
    const bulletin = contract.bulletinDraft.parse({
      ...{ kind: 'tip', title: said, text: said, target, schedule: { kind: 'once', at: null } },
    });
    await train.bulletins.create(bulletin, 'anquan');
    // A contest runs, in which the person may play for a team that was named.
    const plan = contract.contestPlan.parse({
      ...{ title: 'Autumn', courses: ['phishing'], questions: 5, seconds: 60 },
      ...{ starts: clock.now - 60_000, ends: clock.now + 86_400_000 },
      teams: {
        ...{ kind: 'named', best: 5 },
        teams: [
          { name: 'red', uids: [uid, 'li'] },
          { name: 'blue', uids: ['anybody'] },
        ],
      },
    });
    contest = await train.contests.create(plan, 'anquan');
    await train.contests.join(contest, 'li', true);
    // A file with this person in it was read, and nobody has taken it over yet.
    await platform.directory.changes.preview(
      { kind: 'partial', source: 'local', image: { departments: [], people: [{ ...person, name: '欧阳永叔' }] }, gone: [] },
      'anquan',
    );
    // Li comes with the person's coupon.
    const campaign = await granted(guard);
    const demand = { act: 'redeem', coupon: 'C-77', cents: null, key: null, anybody: false, withinMs: null } as const;
    const li = { person: 'li', device: null, address: '192.0.2.1', request: 'r2' };
    expect(await guard.turn([campaign], demand, li)).toMatchObject({ code: 'guard_not_owner' });
    // Somebody has asked for an act on the person, and waits.
    await stepUpAgain(three.security, clock);
    const parts = { params: { uid }, body: { scope: 'wechat', reason } };
    const asked = await three.security.browser.call(contract.requestApproval, {
      body: approvalOf(contract.erasePersonalData, parts),
    });
    expect(asked.status).toBe(201);
    return asked.body.id;
  };

  it('waits until somebody has decided about the account with which the person administers', async () => {
    await bind(uid);
    const refused = await erase();
    expect(refused.body).toMatchObject({ code: 'person_administers' });
    expect(deployment.platform.directory.snapshot().person(uid)).toBeDefined();
    const params = { id: three.system.id };
    await stepUpAgain(three.security, clock);
    const unbound = await three.security.browser.call(contract.unbindAdministratorIdentity, {
      params,
      body: { provider: 'wecom', subject: uid, reason },
    });
    expect([unbound.status, unbound.body.code]).toEqual([200, undefined]);
  });

  it('is named nowhere any more, and what others have to do of it goes on', async () => {
    const open = await begin();
    await deployment.platform.audit.flush();
    const before = await namedIn(uid);
    for (const place of [
      'admin_approvals.call',
      'training_assignments.target',
      'training_bulletins.draft',
      'training_contests.plan',
      'directory_held.summary',
    ])
      expect(before).toContain(place);
    const looked = { params: { uid } };
    const preview = await three.security.browser.call(contract.findPersonMentions, looked);
    expect(preview.body.found.find(({ by }) => by.includes('phone'))).toMatchObject({
      title: { en: 'Incident' },
      by: ['name', 'phone'],
    });
    for (const place of ['guard_violations.expected', 'incidents.owner', 'incident_entries.facts', 'guard_grants.person'])
      expect(before).toContain(place);
    const erased = await erase();
    expect([erased.status, erased.body.remaining]).toEqual([200, 0]);
    // Words of others stay, and whoever erased is told where; what names the account alone has gone.
    const [other] = preview.body.found.filter(({ by }) => by.includes('phone'));
    expect(erased.body.mentions).toEqual({ found: [other], total: 1 });
    const certificate = await three.security.browser.call(contract.getErasureCertificate, { params: { id: erased.body.id } });
    expect(JSON.parse(certificate.body.statement).mentions).toEqual({
      total: 1,
      places: [{ to: other?.to, by: ['name', 'phone'] }],
    });
    expect((await three.security.browser.call(contract.findPersonMentions, looked)).body.total).toBe(0);
    // What tells other nodes of it stands until the feed is cleared of what is old.
    expect((await namedIn(uid)).filter((place) => place !== 'revocations.subject')).toEqual([]);
    // The request that waited ends; it is not approved into an act on nobody.
    const { body: list } = await three.audit.browser.call(contract.listApprovals, { query: { show: 'all' } });
    expect(list.approvals.find(({ id }) => id === open)).toMatchObject({ state: 'cancelled' });
    expect(JSON.stringify(list)).not.toContain(uid);
    // Incidents are without anybody, so that somebody takes them.
    const { body: incidents } = await three.security.browser.call(contract.listIncidents, { query: { show: 'open' } });
    expect(incidents.incidents.map(({ owner }) => owner)).toEqual([null, null]);
    // Li still has the course.
    const [assignment] = await deployment.platform.train.assignments.list();
    expect(assignment?.target).toEqual({ kind: 'people', uids: [expect.stringMatching(/^ps_/), 'li'] });
    expect(await deployment.platform.directory.held()).toEqual([]);
    // And the contest goes on for whoever else plays.
    const { contests } = deployment.platform.train;
    await expect(contests.join(contest, uid, true)).rejects.toMatchObject({ code: 'not_found' });
    await expect(contests.next(contest, uid, 'zh')).rejects.toMatchObject({ code: 'not_found' });
    expect(await contests.next(contest, 'li', 'zh')).not.toBeNull();
    expect((await contests.board(contest)).players.map((one) => one.uid)).toEqual(['li']);
    expect((await contests.find(contest)).contest.plan.teams).toMatchObject({
      teams: [{ name: 'red', uids: [expect.stringMatching(/^ps_/), 'li'] }, { name: 'blue' }],
    });
  });
});

async function granted(guard: Deployment['platform']['guard']) {
  const campaign = { ...testCampaign(), app: 'portal' };
  const actor = { person: uid, device: null, address: '192.0.2.1', request: 'r1' };
  const made = await guard.claim(campaign, { cents: 800, place: null, code: null, day: '2026-01-01', key: null }, actor);
  if (made.kind !== 'reserved') throw new Error(made.kind);
  await guard.grant(campaign, made.id, { coupon: 'C-77', cents: 800, key: null }, actor);
  return campaign;
}
