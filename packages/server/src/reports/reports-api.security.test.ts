import { createHash } from 'node:crypto';
import * as contract from '@menshen/contract';
import { parseVerifierKey, verifyTlogProof } from '@menshen/tlog/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readZip } from '../privacy/read-zip.ts';
import { approved, setUpThree, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { ConsoleBrowser } from '../testing/console.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const day = 86_400_000;

describe('compliance and reports at the control plane', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<contract.AdministratorPower, TestAdministrator>;
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => ({ ...config, console: { ...config.console, secondFactor: 'required' } }),
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());

  const actions = async (): Promise<(string | null)[]> => {
    await deployment.indexed();
    const { body } = await three.audit.browser.call(contract.listAudit, { query: { kind: 'security', limit: '200' } });
    return body.rows.map(({ action }: contract.AuditRow) => action);
  };

  it('show 93 items of what was really seen, and Menshen itself by its own proofs', async () => {
    const { body } = await three.audit.browser.call(contract.getCompliance);
    expect(body.counts).toMatchObject({ total: 93, provable: 64 });
    const item = (id: string) => body.items.find((one) => one.id === id);
    // Three separated administrators with second factors have just signed in.
    expect(item('mlps:8.1.5.1.a')?.state).toBe('met');
    expect(item('mlps:8.1.3.4.b')).toMatchObject({ state: 'gap', step: { path: '/compliance/mlps:8.1.3.4.b' } });
    const itself = await three.security.browser.call(contract.getCompliance, { query: { subject: 'platform' } });
    expect(itself.body.items.find(({ id }) => id === 'mlps:8.1.3.2.e')?.state).toBe('gap');
    expect((await three.security.browser.call(contract.getCompliance, { query: { subject: 'app:nobody' } })).body.code).toBe(
      'not_found',
    );
  });

  it('are for two powers, and for no stranger and no machine', async () => {
    const { system, audit } = three;
    expect((await system.browser.call(contract.getCompliance)).body.code).toBe('power_not_held');
    expect((await system.browser.call(contract.listReports)).body.code).toBe('power_not_held');
    const stranger = new ConsoleBrowser(deployment.platform.api.url);
    expect((await stranger.call(contract.listReports)).status).toBe(401);
    const attest = { name: 'a.txt', statement: 'mine is fine', until: clock.now + day, content: 'eA==' };
    const params = { id: 'mlps:8.1.2.1.c' };
    expect((await audit.browser.call(contract.addAttestation, { params, body: attest })).body.code).toBe('power_not_held');
  });

  it('take a requirement away with a second person only, and for exactly what that person saw', async () => {
    const { security, audit } = three;
    const parts = { params: { id: 'mlps:8.1.3.4.b' }, body: { reason: 'there is no mail here', until: clock.now + 30 * day } };
    expect((await security.browser.call(contract.excludeComplianceItem, parts)).body.code).toBe('approval_required');
    const approval = await approved(contract.excludeComplianceItem, parts, security, audit, clock);
    const other = { ...parts, params: { id: 'mlps:8.1.4.1.d' } };
    expect((await security.browser.call(contract.excludeComplianceItem, { ...other, headers: approval })).status).toBe(403);
    const again = await approved(contract.excludeComplianceItem, parts, security, audit, clock);
    const done = await security.browser.call(contract.excludeComplianceItem, { ...parts, headers: again });
    expect(done.status).toBe(201);
    expect(done.body.approver).not.toBe(done.body.by);
    const { body } = await security.browser.call(contract.getComplianceItem, { params: parts.params });
    expect(body.state).toBe('not_applicable');
  });

  it('hand out a report on the record, whose bytes are those that were signed', async () => {
    const { security, audit } = three;
    const made = await security.browser.call(contract.makeReport, { body: { kind: 'mlps', lang: 'zh' } });
    expect(made.status).toBe(201);
    expect(made.body.files.map(({ format }: { format: string }) => format).sort()).toEqual(['docx', 'html', 'xlsx']);
    const taken = await audit.browser.call(contract.fetchReport, { params: { id: made.body.id, format: 'html' } });
    const bytes = Buffer.from(taken.body.content, 'base64');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(sha256).toBe(taken.body.sha256);
    expect((await audit.browser.call(contract.verifyReport, { body: { sha256 } })).body.valid).toBe(true);
    expect(await actions()).toEqual(expect.arrayContaining(['report.create', 'report.read', 'compliance exclusion.create']));
  });

  it('make a pack with records of the log, and a proof for each', async () => {
    const { security } = three;
    const made = await security.browser.call(contract.makeReport, { body: { kind: 'pack', lang: 'zh' } });
    expect(made.status).toBe(201);
    const { body } = await security.browser.call(contract.fetchReport, { params: { id: made.body.id, format: 'zip' } });
    const files = readZip(Buffer.from(body.content, 'base64'));
    const index = JSON.parse(files.get('index.json')?.toString('utf8') ?? '{}');
    const key = parseVerifierKey(files.get('log/vkey')?.toString('utf8').trim() ?? '');
    const proved = index.records.filter((one: { proved: boolean }) => one.proved);
    expect(proved.length).toBeGreaterThan(5);
    for (const { index: leaf } of proved) {
      const [entry, proof] = [files.get(`log/entries/${leaf}`), files.get(`log/proofs/${leaf}.tlog-proof`)];
      const held = verifyTlogProof(proof?.toString('utf8') ?? '', entry ?? Buffer.alloc(0), [key], index.log.origin);
      expect(held.index).toBe(leaf);
    }
    const sums = files.get('SHA256SUMS')?.toString('utf8') ?? '';
    for (const line of sums.trim().split('\n')) {
      const [hash, name] = line.split('  ');
      expect(
        createHash('sha256')
          .update(files.get(name ?? '') ?? '')
          .digest('hex'),
        name,
      ).toBe(hash);
    }
  });
});
