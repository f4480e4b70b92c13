import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { type ActorEvent, type CurlLine, demoSources, startActor } from '@menshen/demo';
import { refusalHeader, requestIdHeader } from '@menshen/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleBrowser } from '../testing/console.ts';
import { freePortBase } from '../testing/free-ports.ts';
import { openSetupLink } from './testing/administrator.ts';
import { type MenshenProcess, spawnMenshen } from './testing/process.ts';

const hasShell = spawnSync('sh', ['-c', 'curl --version && sed --version']).status === 0;
const base = await freePortBase();

interface Started {
  readonly gateway: string;
  readonly console: string;
  readonly emulator: string;
  readonly backend: string;
  readonly setup: string;
  readonly try: readonly CurlLine[];
}

/** What each attack of the actor ends with, at the least. */
const attackCodes: Readonly<Record<string, readonly string[]>> = {
  'reused-code': ['code_used'],
  'foreign-code': ['code_invalid'],
  'forged-identity': ['session_missing'],
  'undeclared-route': ['route_undeclared'],
  'colleague-record': ['not_permitted'],
  injection: ['request_blocked'],
  'poisoned-papers': ['upload_content_refused', 'upload_type_refused'],
  'huge-body': ['body_too_large'],
  'broken-utf8': ['body_not_utf8'],
  'duplicate-keys': ['body_ambiguous'],
  'tampered-amount': ['schema_mismatch'],
  burst: ['rate_limited'],
  'guessed-token': ['session_invalid'],
  scanner: ['route_undeclared'],
  'staff-coupon': ['not_permitted'],
  'stolen-login': ['mfa_required', 'enrolment_proof_required'],
  'barred-people': ['account_disabled', 'account_blocked'],
  // What its claims meet depends on whether the lines above have stopped the campaign; the made-up coupon is worthless always.
  'tampered-coupon': ['guard_not_granted'],
  // Cleaned, not refused.
  'stored-script': [],
};

