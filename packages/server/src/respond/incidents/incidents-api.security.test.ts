import * as contract from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { ConsoleBrowser } from '../../testing/console.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';

const exception = 'a test of something else';

const hour = 3_600_000;

describe('incidents at the control plane', () => {
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

  const tokenFor = async (scopes: string[], grants: string[] = []): Promise<Record<string, string>> => {
    const parts = { body: { name: `soc-${scopes.join('-')}`, scopes, grants, expiresInDays: 1 } };
    const approval = await approved(contract.createApiToken, parts, three.security, three.system, clock);
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(contract.createApiToken, { ...parts, headers: approval });
    return { authorization: `Bearer ${made.body.token}` };
  };
  const machine = <E extends contract.Endpoint>(endpoint: E, body: Record<string, unknown>, headers: Record<string, string>) =>
    new ConsoleBrowser(deployment.platform.api.url).call(endpoint, { body, headers });
  const detail = async (id: string): Promise<contract.IncidentDetail> =>
    (await three.security.browser.call(contract.getIncident, { params: { id } })).body;
  const reported = async (title: string): Promise<string> =>
    (await three.security.browser.call(contract.reportIncident, { body: { title, text: 'x', severity: 'high' } })).body.id;

  it('are reported by everybody who runs the platform, read by two powers, and handled by one', async () => {
    const { system, audit, security } = three;
    const made = await system.browser.call(contract.reportIncident, {
      body: { title: 'a call', text: '', reporter: 'a customer' },
    });
    expect(made.status).toBe(201);
    const params = { id: made.body.id };
    expect((await system.browser.call(contract.listIncidents)).body.code).toBe('power_not_held');
    expect((await system.browser.call(contract.getIncident, { params })).body.code).toBe('power_not_held');
    const seen = await audit.browser.call(contract.getIncident, { params });
    expect(seen.body).toMatchObject({ state: 'new', text: { en: ' (told by a customer)' } });
    for (const [endpoint, body] of [
      [contract.advanceIncident, { step: 'advance', to: 'closed', exception }],
      [contract.addEvidence, { name: 'a.txt', content: 'eA==' }],
    ] as const)
      expect((await audit.browser.call(endpoint, { params, body })).body.code).toBe('power_not_held');
    expect((await security.browser.call(contract.advanceIncident, { params, body: { step: 'note', note: 'n' } })).status).toBe(
      200,
    );
    const future = { title: 'later', text: '', occurred: clock.now + hour };
    expect((await security.browser.call(contract.reportIncident, { body: future })).body.code).toBe('validation_failed');
  });

  it('are told by employees in the mini program, who learn the number and nothing else', async () => {
    const path = '/_menshen/v1/incidents';
    const body = { sign: 'strange_login', text: '昨晚有人登录了我的账号' };
    expect((await deployment.call('POST', path, { body })).body['code']).toBe('session_missing');
    const token = await deployment.token('li');
    const told = await deployment.call('POST', path, { token, body });
    expect(told.body).toEqual({ number: expect.any(Number), name: expect.stringMatching(/^INC-\d{4}$/) });
    expect((await deployment.call('POST', path, { token, body: { ...body, severity: 'low' } })).body['code']).toBe('bad_request');
    expect((await deployment.call('GET', path, { token })).status).toBe(405);
    const { incidents } = (await three.security.browser.call(contract.listIncidents)).body;
    const found = incidents.find(({ number }: contract.IncidentSummary) => number === told.body['number']);
    expect(found).toMatchObject({ severity: 'high', title: { zh: '账号出现陌生登录' }, state: 'new' });
    const { clocks, subjects } = await detail(found?.id ?? '');
    expect(subjects).toContainEqual({ kind: 'reporter', value: 'li' });
    // Who tells of it knows it: the law's clock is running.
    expect(clocks.find(({ clock: name }) => name === 'aware')?.at).toBe(clock.now);
    for (let at = 0; at < 4; at += 1) await deployment.call('POST', path, { token, body });
    expect((await deployment.call('POST', path, { token, body })).body['code']).toBe('incident_reports_exhausted');
  });

  it('come from other systems with a token of their own, once for each reference', async () => {
    const token = await tokenFor(['incidents']);
    const body = {
      ref: 'soc-77',
      title: 'Seen outside',
      severity: 'high',
      subjects: [{ kind: 'address', value: '203.0.113.7' }],
    };
    const [first, again] = [await machine(contract.callIncident, body, token), await machine(contract.callIncident, body, token)];
    expect(first.body.how).toBe('opened');
    expect(again.body).toEqual({ ...first.body, how: 'known' });
    const joined = await machine(contract.callIncident, { ...body, ref: 'soc-78' }, token);
    expect(joined.body).toEqual({ ...first.body, how: 'merged' });
    // The reference is the caller's own: another machine's 77 is another matter.
    const other = await tokenFor(['incidents', 'events:write'], ['events:portal']);
    expect((await machine(contract.callIncident, { ...body, subjects: [] }, other)).body.how).toBe('opened');
    const wrong = await tokenFor(['events:write'], ['events:portal']);
    expect((await machine(contract.callIncident, body, wrong)).body.code).toBe('token_scope');
    expect((await new ConsoleBrowser(deployment.platform.api.url).call(contract.callIncident, { body })).status).toBe(401);
    // A machine reports; it neither reads evidence nor closes anything.
    const params = { id: first.body.id };
    const close = { params, body: { step: 'advance', to: 'closed', exception }, headers: token };
    expect((await new ConsoleBrowser(deployment.platform.api.url).call(contract.advanceIncident, close)).body.code).toBe(
      'token_scope',
    );
  });

  it('open by themselves where deployed code was changed, and Today says that the law may want a report', async () => {
    const token = await tokenFor(['release'], ['release:portal']);
    const drift = {
      ...{ app: 'portal', version: '2.4.0', buildId: 'b'.repeat(64), ok: false, changed: ['coupon.js'], missing: [], added: [] },
      total: 1,
    };
    expect((await machine(contract.reportDrift, drift, token)).status).toBe(200);
    await machine(contract.reportDrift, drift, token);
    const { incidents } = (await three.security.browser.call(contract.listIncidents)).body;
    const found = incidents.filter(({ title }: contract.IncidentSummary) => title.zh.includes('线上代码被改动'));
    expect(found).toMatchObject([
      { severity: 'critical', state: 'new', sources: 1, duty: { rule: 'report_other', certain: false } },
    ]);
    const [drifted] = found;
    if (drifted === undefined) throw new Error('no incident of the drift');
    const today = (await three.security.browser.call(contract.getToday)).body;
    // With others that nobody has judged either.
    const item = today.attention.find(({ id }: contract.Attention) => id.startsWith('incident-dut'));
    expect(item).toMatchObject({ severity: 'critical', detail: { zh: expect.stringContaining('线上代码被改动') } });
    // Judged as small it asks for nothing; judged as grave it is the most urgent of all, and late after four hours.
    const judge = (level: string) =>
      three.security.browser.call(contract.judgeIncident, {
        params: { id: drifted.id },
        body: {
          facts: {
            ...{ level, personalInformation: 'no', people: null, harmAvoided: false, networkData: 'no' },
            ...{ nationalSecurity: 'no', lossYuan: null },
          },
          reason: 'as far as we know',
        },
      });
    await judge('general');
    expect((await detail(drifted.id)).duty).toBeNull();
    await judge('considerable');
    expect((await detail(drifted.id)).duty).toMatchObject({ rule: 'report_other', certain: true, overdue: false });
    expect((await detail(drifted.id)).judgements.map(({ facts, by }) => [facts.level, by])).toEqual([
      ['considerable', three.security.username],
      ['general', three.security.username],
    ]);
    const [first] = (await three.security.browser.call(contract.listIncidents)).body.incidents;
    expect(first?.id).toBe(drifted.id);
  });

  it('have a timeline whose every entry is in the log, where it can be proved', async () => {
    const id = await reported('to be proved');
    await three.security.browser.call(contract.advanceIncident, { params: { id }, body: { step: 'note', note: 'secret words' } });
    const { timeline } = await detail(id);
    for (const entry of timeline) {
      const params = { index: String(entry.index) };
      await vi.waitFor(async () => {
        const logged = await three.audit.browser.call(contract.getAuditEntry, { params });
        expect(logged.status).toBe(200);
        const text = Buffer.from(logged.body.entry, 'base64').toString('utf8');
        expect(text).toContain(`"entry":"${entry.id}"`);
        expect(text).not.toContain('secret words');
      }, 10_000);
    }
    const proof = await three.audit.browser.call(contract.proveIncident, { params: { id } });
    expect(proof.body).toEqual({ proved: timeline.length, pending: 0, redacted: 0, differing: [] });
  });

  it('keep evidence that opens after its key was rotated', async () => {
    const id = await reported('with evidence');
    const content = Buffer.from('09:00 export\n').toString('base64');
    const add = (name: string, text: string) =>
      three.security.browser.call(contract.addEvidence, { params: { id }, body: { name, content: text } });
    const first = await add('one.log', content);
    expect(first.status).toBe(201);
    expect((await add('two.log', content)).body.code).toBe('evidence_known');
    expect((await add('../up.log', content)).body.code).toBe('validation_failed');
    expect((await add('a.exe', content)).body.code).toBe('evidence_type');
    await stepUpAgain(three.system, clock);
    const rotated = await three.system.browser.call(contract.rotateKey, { body: { app: 'menshen-incidents' } });
    expect(rotated.status).toBe(201);
    const taken = await three.audit.browser.call(contract.fetchEvidence, { params: { id, file: first.body.id } });
    expect(taken.body).toMatchObject({ name: 'one.log', sha256: first.body.sha256, content });
    expect((await detail(id)).timeline.at(-1)).toMatchObject({ kind: 'evidence', by: three.audit.username });
    // Another incident's room is no way to it.
    const elsewhere = await reported('another');
    const wrong = { params: { id: elsewhere, file: first.body.id } };
    expect((await three.audit.browser.call(contract.fetchEvidence, wrong)).body.code).toBe('not_found');
  });

  it('write reports whose hash the timeline keeps, the same for the same facts', async () => {
    const id = await reported('to be reported');
    const make = async () =>
      (
        await three.security.browser.call(contract.makeIncidentReport, {
          params: { id },
          body: { kind: 'first_report', format: 'docx' },
        })
      ).body;
    const one = await make();
    clock.advance(60_000);
    const two = await make();
    expect(two.sha256).toBe(one.sha256);
    expect(one.empty).toContain('单位名称');
    expect(Buffer.from(one.content, 'base64').subarray(0, 2).toString()).toBe('PK');
    expect((await detail(id)).timeline.filter(({ kind }) => kind === 'report')).toHaveLength(2);
  });

  it('take a paper only on top of the one that was read', async () => {
    const id = await reported('written by two');
    const { paper, paperVersion: version } = await detail(id);
    const save = (cause: string) =>
      three.security.browser.call(contract.saveIncidentPaper, { params: { id }, body: { paper: { ...paper, cause }, version } });
    expect((await save('one')).body).toEqual({ version: 1 });
    expect((await save('two')).body.code).toBe('conflict');
    expect((await detail(id)).paper.cause).toBe('one');
  });
});
