import { existsSync, mkdtempSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, type ConfigInput, configSchema } from '@menshen/contract';
import type { EmulatorServer } from '@menshen/emulator';
import { caughtUp } from '../audit/caught-up.ts';
import { loadMasterKey } from '../keys/master.ts';
import type { Platform } from '../platform/model.ts';
import { startPlatform } from '../platform.ts';
import { writeMigratedFile } from '../store/testing-sqlite.ts';
import { startBackend, type TestBackend } from './backend.ts';
import { deploymentConfig, startCompany, testAccounts, writePolicies } from './company.ts';
import { type Caller, createCaller, createEmulatorAdmin } from './http.ts';
import { embeddedPlace, type Place } from './place.ts';

export { testAccounts } from './company.ts';

export interface Deployment {
  readonly platform: Platform;
  readonly backend: TestBackend;
  readonly emulator: EmulatorServer;
  readonly folder: string;
  readonly place: Place;
  readonly gatewayUrl: string;
  readonly config: ConfigInput;
  /** Mints a login code on the emulator's phone. */
  code(channel: 'wechat' | 'wecom', person: string, appid?: string): Promise<string>;
  phoneCode(person: string): Promise<string>;
  /** Signs in through WeCom and gives the token. */
  token(userid: string): Promise<string>;
  readonly call: Caller;
  /** Resolves when everything recorded so far can be searched. */
  indexed(): Promise<void>;
  /** Stops everything; `keep` leaves the state for another start at the same place. */
  close(options?: { readonly keep?: boolean }): Promise<void>;
}

export interface DeploymentOptions {
  /** A new folder with embedded engines by default. */
  readonly place?: Place;
  readonly clock?: () => number;
  readonly audience?: ('employee' | 'partner' | 'customer')[];
  readonly change?: (config: ConfigInput) => ConfigInput;
  /** Whether detections watch the log: their thread costs each start a second. False by default. */
  readonly detection?: boolean;
}

/** Where nothing is yet, the embedded store begins with all migrations run. */
async function beginMigrated({ data, store, keys }: Config): Promise<void> {
  if (!store.startsWith('file:') || existsSync(data)) return;
  await mkdir(data, { recursive: true, mode: 0o700 });
  // Data without its key is refused: the key comes first, as on a first start.
  loadMasterKey(keys.master, join(data, 'keys', 'master.key'));
  await writeMigratedFile(join(data, store.slice('file:'.length)));
}

/** A whole deployment on loopback: emulator, backend and platform, with a company of four. */
export async function startDeployment(options: DeploymentOptions = {}): Promise<Deployment> {
  const place = options.place ?? embeddedPlace(mkdtempSync(join(tmpdir(), 'menshen-')));
  const { folder } = place;
  writePolicies(folder);
  const emulator = await startCompany();
  const backend = await startBackend();
  const base = deploymentConfig(place, emulator.url, backend.url, options.audience);
  const config = options.change?.(base) ?? base;
  const parsed = configSchema.parse(config);
  await beginMigrated(parsed);
  const platform = await startPlatform({
    config: parsed,
    folder,
    file: null,
    version: '0.0.0-test',
    demo: false,
    consoleFolder: null,
    detection: options.detection ?? false,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  await platform.directory.sync('test');
  const gatewayUrl = platform.gateway.url;

  const admin = createEmulatorAdmin(emulator.url);
  const call = createCaller(gatewayUrl);
  const code: Deployment['code'] = async (channel, person, appid = testAccounts.appid) => {
    const answer = await admin('code', channel === 'wechat' ? { channel, appid, person } : { channel, person });
    return String(answer['code']);
  };

  return {
    platform,
    backend,
    emulator,
    folder,
    place,
    gatewayUrl,
    config,
    code,
    phoneCode: async (person) => String((await admin('phone-code', { appid: testAccounts.appid, person }))['code']),
    async token(userid) {
      const answer = await call('POST', '/_menshen/v1/login', {
        body: { app: 'portal', channel: 'wecom', code: await code('wecom', userid) },
      });
      if (answer.status !== 200) throw new Error(`login of ${userid}: ${answer.status} ${answer.text}`);
      return String(answer.body['token']);
    },
    call,
    indexed: () => caughtUp(platform.audit, platform.queries, 30_000),
    async close({ keep = false } = {}) {
      await platform.close();
      await backend.close();
      await emulator.close();
      if (!keep) await place.remove();
    },
  };
}
