import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '@menshen/contract';
import { type AuditPersons, createAuditPersons } from '../audit/persons/service.ts';
import { createAuditPersonStore } from '../audit/persons/store.ts';
import { logId } from '../audit/registry/log-id.ts';
import type { LogRegistry } from '../audit/registry/service.ts';
import { originOf } from '../audit/restore/continuation.ts';
import { type Audit, createAudit } from '../audit/service.ts';
import { verifierKeyOf, writeVerifierKey } from '../audit/verifier-key.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigProblem } from '../config/load.ts';
import { openCoordination } from '../coordination/coordination.ts';
import type { Coordination } from '../coordination/model.ts';
import { createRevocationFeed, type RevocationFeed } from '../coordination/revocation-feed.ts';
import { Metrics } from '../gateway/metrics.ts';
import { joinStore } from '../join-store.ts';
import { createKeys, type Keys, loadMasterKey } from '../keys/master.ts';
import type { FolderPrint } from '../nodes/folder-digests.ts';
import { type ConfigurationPrint, configurationPrint, type FileDigests } from '../nodes/print.ts';
import {
  coordinationKind,
  joinNodes,
  type Nodes,
  type NodesParts,
  UnsharedNodeError,
  unsharedProblem,
} from '../nodes/service.ts';
import { createNodeStore } from '../nodes/store.ts';
import { createStoreProtection } from '../store/protection/protection.ts';
import { openStore, type Store } from '../store/store.ts';
import { startWriter } from '../writer/client.ts';
import type { Closers } from './closers.ts';
import { describeMetrics } from './describe-metrics.ts';

/** The configuration in force, and the files that it names. */
export interface Effective {
  readonly config: Config;
  readonly files: FileDigests;
  readonly folders: FolderPrint;
  readonly version: string;
}

/** What every capability of a node stands on: keys, log, store, the company of other nodes. */
export interface Foundation {
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly keys: Keys;
  readonly metrics: Metrics;
  readonly audit: Audit;
  readonly tlogFolder: string;
  /** Name of the log: that of the configuration, or of the log that continues it after a recovery. */
  readonly origin: string;
  readonly vkey: string;
  /** Who stands behind the pseudonyms of the log; null where it holds uids. */
  readonly persons: AuditPersons | null;
  readonly store: Store;
  readonly logs: LogRegistry;
  /** What tells this process from every other one beside the store. */
  readonly node: string;
  /** Whether other nodes may share the store. */
  readonly shared: boolean;
  /** The nodes beside the store; null for a store that no other node can share. */
  readonly nodes: Nodes | null;
  readonly coordination: Coordination;
  readonly revocations: RevocationFeed;
}

/**
 * Opens the foundation in order. What it opened is closed by `closers`. `inForce` is the configuration as it changes while it runs; a tool that serves nobody
 * has none. Throws ConfigError where the store is not this node's to join.
 */
