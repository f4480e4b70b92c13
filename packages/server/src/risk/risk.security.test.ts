import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { riskReport, riskScore } from '../cli/risk.ts';
import { run } from '../cli/testing/terminal.ts';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-risk-'));
const reason = 'a reason for the test';
const day = 86_400_000;
const note = 'PUT /staff/:uid';
const noteAsset = `route:portal:${note}`;

describe('risk of a running company', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<contract.AdministratorPower, TestAdministrator>;
  let machine: readonly string[];
  let narrow: readonly string[];

  const tokenFile = async (name: string, scopes: string[]): Promise<readonly string[]> => {
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(contract.createApiToken, {
      body: { name, scopes, grants: [], expiresInDays: 30 },
    });
    const file = join(folder, name);
    writeFileSync(file, String(made.body['token']), { mode: 0o600 });
    return ['--url', deployment.platform.api.url, '--token-file', file];
  };

  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => ({ ...config, console: { listen: '127.0.0.1:0' } }),
    });
    three = await setUpThree(deployment, clock);
    machine = await tokenFile('auditor', ['audit:read']);
    narrow = await tokenFile('directory', ['people:read']);
  });
  afterAll(async () => {
    await deployment.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const { security, audit, system } = new Proxy({} as Record<contract.AdministratorPower, TestAdministrator['browser']>, {
    get: (_target, power: contract.AdministratorPower) => ({
      call: ((endpoint, parts) => three[power].browser.call(endpoint, parts)) as TestAdministrator['browser']['call'],
    }),
  });
  const risksOf = async (query: Record<string, string> = {}): Promise<contract.RiskRow[]> => {
    clock.now += 21_000;
    const { body } = await security.call(contract.listRisks, { query: { limit: '200', ...query } });
    return body['risks'] as contract.RiskRow[];
  };
  const detail = async (id: string) => (await security.call(contract.getRisk, { params: { id } })).body;

  it('is for those who decide and those who look, and only the first decide', async () => {
    expect((await system.call(contract.getRiskOverview, {})).body['code']).toBe('power_not_held');
    expect((await audit.call(contract.getRiskOverview, {})).status).toBe(200);
    const [first] = await risksOf();
    const plan = {
      risk: first?.id,
      option: 'reduce',
      plan: 'mend it soon',
      owner: 'team',
      cost: null,
      due: null,
      residual: null,
    };
    expect((await audit.call(contract.addTreatment, { body: plan })).body['code']).toBe('power_not_held');
    expect((await audit.call(contract.setAssetOwner, { body: { asset: 'app:portal', owner: 'x' } })).body['code']).toBe(
      'power_not_held',
    );
    expect((await security.call(contract.setAssetOwner, { body: { asset: 'app:nobody', owner: 'x' } })).body['code']).toBe(
      'not_found',
    );
  });

  it('takes two people to accept a risk, of exactly what both saw, and says who they were', async () => {
    const [first] = await risksOf();
    const body = { risk: first?.id, score: first?.score, reason, until: clock.now + 30 * day };
    const alone = await security.call(contract.acceptRisk, { body });
    expect(alone.body['code']).toBe('approval_required');
    const headers = await approved(contract.acceptRisk, { body }, three.security, three.audit, clock);
    // What was approved is this number: not a higher one, and not a longer time.
    const more = await security.call(contract.acceptRisk, { body: { ...body, score: 25 }, headers });
    expect(more.body['code']).toBe('approval_invalid');
    const taken = await security.call(contract.acceptRisk, { body, headers });
    expect(taken.body).toMatchObject({ state: 'valid', acceptedBy: three.security.username, approver: three.audit.username });
    expect((await risksOf()).find(({ id }) => id === first?.id)?.accepted).toBe(true);
    await deployment.indexed();
    const { body: log } = await audit.call(contract.listAudit, { query: { kind: 'all', limit: '200' } });
    expect(JSON.stringify(log)).toContain('risk acceptance');
  });

  it('leads from a number to the raw request in three steps', async () => {
    const token = await deployment.token('zhang');
    expect((await deployment.call('GET', '/portal/me', { token })).status).toBe(200);
    await deployment.indexed();
    // The list, the risk, its evidence.
    const [risk] = await risksOf({ asset: 'route:portal:GET /me' });
    const { prevented, protected: protecting, steps, replayed } = await detail(risk?.id ?? '');
    expect([replayed, steps.length]).toEqual([true, 7]);
    const shown = [...prevented, ...protecting]
      .flatMap(({ evidence }) => evidence)
      .find(({ path }) => /^\/traffic\/\w/.test(path));
    const requestId = shown?.path.split('/').at(-1) ?? '';
    const raw = await security.call(contract.getRequest, { params: { requestId } });
    expect(raw.body).toMatchObject({ row: { path: '/portal/me', outcome: 'passed' } });
  });

  it('sees a factor that was switched on within a minute, and counts it once a request has met it', async () => {
    const of = async (threat: string): Promise<contract.RiskRow | undefined> =>
      (await risksOf({ asset: noteAsset })).find((one) => one.threat.id === threat);
    const token = await deployment.token('zhang');
    const put = () => deployment.call('PUT', '/portal/staff/zhang', { token, body: { phone: '19900000002' } });
    await put();
    await deployment.indexed();
    const before = await of('credential_theft');
    const config = contract.configSchema.parse({
      ...deployment.config,
      apps: deployment.config.apps?.map((app) => ({
        ...app,
        routes: app.routes?.map((route) => (route.match === note ? { ...route, auth: 'mfa' } : route)) ?? [],
      })),
    });
    await deployment.platform.reload(config, deployment.folder);
    // A promise: what passed before was not asked for it.
    const promised = await of('credential_theft');
    expect(promised?.score).toBe(before?.score);
    const wanted = await detail(promised?.id ?? '');
    expect(wanted.missing.find(({ control }) => control === 'second_factor')).toMatchObject({ state: 'stale' });
    // A request meets it, and is refused: that is the proof.
    expect((await put()).body['code']).toBe('mfa_required');
    await deployment.indexed();
    const after = await of('credential_theft');
    expect(after?.score).toBeLessThan(before?.score ?? 0);
    // What would have been is what is.
    expect(wanted.missing.find(({ control }) => control === 'second_factor')?.after).toBe(after?.score);
  });

  it('says of each weakness what the number would be without it, by the same computation', async () => {
    const [risk] = await risksOf({ q: 'second factor' });
    const { weaknesses } = await detail(risk?.id ?? '');
    const [first] = weaknesses;
    const { body } = await audit.call(contract.riskWhatIf, { body: { changes: [{ kind: 'mend', weakness: first?.id }] } });
    const changed = body.changed.find(({ id }) => id === risk?.id);
    expect(first?.after).toBe(changed?.after ?? risk?.score);
    expect(first?.after).toBeLessThanOrEqual(risk?.score ?? 0);
    // The parts of its priority add up to it.
    expect(first?.priority.parts.reduce((sum, { points }) => sum + points, 0)).toBe(first?.priority.points);
  });

  it('changes nothing by asking what if', async () => {
    const before = await risksOf();
    const change = { kind: 'control', control: 'inspection', on: false, where: { everywhere: true } };
    const { body } = await audit.call(contract.riskWhatIf, { body: { changes: [change] } });
    expect(body.higher).toBeGreaterThan(0);
    expect(body.total.after).toBeGreaterThan(body.total.before);
    expect((await risksOf()).map(({ score }) => score)).toEqual(before.map(({ score }) => score));
    const unknown = { ...change, control: 'constructor' };
    expect((await audit.call(contract.riskWhatIf, { body: { changes: [unknown] } })).body['code']).toBe('validation_failed');
  });

  it('writes the report, the same bytes twice, with no name becoming markup, for machines that may read it', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const business = { name, importance: 4, owner: 'team', apps: ['portal'], tiedTo: [] };
    expect((await security.call(contract.putBusiness, { params: { id: 'staff' }, body: business })).status).toBe(200);
    const html = await run(riskReport, ['--format', 'html', ...machine], { language: 'zh' });
    expect(html.code).toBe(0);
    expect(html.out).toContain('信息安全风险评估报告');
    expect(html.out).not.toContain('<img src=x');
    expect(html.out).toContain('&lt;img src=x');
    expect(html.out).not.toMatch(/100\s*%\s*(合规|compliant)/);
    const docx = async (): Promise<Buffer> => {
      const file = join(folder, 'report.docx');
      expect((await run(riskReport, ['--format', 'docx', '--out', file, ...machine])).code).toBe(0);
      return readFileSync(file);
    };
    const first = await docx();
    expect(first.subarray(0, 2).toString()).toBe('PK');
    expect((await docx()).equals(first)).toBe(true);
    const data = await run(riskReport, ['--json', '--fail-on', '1', ...machine]);
    expect(data.code).toBe(1);
    const { risks, functions } = JSON.parse(data.out) as { risks: { level: number }[]; functions: object };
    expect(risks.length).toBeGreaterThan(40);
    expect(functions).toEqual({ level: 'level.fifths.1', rollUp: 'rollup.maximum-and-more.1' });
    expect(await run(riskReport, ['--json', ...narrow])).toMatchObject({ code: 1, err: expect.stringContaining('token_scope') });
    expect((await run(riskReport, ['--format', 'docx', ...machine])).code).toBe(2);
  });

  it('scores vectors on the command line, and refuses what is none', async () => {
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    expect(await run(riskScore, [vector])).toMatchObject({ code: 0, out: `9.8 critical ${vector}` });
    expect((await run(riskScore, ['CVSS:4.0/AV:N'])).code).toBe(2);
  });
});
