import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '@menshen/contract';
import type { EmulatorServer } from '@menshen/emulator';
import { redisUserWithoutChannels } from '../coordination/testing.ts';
import { startBackend, type TestBackend } from './backend.ts';
import { deploymentConfig, startCompany, writePolicies } from './company.ts';
import { sharedPlace } from './engines.ts';
import { createEmulatorAdmin } from './http.ts';
import { startNode, type TestNode } from './node.ts';
import { startWire } from './wire.ts';

export interface NodeOptions {
  /** Redis refuses this node every publish and subscribe, so that no broadcast reaches it. */
  readonly deaf?: boolean;
  /** The name of its audit log; its own by default. */
  readonly origin?: string;
  /** It writes one log together with all other nodes that do. */
  readonly sharedLog?: boolean;
  /** Its way to PostgreSQL is a wire that {@link Cluster.cut} cuts. */
  readonly wired?: boolean;
  /** Base64 of its master key; that of the cluster by default. */
  readonly master?: string;
}

/** Nodes in processes of their own that share PostgreSQL and Redis, one company and one backend. */
export interface Cluster {
  readonly backend: TestBackend;
  readonly emulator: EmulatorServer;
  /** Starts a node, or starts it again in its folder. */
  start(name: string, options?: NodeOptions): Promise<TestNode>;
  /** Posts to the emulator. */
  readonly admin: (path: string, body: unknown) => Promise<Record<string, unknown>>;
  /** Signs a member in at a node and gives the token. */
  token(node: TestNode, userid: string): Promise<string>;
  /** The sessions of a person, by name, as a node lists them. */
  list(node: TestNode, uid: string): Promise<readonly string[]>;
  folder(name: string): string;
  /** Address of the store that they share. */
  readonly storeUrl: string;
  /** Cuts the wired nodes off from PostgreSQL, or lets them back. */
  cut(off: boolean): void;
  close(): Promise<void>;
}

export async function startCluster(change: (config: ConfigInput) => ConfigInput = (config) => config): Promise<Cluster> {
  const place = await sharedPlace();
  const emulator = await startCompany();
  const backend = await startBackend();
  const master = randomBytes(32).toString('base64');
  const admin = createEmulatorAdmin(emulator.url);
  const nodes = new Set<TestNode>();
  const wire = await startWire(place.store ?? '');
  const cleanups: (() => Promise<unknown>)[] = [];
  return {
    backend,
    emulator,
    admin,
    async start(name, options = {}) {
      const folder = join(place.folder, name);
      mkdirSync(folder, { recursive: true });
      writePolicies(folder);
      let { store, coordination } = place;
      if (options.wired === true) store = wire.url;
      if (options.deaf === true && coordination !== undefined) {
        const user = await redisUserWithoutChannels(coordination);
        cleanups.push(user.remove);
        coordination = user.url;
      }
      const config = change({
        ...deploymentConfig({ store, coordination, folder }, emulator.url, backend.url),
        keys: { master: options.master ?? master },
        audit:
          options.sharedLog === true
            ? { origin: 'test/shared', directory: join(place.folder, 'shared-log'), shared: true }
            : { origin: options.origin ?? `test/${name}` },
      });
      const node = await startNode(config, folder);
      nodes.add(node);
      return node;
    },
    async token(node, userid) {
      const { code } = await admin('code', { channel: 'wecom', person: userid });
      const answer = await node.call('POST', '/_menshen/v1/login', { body: { app: 'portal', channel: 'wecom', code } });
      if (answer.status !== 200) throw new Error(`login of ${userid}: ${answer.status} ${answer.text}`);
      return String(answer.body['token']);
    },
    async list(node, uid) {
      await node.ask('identity', 'refresh');
      return (await node.ask('sessions', 'ofPerson', uid)).map((session) => session.sid);
    },
    folder: (name) => join(place.folder, name),
    storeUrl: place.store ?? '',
    cut: wire.cut,
    async close() {
      await Promise.all([...nodes].map((node) => node.close()));
      for (const cleanup of cleanups) await cleanup();
      await wire.close();
      await backend.close();
      await emulator.close();
      await place.remove();
    },
  };
}