export async function openFoundation(
  config: Config,
  clock: () => number,
  closers: Closers,
  inForce: (() => Effective) | null = null,
): Promise<Foundation> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const random = (size: number): Uint8Array => randomBytes(size);
  const databaseFile = config.store.startsWith('file:') ? join(config.data, config.store.slice('file:'.length)) : null;
  const tlogFolder = resolve(config.data, config.audit.directory ?? 'tlog');
  const sealed = [join(tlogFolder, 'vkey'), ...(databaseFile === null ? [] : [databaseFile])];
  const keys = createKeys(loadMasterKey(config.keys.master, join(config.data, 'keys', 'master.key'), sealed), random);
  const origin = originOf(tlogFolder, config.audit.origin);
  const sharing = memberNumber(config, random);
  const auditSeed = keys.derive('audit log signing key');
  const writer = await startWriter({
    ...(databaseFile === null ? {} : { databaseFile }),
    audit: {
      directory: tlogFolder,
      origin,
      signingSeed: auditSeed,
      checkpointIntervalMs: config.audit.checkpointIntervalMs,
      ...sharing,
    },
  });
  closers.add(() => writer.close());
  const vkey = verifierKeyOf(origin, auditSeed);
  writeVerifierKey(tlogFolder, vkey);
  const metrics = new Metrics();
  describeMetrics(metrics);
  const audit = createAudit({ writer, clock, ...sharing });
  const url = databaseFile === null ? config.store : `file:${databaseFile}`;
  const store = await openStore({ url, writer, clock, protection: createStoreProtection(keys, random) });
  closers.add(() => store.close());
  await store.migrate();
  const logs = await joinStore({
    ...{ store, keys, audit, vkey, clock, random },
    origin,
    logId: logId(tlogFolder, random),
  });
  await store.sealClear();
  const persons = config.audit.pseudonyms
    ? protectPersons(() => inForce?.().config ?? config, { store, keys, audit, clock, random })
    : null;
  const shared = store.kind === 'postgres';
  const node = nodeName(origin, sharing);
  const coordination = await openCoordination({ url: config.coordination, clock });
  closers.add(() => coordination.close());
  const nodes = shared
    ? await joinNodesOf(config, {
        ...{ store: createNodeStore(store), audit, name: node, clock },
        place: () => coordination.place(),
        configuration: printer(keys, inForce),
      })
    : null;
  if (nodes !== null) closers.add(() => nodes.leave());
  const revocations = await createRevocationFeed({
    store,
    coordination,
    clock,
    onError: () => metrics.add('menshen_revocation_errors_total'),
  });
  closers.add(() => revocations.stop());
  return {
    clock,
    random,
    keys,
    metrics,
    audit,
    tlogFolder,
    origin,
    vkey,
    persons,
    store,
    logs,
    node,
    shared,
    nodes,
    coordination,
    revocations,
  };
}

/** From here on people stand in the log under pseudonyms. */
function protectPersons(
  now: () => Config,
  parts: Pick<Foundation, 'store' | 'keys' | 'audit' | 'clock' | 'random'>,
): AuditPersons {
  const days = (): number => now().retention.audit;
  const persons = createAuditPersons({ ...parts, store: createAuditPersonStore(parts.store), days });
  parts.audit.protectWith((event) => persons.protect(event));
  return persons;
}

const sharedStore: ConfigProblem = {
  line: null,
  column: null,
  field: 'audit.shared',
  zh: '多个进程共用一份审计日志时，store 必须是 postgres://（内嵌数据库只属于一个进程）。',
  en: 'processes that share an audit log share a postgres:// store: the embedded one belongs to a single process',
};

/** The number of this process among those that share the log: chosen by chance, from so many that no two living ones have the same. */
function memberNumber(config: Config, random: (size: number) => Uint8Array): { readonly member?: number } {
  if (!config.audit.shared) return {};
  if (config.store.startsWith('file:')) throw new ConfigError([sharedStore]);
  const [a = 0, b = 0, c = 1] = random(3);
  return { member: Math.max(1, a * 65_536 + b * 256 + c) };
}

/** What tells this process from every other node: its log, and its number where the log is shared. */
const nodeName = (origin: string, { member }: { readonly member?: number }): string =>
  member === undefined ? origin : `${origin} ${member}`;

/** What this node runs with, computed once for each configuration. */
function printer(keys: Keys, inForce: (() => Effective) | null): () => ConfigurationPrint | null {
  if (inForce === null) return () => null;
  const key = keys.derive('configuration of nodes');
  let last: (Pick<Effective, 'files' | 'folders'> & { readonly print: ConfigurationPrint }) | null = null;
  return () => {
    const { config, files, folders, version } = inForce();
    if (last?.files !== files || last.folders !== folders)
      last = { files, folders, print: configurationPrint(config, files, folders, version, key) };
    return last.print;
  };
}

/** Throws ConfigError where another node is there and this one would share nothing with it. */
async function joinNodesOf(config: Config, parts: Omit<NodesParts, 'coordination'>): Promise<Nodes> {
  try {
    return await joinNodes({ ...parts, coordination: coordinationKind(config.coordination) });
  } catch (error) {
    throw error instanceof UnsharedNodeError ? new ConfigError([unsharedProblem]) : error;
  }
}
