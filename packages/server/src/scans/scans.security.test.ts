import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scan } from '../cli/scan/scan.ts';
import { run } from '../cli/testing/terminal.ts';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { ConsoleBrowser } from '../testing/console.ts';
import type { Deployment } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';
import { found } from './testing.ts';

const reason = 'a reason for the test';
const dayMs = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'menshen-findings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeEachEngine('findings at the control plane', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<contract.AdministratorPower, TestAdministrator>;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({ ...config, console: { ...config.console, secondFactor: 'required' } }),
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());

  const body = (findings: unknown[], app = 'portal') => ({
    ...{ app, project: 'backend', version: '2.4.0' },
    report: { tool: 'menshen', version: '1', findings },
  });
  const tokenFor = async (scopes: string[], grants: string[]): Promise<Record<string, string>> => {
    const parts = { body: { name: 'pipeline', scopes, grants, expiresInDays: 1 } };
    const approval = await approved(contract.createApiToken, parts, three.security, three.system, clock);
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(contract.createApiToken, { ...parts, headers: approval });
    return { authorization: `Bearer ${made.body.token}` };
  };
  const machine = (endpoint: contract.Endpoint, parts: object) =>
    new ConsoleBrowser(deployment.platform.api.url).call(endpoint, parts);
  const listed = async () => (await three.audit.browser.call(contract.listFindings, { query: { show: 'all' } })).body;

  it('lets a pipeline upload for its own app alone, and read or judge nothing', async () => {
    const headers = await tokenFor(['scan'], ['scan:portal']);
    const made = await machine(contract.uploadScan, { body: body([found('a'), found('b')]), headers });
    expect([made.status, made.body]).toMatchObject([
      201,
      { fresh: 2, trigger: 'upload', by: 'token:pipeline', version: '2.4.0' },
    ]);
    expect((await machine(contract.uploadScan, { body: body([], 'coupon'), headers })).body.code).toBe('token_scope');
    const [one] = (await listed()).findings;
    const change = { body: { ids: [one?.id], change: { state: 'false_positive', reason } }, headers };
    for (const [endpoint, parts] of [
      [contract.changeFindings, change],
      [contract.listFindings, { headers }],
      [contract.commentFinding, { params: { id: one?.id }, body: { text: 'fine' }, headers }],
    ] as const)
      expect((await machine(endpoint, parts)).body.code).toBe('token_scope');
    // A token that is for releases is not for scans.
    const other = await tokenFor(['release'], ['release:portal']);
    expect((await machine(contract.uploadScan, { body: body([]), headers: other })).body.code).toBe('token_scope');
    expect((await machine(contract.uploadScan, { body: body([]) })).status).toBe(401);
    expect((await listed()).total).toBe(2);
  });

  it('refuses what is no report, and an app that is not there, and loses nothing by it', async () => {
    const upload = (parts: object) => three.security.browser.call(contract.uploadScan, { body: { ...body([]), ...parts } });
    for (const report of [{}, { runs: [] }, { tool: 'menshen' }, { tool: 'menshen', version: '1', findings: [{ rule: 'x' }] }])
      expect((await upload({ report })).body.code).toBe('scan_unreadable');
    expect((await upload({ app: 'nothing' })).body.code).toBe('not_found');
    for (const project of ['../etc', 'A B', '']) expect((await upload({ project })).body.code).toBe('validation_failed');
    expect((await three.audit.browser.call(contract.uploadScan, { body: body([]) })).body.code).toBe('power_not_held');
    expect((await listed()).counts.bySeverity.high).toBe(2);
  });

  it('accepts a risk by two people only, with a reason and an end, and remembers who agreed', async () => {
    const [one] = (await listed()).findings;
    const ids = [one?.id];
    const change = (parts: object, headers = {}) =>
      three.security.browser.call(contract.changeFindings, { body: { ids, change: parts }, headers });
    const acceptedUntil = clock.now + 30 * dayMs;
    const accept = { state: 'accepted', reason, acceptedUntil };
    expect((await change(accept)).body.code).toBe('approval_required');
    expect((await change({ state: 'accepted', acceptedUntil })).body.code).toBe('validation_failed');
    expect((await change({ state: 'accepted', reason })).body.code).toBe('validation_failed');
    expect((await change({ state: 'false_positive' })).body.code).toBe('validation_failed');
    expect((await change({ state: 'fixed', reason })).body.code).toBe('validation_failed');
    const parts = { body: { ids, change: accept } };
    const headers = await approved(contract.changeFindings, parts, three.security, three.system, clock);
    // What was approved is this and nothing else.
    expect((await change({ ...accept, acceptedUntil: acceptedUntil + dayMs }, headers)).body.code).toBe('approval_invalid');
    const done = await change(accept, headers);
    expect(done.body.findings).toMatchObject([{ state: 'accepted', approver: three.system.username, acceptedUntil }]);
    expect((await change(accept, headers)).body.code).toBe('approval_invalid');
    const event = { body: { ids, change: { state: 'confirmed' } } };
    expect((await three.audit.browser.call(contract.changeFindings, event)).body.code).toBe('power_not_held');
    await deployment.indexed();
    const { rows } = (await three.audit.browser.call(contract.listAudit, { query: { kind: 'security', q: 'finding.update' } }))
      .body;
    expect(JSON.stringify(rows)).toContain('finding.update');
  });

  it('shows a person the rule, the place and what happened, and lets auditors comment', async () => {
    const [one] = (await listed()).findings;
    const id = one?.id ?? '';
    const said = await three.audit.browser.call(contract.commentFinding, { params: { id }, body: { text: 'see the design' } });
    expect(said.body).toMatchObject({
      explanation: { description: { zh: expect.stringMatching(/./) }, examples: [{ bad: expect.any(String) }] },
      history: [{ kind: 'comment', text: 'see the design', by: three.audit.username }, {}, {}],
    });
    const today = (await three.security.browser.call(contract.getToday)).body;
    expect(today.attention.map(({ id: item }: { id: string }) => item)).toContain('findings-unowned');
    expect((await three.system.browser.call(contract.getFinding, { params: { id } })).body.code).toBe('power_not_held');
  });
  it('takes what `menshen scan --upload` found, with the lines around it and no secret', async () => {
    const headers = await tokenFor(['scan'], ['scan:portal']);
    writeFileSync(join(folder, 'token'), String(headers['authorization']?.slice('Bearer '.length)));
    writeFileSync(join(folder, 'config.js'), "module.exports = {\n  appSecret: '5d41402abc4b2a76b9719d911017c592',\n};\n");
    const args = [folder, '--no-cache', '--upload', '--url', deployment.platform.api.url, '--token-file', join(folder, 'token')];
    const sent = await run(scan, [...args, '--app', 'portal', '--project', 'cli', '--version', '3.0.0']);
    expect([sent.code, sent.err]).toEqual([1, 'Uploaded to portal/cli: 1 new, 0 back again, 0 fixed, 0 unchanged']);
    const query = { project: 'cli' };
    const [one] = (await three.audit.browser.call(contract.listFindings, { query })).body.findings;
    const shown = (await three.audit.browser.call(contract.getFinding, { params: { id: one?.id ?? '' } })).body;
    expect(shown).toMatchObject({ file: 'config.js', line: 2, firstVersion: '3.0.0', rule: 'MP-SEC-001' });
    expect(shown.excerpt.map(({ text }: { text: string }) => text)).toContain("  appSecret: '5d••••••',");
    // Some rules alone are no whole scan.
    expect((await run(scan, [...args, '--app', 'portal', '--project', 'cli', '--rules', 'MP-CRY'])).err).toContain(
      'was not whole',
    );
    expect((await three.audit.browser.call(contract.listFindings, { query })).body.total).toBe(1);
    writeFileSync(join(folder, 'config.js'), 'module.exports = {};\n');
    expect((await run(scan, [...args, '--app', 'portal', '--project', 'cli'])).code).toBe(0);
    expect((await three.audit.browser.call(contract.getFinding, { params: { id: one?.id ?? '' } })).body.state).toBe('fixed');
    const refused = await run(scan, [...args, '--app', 'coupon', '--fail-on', 'none']);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('token_scope')]);
    expect((await run(scan, args)).code).toBe(2);
  });
});
