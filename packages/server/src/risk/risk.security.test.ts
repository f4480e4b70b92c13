import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as contract from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complianceReport, complianceStatus } from '../cli/compliance.ts';
import { keysList, keysRotate } from '../cli/keys.ts';
import { riskReport, riskScore } from '../cli/risk.ts';
import { riskAdvisoriesImport, riskAdvisoriesList } from '../cli/risk-advisories.ts';
import { run } from '../cli/testing/terminal.ts';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { riskAttention } from './attention.ts';

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
    const body = { name, scopes, grants: [], expiresInDays: 30 };
    const approver = scopes.includes(contract.auditScope) ? three.audit : three.system;
    const needed = scopes.some((scope) => [...contract.writeScopes, contract.auditScope].some((one) => one === scope));
    const headers = needed ? await approved(contract.createApiToken, { body }, three.security, approver, clock) : undefined;
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(contract.createApiToken, {
      body,
      ...(headers === undefined ? {} : { headers }),
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

  it('leads from every single number to pages where what it rests on can be seen', async () => {
    const risks = await risksOf();
    expect(risks.length).toBeGreaterThan(40);
    for (const { id } of risks) {
      const { signs, weaknesses, prevented, protected: protecting, assetPath } = await detail(id);
      const evidence = [
        ...signs,
        ...weaknesses.flatMap((one) => one.evidence),
        ...[...prevented, ...protecting].flatMap((one) => one.evidence),
      ];
      for (const path of [assetPath, ...evidence.map((one) => one.path)]) expect(path, id).toMatch(/^\/[a-z]/);
    }
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

  it('writes a report of one app with its own risks alone, and none of an app that there is not', async () => {
    const data = await run(riskReport, ['--json', '--subject', 'app:portal', ...machine]);
    const whole = await run(riskReport, ['--json', ...machine]);
    const [own, all] = [data, whole].map(({ out }) => JSON.parse(out) as { risks: { id: string; score: number }[] });
    const scores = new Map(all?.risks.map(({ id, score }) => [id, score]));
    expect(own?.risks.length).toBeGreaterThan(20);
    expect(own?.risks.length).toBeLessThan(all?.risks.length ?? 0);
    expect(own?.risks.every(({ id, score }) => scores.get(id) === score)).toBe(true);
    const none = await run(riskReport, ['--json', '--subject', 'app:nobody', ...machine]);
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('not_found') });
  });

  it('shows over time what the second factor took off, to those who may see risks', async () => {
    const { trends } = deployment.platform;
    clock.now += 21_000;
    await trends.maintain();
    const [target] = await risksOf({ asset: 'route:portal:GET /me' });
    expect(target).toBeDefined();
    const before = (await audit.call(contract.getTrend, {})).body;
    expect(before.days).toHaveLength(1);
    const business = { name: '门户', importance: 5, owner: 'team', apps: ['portal'], tiedTo: [] };
    expect((await security.call(contract.putBusiness, { params: { id: 'staff' }, body: business })).status).toBe(200);
    clock.now += 21_000;
    await trends.maintain();
    const { body } = await audit.call(contract.getTrend, { query: { subject: 'app:portal' } });
    const raised = body.marks.find(({ kind }: contract.TrendMark) => kind === 'importance');
    expect(raised).toMatchObject({ app: 'portal', text: { zh: '门户：4 → 5' } });
    expect(raised?.effect).toBeGreaterThan(0);
    expect((await system.call(contract.getTrend, {})).body['code']).toBe('power_not_held');
    expect((await audit.call(contract.getTrend, { query: { subject: 'app:nobody' } })).body['code']).toBe('not_found');
  });

  it('takes advisories from the command line with the scope for it alone, and says when they are old', async () => {
    const importer = await tokenFile('importer', ['risk:import']);
    const file = join(folder, 'epss.csv.gz');
    writeFileSync(file, gzipSync('#model_version:v2025\ncve,epss,percentile\nCVE-2021-44228,0.94,0.999\n'));
    expect(await run(riskAdvisoriesImport, [file, ...machine])).toMatchObject({ err: expect.stringContaining('token_scope') });
    const done = await run(riskAdvisoriesImport, [file, '--json', ...importer]);
    expect([done.code, JSON.parse(done.out)]).toEqual([0, { kind: 'epss', rows: 1, refused: 0 }]);
    const records = join(folder, 'osv');
    mkdirSync(records);
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H';
    const record = { id: 'GHSA-x', aliases: ['CVE-2021-44228'], severity: [{ type: 'CVSS_V3', score: vector }], details: 'long' };
    for (const name of ['a.json', 'b.json']) writeFileSync(join(records, name), JSON.stringify(record));
    const osv = await run(riskAdvisoriesImport, [records, '--json', ...importer]);
    expect(JSON.parse(osv.out)).toEqual({ kind: 'osv', rows: 1, refused: 0 });
    // What is no such file is refused before it travels.
    writeFileSync(join(folder, 'none.csv'), 'a,b\n1,2\n');
    expect((await run(riskAdvisoriesImport, [join(folder, 'none.csv'), ...importer])).code).toBe(2);
    expect((await run(riskAdvisoriesList, ['--fail-on-old', ...machine])).code).toBe(0);
    clock.now += 31 * day;
    const old = await run(riskAdvisoriesList, ['--json', '--fail-on-old', ...machine]);
    expect(old.code).toBe(1);
    const today = await riskAttention(deployment.platform.risks, clock.now);
    expect(today.find(({ id }) => id === 'advisories-old')).toMatchObject({ action: { to: '/risk?tab=versions' } });
    clock.now -= 31 * day;
  });

  it('tells machines how requirements stand, and ends with 1 only where that is asked', async () => {
    const status = await run(complianceStatus, [...machine], { language: 'zh' });
    expect(status.code).toBe(0);
    expect(status.out).toContain('缺口');
    expect(status.out).toContain('→');
    expect(status.out).not.toMatch(/100\s*[%％]/);
    const data = await run(complianceStatus, [
      '--framework',
      'pipl',
      '--subject',
      'app:portal',
      '--json',
      '--fail-on',
      'gap',
      ...machine,
    ]);
    expect(data.code).toBe(1);
    expect(JSON.parse(data.out)).toMatchObject({ framework: 'pipl', subject: 'app:portal' });
    const html = await run(complianceReport, ['--format', 'html', ...machine]);
    expect(html.out).toMatch(/^<!doctype html>/);
    const file = join(folder, 'mlps.docx');
    expect((await run(complianceReport, ['--format', 'docx', '--out', file, ...machine])).code).toBe(0);
    expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
    for (const wrong of [
      ['--framework', 'iso'],
      ['--fail-on', 'met'],
      ['--format', 'docx'],
    ])
      expect((await run(wrong[0] === '--format' ? complianceReport : complianceStatus, [...wrong, ...machine])).code).toBe(2);
    expect(await run(complianceStatus, [...narrow])).toMatchObject({ code: 1, err: expect.stringContaining('token_scope') });
  });

  it('counts risks by level and requirements by state for Prometheus', async () => {
    const { compliance } = deployment.platform;
    await compliance.maintain();
    const text = await (await fetch(new URL('/metrics', deployment.platform.api.url))).text();
    const values = (name: string): number[] =>
      [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'gm'))].map(([, value]) => Number(value));
    const all = (await risksOf()).length;
    expect(values('menshen_risks')).toHaveLength(5);
    expect(values('menshen_risks').reduce((sum, value) => sum + value, 0)).toBeGreaterThanOrEqual(Math.min(all, 40));
    const mlps = values('menshen_compliance_items').slice(0, 5);
    expect(mlps.reduce((sum, value) => sum + value, 0)).toBe(93);
    expect(text.match(/^# TYPE menshen_compliance_items gauge$/gm)).toHaveLength(1);
    expect(values('menshen_compliance_evidence_oldest_seconds')).toHaveLength(5);
  });

  it('rotates the key of reports by the power that runs the platform, and goes on verifying what was signed', async () => {
    const report = (await audit.call(contract.makeReport, { body: { kind: 'mlps' } })).body;
    const body = { purpose: 'reports' };
    expect((await security.call(contract.rotateProofKey, { body })).body['code']).toBe('power_not_held');
    const keyToken = await tokenFile('keys', ['keys']);
    const rotated = await run(keysRotate, ['--signing', 'reports', '--json', ...keyToken]);
    expect(rotated.code).toBe(0);
    const again = (await audit.call(contract.makeReport, { body: { kind: 'mlps' } })).body;
    expect(again.files[0]?.key).toBe(JSON.parse(rotated.out).id);
    expect(again.files[0]?.key).not.toBe(report.files[0]?.key);
    for (const { files } of [report, again]) {
      const verified = await audit.call(contract.verifyReport, { body: { sha256: files[0]?.sha256 } });
      expect(verified.body.valid).toBe(true);
    }
    const listed = await run(keysList, [...keyToken]);
    expect(listed.out).toMatch(new RegExp(`signs reports {2}${again.files[0]?.key} {2}\\d+ d {2}1 key of before`));
    expect((await run(keysRotate, ['--signing', 'everything', ...keyToken])).code).toBe(2);
  });

  it('scores vectors on the command line, and refuses what is none', async () => {
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    expect(await run(riskScore, [vector])).toMatchObject({ code: 0, out: `9.8 critical ${vector}` });
    expect((await run(riskScore, ['CVSS:4.0/AV:N'])).code).toBe(2);
  });
});
