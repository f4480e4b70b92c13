import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as contract from '@menshen/contract';
import type { EmulatorServer } from '@menshen/emulator';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVerifierKey } from '../../audit/verifier-key.ts';
import { openSetupLink } from '../../cli/testing/administrator.ts';
import { type MenshenProcess, spawnMenshen } from '../../cli/testing/process.ts';
import { postgresFound, postgresPlace } from '../../store/testing-postgres.ts';
import { startBackend, type TestBackend } from '../../testing/backend.ts';
import { deploymentConfig, startCompany, testAccounts, writePolicies } from '../../testing/company.ts';
import { approvalOf, type ConsoleBrowser } from '../../testing/console.ts';
import { type Caller, createCaller, createEmulatorAdmin } from '../../testing/http.ts';

const promisedMs = 5_000;

const engines = [
  { name: 'the embedded store', place: async () => null },
  { name: 'PostgreSQL, and its database with it', place: postgresPlace },
] as const;
const found = (name: string): boolean => postgresFound || process.env['CI'] === 'true' || !name.startsWith('PostgreSQL');

describe.each(engines.filter(({ name }) => found(name)))(
  'a data folder that is destroyed under a killed process: $name',
  { timeout: 240_000 },
  ({ place }) => {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-destroyed-'));
    const [file, data, second, identity] = ['menshen.yaml', 'data', 'second', 'identity.txt'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    let emulator: EmulatorServer;
    let backend: TestBackend;
    let server: MenshenProcess;
    let operator: ConsoleBrowser;
    let call: Caller;
    let vkey = '';
    /** Databases of PostgreSQL: that of the installation, and the empty ones that it is restored into. */
    const databases: { readonly url: string; readonly remove: () => Promise<void> }[] = [];
    const database = async (): Promise<string | null> => {
      const made = await place();
      if (made !== null) databases.push(made);
      return made?.url ?? null;
    };
    const withStore = <C extends object>(config: C, url: string | null): C => (url === null ? config : { ...config, store: url });

    const menshen = async (...args: string[]): Promise<{ code: number | string; out: string; err: string }> => {
      const ran = spawnMenshen(args);
      return { code: await ran.ended, out: ran.out(), err: ran.err() };
    };
    const serve = async (config = file): Promise<string> => {
      server = spawnMenshen(['serve', '-c', config, '--json']);
      const started = JSON.parse((await server.seen(/.*\n/))[0]) as { gateway: string; console: string; setup?: string };
      call = createCaller(started.gateway);
      if (operator !== undefined) operator.url = started.console;
      return started.setup ?? '';
    };
    const code = async (channel: 'wechat' | 'wecom', person: string): Promise<string> => {
      const asked = channel === 'wechat' ? { channel, appid: testAccounts.appid, person } : { channel, person };
      return String((await createEmulatorAdmin(emulator.url)('code', asked))['code']);
    };
    const login = async (channel: 'wechat' | 'wecom', person: string) =>
      (await call('POST', '/_menshen/v1/login', { body: { app: 'portal', channel, code: await code(channel, person) } })).body;
    /** 200 while a session is open, and the code of the refusal else. */
    const standing = async (token: unknown): Promise<unknown> => {
      const { status, body } = await call('GET', '/portal/me', { token: String(token) });
      return status === 200 ? status : body['code'];
    };

    /** Writes a configuration whose folder and database are empty. */
    const restoreInto = async (config: string, into: string, change: object = {}): Promise<void> => {
      const own = { ...JSON.parse(readFileSync(file, 'utf8')), data: into, ...change };
      writeFileSync(config, JSON.stringify(withStore(own, await database())));
    };

    beforeAll(async () => {
      writePolicies(folder);
      emulator = await startCompany();
      backend = await startBackend();
      const secret = await generateX25519Identity();
      writeFileSync(identity, `${secret}\n`);
      const ordinary = deploymentConfig({ folder }, emulator.url, backend.url);
      // Nobody's sign-in is to end an older one here.
      const made = { ...ordinary, apps: (ordinary.apps ?? []).map((app) => ({ ...app, session: { perPerson: 50 } })) };
      const recovery = { recipients: [await identityToRecipient(secret)], ship: { to: { folder: second }, everySeconds: 1 } };
      writeFileSync(file, JSON.stringify(withStore({ ...made, recovery }, await database())));
      operator = await openSetupLink(await serve());
      vkey = readVerifierKey(join(data, 'tlog')) ?? '';
    }, 240_000);
    afterAll(async () => {
      server.child.kill('SIGKILL');
      await server.ended;
      await Promise.all([emulator.close(), backend.close(), ...databases.map(({ remove }) => remove())]);
      rmSync(folder, { recursive: true, force: true });
    });

    const acknowledged: { at: number; token: unknown }[] = [];
    let revoked: unknown;
    let kept: unknown;
    let before = 0;
    let killed = 0;

    it('is written to until the last moment', async () => {
      // Members are let in once the directory has been read, which the start does not wait for.
      await expect.poll(async () => (kept = (await login('wecom', 'boss'))['token']), { timeout: 20_000 }).toBeDefined();
      revoked = (await login('wecom', 'zhang'))['token'];
      const bound = await call('POST', '/_menshen/v1/bind', {
        body: {
          ticket: (await login('wechat', 'li-wx'))['ticket'],
          phoneCode: (await createEmulatorAdmin(emulator.url)('phone-code', { appid: testAccounts.appid, person: 'li-wx' }))[
            'code'
          ],
        },
      });
      expect([await standing(kept), await standing(revoked), bound.status]).toEqual([200, 200, 200]);
      const until = async (time: number): Promise<void> =>
        await expect
          .poll(async () => (await operator.call(contract.getRecovery)).body.shipping?.shippedTo ?? 0, { timeout: 20_000 })
          .toBeGreaterThan(time);
      await until(Date.now());
      before = Date.now();

      // Somebody is thrown out and somebody is erased, after the point that is restored to later.
      const parts = { params: { uid: 'li' }, body: { scope: 'wechat', reason: 'asked for at the counter' } };
      const asked = await operator.call(contract.requestApproval, { body: approvalOf(contract.erasePersonalData, parts) });
      expect(asked.status).toBe(201);
      const [session] = (await operator.call(contract.listSessions, { query: { uid: 'zhang' } })).body.sessions;
      expect((await operator.call(contract.revokeSession, { params: { sid: session?.sid ?? '' } })).status).toBe(200);
      expect(await standing(revoked)).toBe('session_revoked');
      const headers = { [contract.approvalHeader]: asked.body.id };
      await expect
        .poll(async () => (await operator.call(contract.erasePersonalData, { ...parts, headers })).status, {
          timeout: 20_000,
          interval: 500,
        })
        .toBe(200);

      // The power goes while people sign in.
      let stopped = false;
      const busy = (async () => {
        while (!stopped && acknowledged.length < 45) {
          const token = await login('wecom', 'boss').then(
            (body) => body['token'],
            () => undefined,
          );
          if (token !== undefined) acknowledged.push({ at: Date.now(), token });
          await pause(100);
        }
      })();
      await until(Date.now() + promisedMs);
      killed = Date.now();
      server.child.kill('SIGKILL');
      stopped = true;
      await Promise.all([busy, server.ended]);
      rmSync(data, { recursive: true });
      await databases.shift()?.remove();
    });

    it('comes back from the second place with all that was acknowledged five seconds before', async () => {
      await restoreInto(file, data);
      const restored = await menshen(
        'backup',
        'restore',
        '--from',
        second,
        '--identity',
        identity,
        '-c',
        file,
        '--vkey',
        vkey,
        '--json',
      );
      expect([restored.code, restored.err]).toEqual([0, '']);
      const point = JSON.parse(restored.out) as { time: number; log: { size: number } };
      const continued = await menshen('audit', 'restore', '-c', file, '--reason', 'the data folder was destroyed', '--json');
      expect(JSON.parse(continued.out)).toMatchObject({ ok: true, continues: { reason: 'the data folder was destroyed' } });
      const verified = await menshen('audit', 'verify', '--log', join(data, 'tlog'), '--vkey', vkey, '--json');
      expect(JSON.parse(verified.out)).toMatchObject({ ok: true, problems: [] });

      await serve();
      const states = await Promise.all(
        acknowledged.map(async ({ at, token }) => ({ at, found: (await standing(token)) === 200 })),
      );
      const missing = states.filter(({ found }) => !found).map(({ at }) => at);
      const lossMs = killed - Math.min(killed, ...missing);
      process.stdout.write(
        `recovery point: ${states.length} sign-ins acknowledged, ${missing.length} lost, the oldest ${lossMs} ms before the kill; state ${killed - point.time} ms old\n`,
      );
      expect(states.length).toBeGreaterThan(10);
      expect(lossMs).toBeLessThanOrEqual(promisedMs);
      expect([await standing(kept), await standing(revoked)]).toEqual([200, expect.stringMatching(/^session_/)]);
      expect(await login('wechat', 'li-wx')).toMatchObject({ code: 'binding_required' });
    });

    it('restored to before they were thrown out and erased, it lets neither in', async () => {
      server.child.kill('SIGKILL');
      await server.ended;
      const past = join(folder, 'past.yaml');
      await restoreInto(past, join(folder, 'past'), { recovery: {} });
      const at = new Date(before).toISOString();
      const restored = await menshen(
        'backup',
        'restore',
        '--from',
        second,
        '--at',
        at,
        '--identity',
        identity,
        '-c',
        past,
        '--json',
      );
      const point = JSON.parse(restored.out) as { time: number; newest: number; carried: { withdrawn: number } };
      expect(point.time).toBeLessThan(point.newest);
      expect(point.carried.withdrawn).toBeGreaterThan(0);
      await menshen('audit', 'restore', '-c', past, '--reason', 'back to before the incident');
      await serve(past);
      expect([await standing(kept), await standing(revoked)]).toEqual([200, expect.stringMatching(/^session_/)]);
      expect(await login('wechat', 'li-wx')).toMatchObject({ code: 'binding_required' });
      const erasures = await operator.call(contract.listErasures);
      expect(erasures.body.erasures).toMatchObject([{ scope: 'wechat', replayed: true, remaining: 0 }]);
      expect(readFileSync(join(folder, 'past', 'tlog', 'origin'), 'utf8')).toMatch(/\/2$/m);
    });
  },
);