describe('menshen dev', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-dev-'));
  let server: MenshenProcess;
  let started: Started;
  let operator: ConsoleBrowser;
  /** Every request that the actor sent, in order. */
  const seen: ActorEvent[] = [];

  beforeAll(async () => {
    server = spawnMenshen(['dev', '--quiet', '--json', '--port-base', String(base), '--data', folder]);
    started = JSON.parse((await server.seen(/^\{.*\}\n/m))[0]) as Started;
  });
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    for (const one of [folder, `${folder}-second-place`]) rmSync(one, { recursive: true, force: true });
  });

  it('is ready on the four ports that were asked for', async () => {
    const port = (url: string): number => Number(new URL(url).port);
    expect([started.gateway, started.console, started.emulator, started.backend].map(port)).toEqual([
      base,
      base + 1,
      base + 2,
      base + 3,
    ]);
    const ready = await fetch(`${started.console}/readyz`);
    expect(ready.status).toBe(200);
    const { dependencies } = (await ready.json()) as { dependencies: { name: string; state: string }[] };
    expect(dependencies.map((one) => one.state)).toEqual(dependencies.map(() => 'ok'));
    expect((await fetch(`${started.gateway}/_menshen/readyz`)).status).toBe(200);
  });

  it('has the company with its roles, and one link to the console', async () => {
    operator = await openSetupLink(started.setup);
    const people = await operator.call(contract.listPeople, { query: { q: 'lin.xiaotong' } });
    expect(people.body.people).toMatchObject([{ uid: 'lin.xiaotong', roles: ['staff'] }]);
    await expect(openSetupLink(started.setup)).rejects.toThrow('setup_closed');
  });

  it('has training under way within seconds: courses assigned, people on their way, a tip each Monday', async () => {
    const look = async () => (await operator.call(contract.getTraining)).body;
    await expect.poll(async () => (await look()).certificates.valid, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    const { assignments, total } = await look();
    expect(assignments.map(({ course }) => course).sort()).toEqual([
      'account-theft',
      'coupon-fraud',
      'phishing',
      'secure-miniprogram',
    ]);
    expect(total?.done).toBeGreaterThanOrEqual(4);
    const bulletins = async () => (await operator.call(contract.listBulletins)).body.bulletins.map(({ state }) => state);
    await expect.poll(bulletins, { timeout: 10_000 }).toEqual(['scheduled']);
  });

  it('has a release that was scanned, signed and registered', async () => {
    const releases = async () => (await operator.call(contract.listReleases)).body.releases;
    await expect
      .poll(releases, { timeout: 30_000 })
      .toMatchObject([{ app: 'portal', version: '2.4.0', state: 'registered', scan: { critical: 0, high: 0 } }]);
  });

  it('ships what it holds to a second place', async () => {
    const shipping = async () => (await operator.call(contract.getRecovery)).body.shipping;
    await expect.poll(async () => (await shipping())?.shippedTo ?? 0, { timeout: 30_000 }).toBeGreaterThan(0);
    expect((await shipping())?.place).toBe(`${folder}-second-place`);
  });

  it.skipIf(!hasShell)('answers the printed lines in a shell as they say', () => {
    const script = started.try.map(({ id, command }) => `echo "== ${id}"\n${command}\necho`).join('\n');
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-u', '-c', script], { encoding: 'utf8', timeout: 20_000 });
    expect([status, stderr]).toEqual([0, '']);
    const said = new Map(
      stdout
        .split('== ')
        .slice(1)
        .map((part) => [part.slice(0, part.indexOf('\n')), part] as const),
    );
    for (const [id, answers] of [
      ['own-record', /HTTP\/1\.1 200 [\s\S]*"uid":"lin\.xiaotong"/],
      ['colleague', /HTTP\/1\.1 403 [\s\S]*"code":"not_permitted"/],
      ['forged-identity', /HTTP\/1\.1 401 [\s\S]*"code":"session_missing"/],
      ['undeclared', /HTTP\/1\.1 404 [\s\S]*"code":"route_undeclared"/],
      ['reused-code', /HTTP\/1\.1 401 [\s\S]*"code":"code_invalid"/],
    ] as const)
      expect(said.get(id), id).toMatch(answers);
    // The lines name their codes to people as well.
    for (const line of started.try) {
      const code = /\b(?:4\d\d|502) ([a-z_]+)/.exec(line.en)?.[1];
      if (code !== undefined) expect(said.get(line.id)).toContain(`"code":"${code}"`);
    }
  });

  it('refuses each attack of the actor with its code', async () => {
    // The actor's day passes within seconds: whether an address is blocked before its next attack would be chance.
    for (const { id, mode } of (await operator.call(contract.listPlaybooks)).body.playbooks) {
      if (mode !== 'on') continue;
      const body = { mode: 'ask', reason: 'each attack is to meet its own control' };
      expect((await operator.call(contract.setPlaybookMode, { params: { id }, body })).status).toBe(200);
    }
    let now = Date.now();
    const actor = startActor({
      gatewayUrl: started.gateway,
      emulatorUrl: started.emulator,
      // The actor's day passes as fast as the gateway answers.
      clock: () => now,
      sleep: async (ms, signal) => {
        signal.throwIfAborted();
        now += ms;
      },
      random: (size) => new Uint8Array(size).fill(7),
      durationMs: 110_000,
      onEvent: (event) => void seen.push(event),
    });
    await actor.done;
    const attacks = new Map<string, Set<string>>();
    for (const event of seen.filter(({ kind }) => kind === 'attack'))
      attacks.set(event.scene, (attacks.get(event.scene) ?? new Set()).add(event.code ?? ''));
    for (const [scene, codes] of Object.entries(attackCodes))
      for (const code of codes) expect([scene, [...(attacks.get(scene) ?? [])]]).toEqual([scene, expect.arrayContaining([code])]);
    expect([...attacks.keys()].sort()).toEqual(Object.keys(attackCodes).sort());
    // Nothing of it broke anything: the one answer that is withheld is the tampered backend's.
    expect(seen.filter(({ status, code }) => status >= 500 && code !== 'guard_answer_mismatch')).toEqual([]);
    expect(seen.filter(({ kind, status }) => kind === 'honest' && status === 200).length).toBeGreaterThan(20);
  });

  it('finds each refused attack by its request id, with its code, at the console', async () => {
    const refused = seen.filter(({ kind, code }) => kind === 'attack' && code !== null);
    const firstOf = new Map(refused.map((event) => [`${event.scene} ${event.code}`, event]));
    expect(firstOf.size).toBeGreaterThanOrEqual(13);
    for (const { path, method, code, requestId } of firstOf.values()) {
      const look = () => operator.call(contract.getRequest, { params: { requestId: requestId ?? '' } });
      await expect.poll(async () => (await look()).status, { timeout: 10_000 }).toBe(200);
      expect((await look()).body.row).toMatchObject({ requestId, method, path, code });
    }
  });

  it('sees which releases of the mini program ask', async () => {
    const { body } = await operator.call(contract.listAppVersions);
    const { seen: versions } = body.apps.find(({ app }) => app === 'portal') ?? { seen: [] };
    expect(versions.map(({ version, release, state }) => [version, release, state]).sort()).toEqual([
      ['30', null, 'unknown'],
      ['31', '2.4.0', 'registered'],
    ]);
  });

  it('scans the mini program and the shop of a contractor by itself', async () => {
    const { sources } = (await operator.call(contract.listScans)).body;
    expect(sources.map(({ app, project }) => [app, project]).sort()).toEqual([
      ['coupon', 'contractor-shop'],
      ['portal', 'miniprogram'],
    ]);
    for (const { folder } of sources) expect(existsSync(join(demoSources, folder))).toBe(true);
  });

  it('names refusals and request ids in headers, so that people can look them up', async () => {
    const answer = await fetch(`${started.gateway}/portal/api/me`);
    expect([answer.status, answer.headers.get(refusalHeader)]).toEqual([401, 'session_missing']);
    expect(answer.headers.get(requestIdHeader)).toMatch(/^[\w-]{16}$/);
  });

  it('ends with 0 on SIGTERM, gives its ports back, and leaves a log that is whole', async () => {
    expect(await server.stop()).toBe(0);
    expect(server.err()).toBe('');
    await expect(fetch(`${started.gateway}/_menshen/healthz`)).rejects.toThrow();
    const verify = spawnMenshen(['audit', 'verify', '--json', '--log', join(folder, 'tlog')]);
    expect(await verify.ended).toBe(0);
    const report = JSON.parse(verify.out()) as { ok: boolean; size: number; problems: unknown[] };
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(report.size).toBeGreaterThan(200 + seen.length);
  });
});
