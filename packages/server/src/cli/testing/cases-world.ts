import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigInput } from '@menshen/contract';
import { demoAccounts, demoConfig, demoEmulator, startDemoBackend } from '@menshen/demo';
import { startEmulator } from '@menshen/emulator';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { ConsoleBrowser } from '../../testing/console.ts';
import { freePort } from '../../testing/free-ports.ts';
import { openSetupLink } from './administrator.ts';
import { type MenshenProcess, spawnMenshen } from './process.ts';

/** A phone's answer: status and JSON. */
export interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CasesWorld {
  readonly folder: string;
  readonly backendUrl: string;
  readonly operator: ConsoleBrowser;
  readonly server: MenshenProcess;
  /** A login code for a person, turned into a session from an address. */
  signIn(app: 'portal' | 'coupon', channel: 'wecom' | 'wechat', person: string, from: string): Promise<Said>;
  /** A request of a phone at an address. */
  ask(
    method: string,
    path: string,
    given: { readonly token: string; readonly from: string; readonly body?: unknown },
  ): Promise<Said>;
  /** Takes a changed configuration into the running process. */
  reconfigure(change: (config: ConfigInput) => ConfigInput): Promise<void>;
  close(): Promise<void>;
}

async function saidOf(response: Response): Promise<Said> {
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Said['body']) : {} };
}

/**
 * The demo company with `menshen serve` as a process of its own, its console open, backups and drills configured and releases signed by a key of `releaseKey`.
 * Emulator and backend speak HTTP from this process.
 */
export async function openCasesWorld(releaseKey: string): Promise<CasesWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-cases-'));
  const file = join(folder, 'menshen.yaml');
  const [gatewayPort, consolePort] = [await freePort(), await freePort()];
  const gateway = `http://127.0.0.1:${gatewayPort}`;
  const emulator = await startEmulator({ ...demoEmulator(gateway), port: 0 });
  const backend = await startDemoBackend({
    ...{ host: '127.0.0.1', port: 0, jwksUrl: `${gateway}/_menshen/jwks.json`, wecomUrl: emulator.url },
  });
  const identity = await generateX25519Identity();
  writeFileSync(join(folder, 'release.pub'), releaseKey);
  const demo = demoConfig({
    ports: { gateway: gatewayPort, console: consolePort },
    dataDir: join(folder, 'data'),
    emulatorUrl: emulator.url,
    backendUrl: backend.url,
  });
  const { training: _, ...rest } = demo;
  let config: ConfigInput = {
    ...rest,
    detections: fileURLToPath(new URL('../../../detections/', import.meta.url)),
    apps: (rest.apps ?? []).map((app) => ({ ...app, release: { keys: ['file:release.pub'], gate: 'high' as const } })),
    recovery: {
      recipients: [await identityToRecipient(identity)],
      backups: { folder: 'backups', at: '02:00' },
      drill: { schedule: 'weekly', at: '04:00', identity },
    },
  };
  // As editors and deployments do it: the whole file at one stroke. JSON is YAML.
  const write = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify(config, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  write();
  const server = spawnMenshen(['serve', '--config', file, '--json']);
  const close = async (): Promise<void> => {
    server.child.kill('SIGKILL');
    await server.ended;
    await backend.close();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const started = JSON.parse((await server.seen(/^\{.*\}\n/m))[0]) as { readonly setup: string };
    const operator = await openSetupLink(started.setup);
    const post = async (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Said> =>
      await saidOf(
        await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      );
    return {
      ...{ folder, backendUrl: backend.url, operator, server, close },
      async signIn(app, channel, person, from) {
        const wanted = channel === 'wechat' ? { channel, appid: demoAccounts.appid, person } : { channel, person };
        const { code } = (await post(`${emulator.url}/_emulator/code`, wanted)).body;
        return await post(`${gateway}/_menshen/v1/login`, { app, channel, code }, { 'x-forwarded-for': from });
      },
      async ask(method, path, { token, from, body }) {
        return await saidOf(
          await fetch(gateway + path, {
            method,
            headers: {
              ...{ authorization: `Bearer ${token}`, 'x-forwarded-for': from },
              ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          }),
        );
      },
      async reconfigure(change) {
        const reloaded = /The configuration was reloaded\./g;
        const before = server.err().match(reloaded)?.length ?? 0;
        config = change(config);
        write();
        await server.seen(new RegExp(`(?:${reloaded.source}[\\s\\S]*){${before + 1}}`), 'err');
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
