import {
  changeInspection,
  createInspectionException,
  extendInspectionException,
  getInspection,
  getRequest,
  getToday,
  listAudit,
  listInspectionExceptions,
  replayInspection,
  reportInspection,
  revokeInspectionException,
} from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, setUpThree, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { ruleBook } from './rule-book.ts';

const injection = "x' OR '1'='1' UNION SELECT username, password FROM users -- ";
const dayMs = 86_400_000;
const reason = 'texts of the SQL course';

describe('a false positive and its exception', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  let token: string;
  const withFree = (config: Deployment['config']): Deployment['config'] => ({
    ...config,
    console: { listen: '127.0.0.1:0', operators: 'separated', secondFactor: 'required' },
    apps: (config.apps ?? []).map((app) => ({
      ...app,
      routes: [
        ...(app.routes ?? []),
        { match: 'POST /free', action: 'note.write' },
        {
          match: 'POST /other',
          action: 'note.write',
          inspect: {
            exceptions: [{ class: 'xss', where: { place: 'json', name: 'html' }, owner: 'li', reason, expires: '2025-12-30' }],
          },
        },
      ],
    })),
  });
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read, change: withFree });
    three = await setUpThree(deployment, clock);
    token = await deployment.token('zhang');
  });
  afterAll(() => deployment.close());

  const post = async (body: unknown, path = 'free') => {
    const answer = await deployment.call('POST', `/portal/${path}`, { token, body });
    return answer.status === 200 ? 'passed' : String(answer.body['code']);
  };
  const blockedRequest = async (body: unknown = { text: injection }): Promise<string> => {
    const answer = await deployment.call('POST', '/portal/free', { token, body });
    await deployment.indexed();
    return String(answer.body['requestId']);
  };
  const security = () => three.security.browser;
  const exact = (rule: string, expiresAt = clock.now + 30 * dayMs) => ({
    app: 'portal',
    route: 'POST /free',
    rule,
    where: { place: 'json' as const, name: 'text' },
    reason,
    expiresAt,
  });
  const exceptAll = async (rules: readonly string[]) => {
    const made = [];
    for (const rule of rules) {
      const answer = await security().call(createInspectionException, { body: exact(rule) });
      expect(answer.status).toBe(201);
      made.push(answer.body);
    }
    return made;
  };

  it('is explained on the page of its request: field, rules with points, danger and remedy', async () => {
    const { body } = await three.audit.browser.call(getRequest, { params: { requestId: await blockedRequest() } });
    const { inspection } = body;
    expect(inspection?.threats[0]).toMatchObject({ class: 'sqli', place: 'json', name: 'text', blocking: true, excepted: null });
    expect(inspection?.threshold).toBe(4);
    const rules = inspection?.threats.flatMap(({ features }) => features.map(({ rule }) => rule)) ?? [];
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(inspection?.rules.find((one) => one.rule === rule)?.text.zh).toMatch(/\p{Script=Han}/u);
    expect(inspection?.classes[0]?.danger.en).toMatch(/database/);
  });

  it('becomes an exception of the administrator who asked, reported as a false positive, and revocable', async () => {
    const requestId = await blockedRequest();
    const detail = await security().call(getRequest, { params: { requestId } });
    const rules = detail.body.inspection?.threats.flatMap(({ features }) => features.map(({ rule }) => rule)) ?? [];
    const [first = '', ...others] = new Set(rules);
    const made = await security().call(createInspectionException, { body: { ...exact(first), requestId } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ owner: 'anquan', state: 'active', uses: 0, requestId, source: 'console' });
    const rest = await exceptAll(others);
    expect(await post({ text: injection })).toBe('passed');
    // Another field, another place, another route.
    expect(await post({ note: injection })).toBe('request_blocked');
    expect(await post({ text: { text: injection } })).toBe('request_blocked');
    expect(await post({ text: injection }, 'other')).toBe('request_blocked');
    expect(await post({ text: 'fine', note: injection })).toBe('request_blocked');

    const listed = await three.audit.browser.call(listInspectionExceptions);
    const used = listed.body.exceptions.filter(({ uses }) => uses > 0);
    expect(used.length).toBeGreaterThan(0);
    await deployment.indexed();
    const overview = await security().call(getInspection);
    expect(overview.body.rules.find(({ rule }) => rule === first)).toMatchObject({ falsePositives: 1 });
    expect(overview.body.totals.excepted).toBeGreaterThan(0);

    for (const { id } of [made.body, ...rest]) {
      const revoked = await security().call(revokeInspectionException, { params: { id }, body: { reason } });
      expect(revoked.body).toMatchObject({ state: 'revoked', revokedBy: 'anquan' });
    }
    expect(await post({ text: injection })).toBe('request_blocked');
    const again = await security().call(revokeInspectionException, { params: { id: made.body.id }, body: { reason } });
    expect(again.status).toBe(404);
    await deployment.indexed();
    const recorded = await three.audit.browser.call(listAudit, { query: { kind: 'security', limit: '200' } });
    const summaries = recorded.body.rows.map(({ summary }) => summary.en);
    expect(summaries).toContainEqual(expect.stringContaining('made an exception of inspection'));
    expect(summaries).toContainEqual(expect.stringContaining('revoked an exception of inspection'));
  });

  it('ends by itself, is shown as ended, and can be extended before', async () => {
    const requestId = await blockedRequest();
    const detail = await security().call(getRequest, { params: { requestId } });
    const rules = [...new Set(detail.body.inspection?.threats.flatMap(({ features }) => features.map(({ rule }) => rule)))];
    const made = await exceptAll(rules);
    expect(await post({ text: injection })).toBe('passed');
    for (const { id } of made)
      await security().call(extendInspectionException, { params: { id }, body: { expiresAt: clock.now + 1_000, reason } });
    // Somebody is told while there is time.
    const today = await security().call(getToday);
    expect(today.body.attention.map(({ id }) => id)).toContain('inspection-exceptions');
    clock.advance(1_000);
    expect(await post({ text: injection })).toBe('request_blocked');
    const all = await security().call(listInspectionExceptions, { query: { show: 'all' } });
    expect(all.body.exceptions.filter(({ id }) => made.some((one) => one.id === id)).map(({ state }) => state)).toEqual(
      made.map(() => 'expired'),
    );
    // What the file says is shown too, also when it has ended, and what has just ended stands among those that hold.
    const standing = await security().call(listInspectionExceptions);
    expect(standing.body.exceptions.map(({ id }) => id)).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    expect(standing.body.exceptions).toContainEqual(
      expect.objectContaining({ source: 'configuration', state: 'expired', owner: 'li', app: 'portal', route: 'POST /other' }),
    );
  });

  it.each<[string, object, string]>([
    ['that has ended', { expiresAt: 1 }, 'validation_failed'],
    ['for longer than half a year', { expiresAt: Date.UTC(2100, 0, 1) }, 'validation_failed'],
    ['for a rule that does not exist', { rule: 'sql.nothing' }, 'validation_failed'],
    ['for an app that does not exist', { app: 'other' }, 'not_found'],
    ['for a route that does not exist', { route: 'GET /nothing' }, 'not_found'],
    ['without a reason', { reason: '' }, 'validation_failed'],
    ['for a class and a rule', { class: 'sqli' }, 'validation_failed'],
    ['from a request that had no such finding', { requestId: 'A'.repeat(16) }, 'not_found'],
  ])('is not made %s', async (_what, change, code) => {
    const made = await security().call(createInspectionException, { body: { ...exact('sql.tautology'), ...change } });
    expect(made.body.code).toBe(code);
  });

  it.each<[string, object]>([
    ['a whole class', { rule: undefined, class: 'sqli' }],
    ['every route of an app', { route: undefined }],
    ['every field', { where: { place: 'json', name: '*' } }],
  ])('for %s takes two', async (_what, change) => {
    const body = { ...exact('sql.tautology'), ...change };
    expect((await security().call(createInspectionException, { body })).body.code).toBe('approval_required');
    const headers = await approved(createInspectionException, { body }, three.security, three.audit, clock);
    const made = await security().call(createInspectionException, { body, headers });
    expect(made.status).toBe(201);
    await security().call(revokeInspectionException, { params: { id: made.body.id }, body: { reason } });
  });

  it('is no business of those who run the machines', async () => {
    const made = await three.system.browser.call(createInspectionException, { body: exact('sql.tautology') });
    expect(made.body.code).toBe('power_not_held');
    const byAuditor = await three.audit.browser.call(createInspectionException, { body: exact('sql.tautology') });
    expect(byAuditor.body.code).toBe('power_not_held');
  });

  it('is a report for each rule, of which the last word counts', async () => {
    const requestId = await blockedRequest();
    const { body } = await security().call(getRequest, { params: { requestId } });
    const rule = body.inspection?.threats[0]?.features[0]?.rule ?? '';
    const report = (verdict: 'false_positive' | 'attack') =>
      three.audit.browser.call(reportInspection, { body: { requestId, rule, verdict } });
    const before = (await report('false_positive')).body.reports;
    expect((await report('false_positive')).body.reports).toBe(before);
    expect((await report('attack')).body.reports).toBeGreaterThan(0);
    const overview = await security().call(getInspection);
    expect(overview.body.rules.find((one) => one.rule === rule)?.falsePositives).toBe(before - 1);
  });

  describe('a change of the rules', () => {
    const route = { app: 'portal', route: 'POST /free' };
    const version = async () => (await security().call(getInspection)).body.version;

    it('is replayed over the day before it is published, then takes two, and then does what was said', async () => {
      await blockedRequest();
      const change = { routes: [{ ...route, mode: 'monitor' as const }] };
      const replayed = (await security().call(replayInspection, { body: change })).body;
      expect(replayed.blockedToPassed).toBeGreaterThan(0);
      expect(replayed.passedToBlocked).toBe(0);
      const group = replayed.groups.find(({ where }) => where.name === 'text');
      expect(group).toMatchObject({ change: 'blocked_to_passed', ...route, class: 'sqli' });
      const example = group?.examples[0]?.requestId ?? '';
      expect((await security().call(getRequest, { params: { requestId: example } })).body.row.code).toBe('request_blocked');

      const body = { ...change, from: await version(), reason };
      expect((await security().call(changeInspection, { body })).body.code).toBe('approval_required');
      expect(await post({ text: injection })).toBe('request_blocked');
      const headers = await approved(changeInspection, { body }, three.security, three.system, clock);
      expect((await security().call(changeInspection, { body, headers })).status).toBe(200);
      expect(await post({ text: injection })).toBe('passed');
      expect(await post({ text: injection }, 'other')).toBe('request_blocked');

      const shown = (await security().call(getInspection)).body.routes.find((one) => one.route === route.route);
      expect(shown).toMatchObject({ mode: 'monitor', source: 'console', configured: { mode: 'enforce' } });
    });

    it('back to enforce is open to one', async () => {
      const body = { routes: [{ ...route, mode: 'enforce' as const }], from: await version(), reason };
      expect((await security().call(changeInspection, { body })).status).toBe(200);
      expect(await post({ text: injection })).toBe('request_blocked');
    });

    it('that starts from what is no longer there is refused', async () => {
      const body = { routes: [{ ...route, mode: 'enforce' as const }], from: 'stale', reason };
      expect((await security().call(changeInspection, { body })).body.code).toBe('conflict');
    });

    it('of the weight of rules does what its replay said', async () => {
      const { body: overview } = await security().call(getInspection);
      const rules = overview.rules.filter((one) => one.class === 'sqli').map(({ rule }) => ({ rule, weight: 0 }));
      const replayed = (await security().call(replayInspection, { body: { rules } })).body;
      expect(replayed.blockedAfter).toBe(0);
      const body = { rules, from: await version(), reason };
      const headers = await approved(changeInspection, { body }, three.security, three.audit, clock);
      await security().call(changeInspection, { body, headers });
      expect(await post({ text: injection })).toBe('passed');
      const back = { rules: rules.map(({ rule }) => ({ rule, weight: null })), from: await version(), reason };
      const again = await approved(changeInspection, { body: back }, three.security, three.audit, clock);
      await security().call(changeInspection, { body: back, headers: again });
      expect(await post({ text: injection })).toBe('request_blocked');
    });

    it('for what does not exist says so instead of looking harmless', async () => {
      const gone = await security().call(replayInspection, {
        body: { routes: [{ app: 'portal', route: 'GET /no', mode: 'off' }] },
      });
      expect(gone.body.code).toBe('not_found');
    });
  });

  it('outlives a restart, with what is needed to replay', async () => {
    await deployment.indexed();
    const filter = { from: clock.now - dayMs, to: clock.now };
    const replayed = async () => {
      const { inspection, queries } = deployment.platform;
      const inspected = { mode: 'enforce' as const, threshold: 4, steps: null, exceptions: [] };
      const routes = ['POST /free', 'POST /other'].map((match) => [{ id: 'portal' }, { match, inspection: inspected }] as const);
      const book = ruleBook(routes, inspection.managed(), null);
      return { found: await queries.inspection(filter, 4), replay: await queries.replay(filter, book, new Map()) };
    };
    const before = await replayed();
    const managed = deployment.platform.inspection.managed();
    expect(before.replay.blockedToPassed).toBeGreaterThan(0);
    await deployment.close({ keep: true });
    deployment = await startDeployment({ place: deployment.place, clock: clock.read, change: withFree });
    const after = deployment.platform.inspection.managed();
    expect(after.exceptions.map(({ id }) => id).sort()).toEqual(managed.exceptions.map(({ id }) => id).sort());
    expect(after.settings.version).toBe(managed.settings.version);
    // Uses were written when it stopped.
    expect(after.exceptions.some(({ uses }) => uses > 0)).toBe(true);
    expect(await replayed()).toEqual(before);
  });
});
