import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { configSchema, type LabId } from '@menshen/contract';
import { demoConfig, demoEmulator, demoRoles, startDemoBackend } from '@menshen/demo';
import { startEmulator } from '@menshen/emulator';
import { stringify } from 'yaml';
import { caughtUp } from '../../audit/caught-up.ts';
import { startPlatform } from '../../platform.ts';
import { labOf } from '../../train/labs/cases/index.ts';
import type { SandboxAnswer, SandboxCalls } from '../../train/labs/protocol.ts';
import { changedLines } from './changed-lines.ts';
import { readLog } from './log-facts.ts';
import { createLoopbackClient } from './loopback-client.ts';
import { createPhones } from './phones.ts';
import { labSettings } from './settings.ts';

export interface Sandbox {
  readonly calls: SandboxCalls;
  close(): Promise<void>;
}

const shownCharacters = 4_000;
const changeMs = 20_000;
const indexMs = 20_000;

/** A port that is free now; whoever takes it meanwhile makes the start fail, and it is tried again. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port),
      );
    });
  });
}

/**
 * The deployment of a lab on loopback: the demonstration company with its emulator and its backend that checks nothing, behind a gateway of this product
 * whose configuration lacks the protection that the lab is about. Nothing of the deployment that teaches is in it.
 */
export async function startSandbox(id: LabId, folder: string, version: string): Promise<Sandbox> {
  const lab = labOf(id);
  const port = await freePort();
  const gatewayUrl = `http://127.0.0.1:${port}`;
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end().catch(() => undefined);
  };
  try {
    const emulator = await startEmulator(demoEmulator(gatewayUrl));
    closers.push(() => emulator.close());
    const backend = await startDemoBackend({ host: '127.0.0.1', port: 0, jwksUrl: `${gatewayUrl}/_menshen/jwks.json` });
    closers.push(() => backend.close());
    if (id === 'tampered-coupon') backend.tamper(true);
    const demo = demoConfig({
      ...{ ports: { gateway: port, console: 0 }, dataDir: join(folder, 'data') },
      ...{ emulatorUrl: emulator.url, backendUrl: backend.url },
    });
    const { before, after } = labSettings(id, demo);
    const file = join(folder, 'menshen.yaml');
    writeFileSync(file, stringify(before), { mode: 0o600 });
    let heard: (problems: unknown) => void = () => undefined;
    const platform = await startPlatform({
      ...{ config: configSchema.parse(before), folder, file, version },
      ...{ demo: true, consoleFolder: null, detection: false },
      onConfiguration: (problems) => heard(problems),
    });
    closers.push(() => platform.close());
    await platform.directory.sync('lab');
    await platform.directory.assignRoles(new Map(Object.entries(demoRoles())), 'lab');

    const gateway = createLoopbackClient(gatewayUrl);
    const phones = createPhones(gateway, createLoopbackClient(emulator.url));
    // Their own login comes first, as it would: the thief's is held against it.
    const begin = async (): Promise<void> => {
      for (const actor of new Set(lab.requests.filter(({ role }) => role === 'honest').map(({ actor: who }) => who)))
        await phones.signIn(actor);
    };
    await begin();

    const send: SandboxCalls['send'] = async (name, values): Promise<SandboxAnswer> => {
      const request = lab.requests.find((one) => one.id === name);
      if (request === undefined) throw new RangeError('no such request');
      const { method, path, actor, fixed, fields } = request;
      const own = Object.fromEntries(fields.map((field) => [field.name, values[field.name] ?? field.initial]));
      const body = method === 'GET' ? null : JSON.stringify({ ...fixed, ...own });
      const headers = {
        ...(await phones.headers(actor)),
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      };
      const answer = await gateway(method, path, headers, body);
      return {
        sent: { method, path, headers: { ...headers, authorization: 'Bearer …' }, body },
        ...{ status: answer.status, requestId: answer.requestId, body: answer.text.slice(0, shownCharacters) },
        harmed: request.harmed(parsed(answer.text), own),
      };
    };
    let changes: ReturnType<typeof changedLines> | null = null;
    return {
      close,
      calls: {
        send,
        async protect() {
          if (changes !== null) return changes;
          // As an operator does it: the file changes, and the gateway that runs takes it over.
          await new Promise<void>((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error('the configuration was not taken over')), changeMs);
            heard = (problems) => {
              clearTimeout(timer);
              if (problems === null) resolve();
              else reject(new Error('the configuration was refused'));
            };
            writeFileSync(file, stringify(after), { mode: 0o600 });
          });
          phones.forget();
          await begin();
          changes = changedLines(stringify(before), stringify(after));
          return changes;
        },
        log: async (requestIds) => {
          await caughtUp(platform.audit, platform.queries, indexMs);
          return await readLog(platform.queries, requestIds);
        },
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
