import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AlertView, SigmaStanding } from '@menshen/contract';
import type { EventStream } from '../api/stream.ts';
import { ConfigError } from '../config/config-error.ts';
import { watchFiles } from '../config/watch.ts';
import { readRedisPlace } from '../coordination/coordination.ts';
import { usualPrefix } from '../coordination/redis.ts';
import { companyOf } from '../detect/live/company.ts';
import type { NamedAlert } from '../detect/live/protocol.ts';
import { startWatcher, type Watcher } from '../detect/live/watcher.ts';
import { createDetectService, type DetectService } from '../detect/service.ts';
import { createDetectStore } from '../detect/store.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { NotifyService } from '../notify/service.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

/** Sigma rules that ship: in force where the configuration names no folder. */
const shippedRules = join(import.meta.dirname, '..', '..', 'detections');

/** The folder of Sigma rules in force. */
export const rulesFolder = (current: Pick<Current, 'runtime' | 'folder'>): string => {
  const { detections } = current.runtime.config;
  return detections === undefined ? shippedRules : resolve(current.folder, detections);
};

const CONTEXT_MS = 10_000;
const missingFolder = {
  line: null,
  column: null,
  field: 'detections',
  zh: '没有这个规则目录',
  en: 'there is no such folder of rules',
};

export interface Detections {
  readonly service: DetectService;
  readonly watching: () => boolean;
  /** How the Sigma rules stand on this node; null while it does not follow the log. */
  readonly sigma: () => SigmaStanding | null;
}

/**
 * Starts detection: a thread follows the audit log of this node (of a log that several processes share, its owner does), and alerts go to the store that
 * all nodes share.
 */
export async function startDetections(
  { store, audit, metrics, clock, random, revocations, tlogFolder, origin, persons }: Foundation,
  current: Current,
  closers: Closers,
  parts: {
    readonly directory: Pick<DirectoryService, 'snapshot'>;
    readonly notify: NotifyService;
    /** Makes incidents of alerts. */
    readonly raised: (alert: AlertView) => Promise<unknown>;
    readonly stream: EventStream;
    readonly data: string;
    /** Hears that files of rules have changed. */
    readonly rulesChanged: () => void;
    /** Whether the log is watched; tests of other things start without. */
    readonly watch: boolean;
  },
): Promise<Detections> {
  let watcher: Watcher | null = null;
  let sent: { readonly directory: unknown; readonly runtime: unknown; readonly met: number } = {
    directory: null,
    runtime: null,
    met: 0,
  };
  const names = namesInLog(persons);
  const sendContext = (): void => {
    const { config } = current.runtime;
    const directory = parts.directory.snapshot();
    sent = { directory, runtime: current.runtime, met: persons?.met() ?? 0 };
    void (async () => {
      const company = companyOf(directory, config);
      const inForce = service.inForce();
      const people = inForce.flatMap(({ subject }) => (subject?.kind === 'user' ? [subject.value] : []));
      const asked = watcher?.standing()?.people ?? [];
      const named = persons === null ? [] : withUidsOf(asked, company.users.keys());
      const name = await names.all([...company.users.keys(), ...people, ...named]);
      watcher?.send({
        kind: 'context',
        directory: { ...company, users: new Map([...company.users].map(([uid, user]) => [name(uid), user])) },
        tunings: inForce.map((tuning) =>
          tuning.subject?.kind === 'user'
            ? { ...tuning, subject: { kind: 'user' as const, value: name(tuning.subject.value) } }
            : tuning,
        ),
        names: new Map(named.flatMap((uid) => (name(uid) === uid ? [] : [[name(uid), uid] as const]))),
      });
    })().catch(() => metrics.add('menshen_detection_failures_total'));
  };
  const service = await createDetectService({
    store: createDetectStore(store),
    ...{ origin, audit, metrics, clock, random },
    notify: parts.notify,
    raised: parts.raised,
    changed: (news) => parts.stream.send('alert', news),
    tuned: () => {
      sendContext();
      void revocations.publish({ kind: 'detection', subject: 'tunings', detail: null }).catch(() => undefined);
    },
  });
  const place = readRedisPlace(current.runtime.config.coordination);
  if (!existsSync(rulesFolder(current))) throw new ConfigError([missingFolder]);
  const learned = join(parts.data, 'detect');
  // The thread would learn, and have nowhere to keep it: each restart would begin anew.
  if (parts.watch && existsSync(learned)) accessSync(learned, constants.W_OK | constants.X_OK);
  /** Who was excepted by name before the log knew their pseudonym is excepted from the first alert on. */
  const isExcepted = ({ rule, user, ts }: NamedAlert): boolean =>
    persons !== null &&
    service
      .inForce()
      .some((one) => one.rule === rule && one.subject?.kind === 'user' && one.subject.value === user && one.expiresAt > ts);
  /** The list of places that the thread reads. */
  let places = current.runtime.loadedPlaces;
  let published = 0;
  let closed = false;
  /** The thread before, while it ends: two would take one snapshot from each other. */
  let ending: Promise<void> | null = null;
  const open = (): void => {
    if (!parts.watch || watcher !== null || ending !== null || closed || !audit.owner()) return;
    const { addressPlaces } = current.runtime.config;
    places = current.runtime.loadedPlaces;
    watcher = startWatcher(
      {
        directory: tlogFolder,
        snapshot: join(learned, 'state.bin'),
        rules: rulesFolder(current),
        shared: place === null ? null : { url: place.url, prefix: place.prefix ?? usualPrefix, node: origin },
        places: addressPlaces === undefined ? null : resolve(current.folder, addressPlaces),
      },
      async (alerts) => await service.take((await names.reveal(alerts)).filter((alert) => !isExcepted(alert))),
      () => metrics.add('menshen_detection_failures_total'),
      sendContext,
      (arrivals) => metrics.add('menshen_detection_alone_total', '', arrivals),
    );
    sendContext();
    if (published > 0) watcher.send({ kind: 'published', size: published });
  };
  const end = (): Promise<void> => {
    const before = watcher;
    watcher = null;
    ending ??= (before?.close() ?? Promise.resolve()).finally(() => {
      ending = null;
    });
    return ending;
  };
  /** Changed rules and places are read by another thread, which goes on at the snapshot of the one before. */
  const reopen = (): void => {
    try {
      files.watch(...placesOfRules(rulesFolder(current)));
    } catch {
      // While a folder is being replaced or cannot be read, what was read of it goes on.
      return;
    }
    parts.rulesChanged();
    void end().then(open);
  };
  const stop = audit.onCheckpoint((size) => {
    published = size;
    open();
    watcher?.send({ kind: 'published', size });
  });
  const files = watchFiles(reopen);
  if (parts.watch) files.watch(...placesOfRules(rulesFolder(current)));
  // People, departments and campaigns change without a checkpoint; and whom the log did not know has a pseudonym from their first event on.
  const timer = setInterval(() => {
    const changed = parts.directory.snapshot() !== sent.directory || current.runtime !== sent.runtime;
    if (current.runtime.loadedPlaces !== places) reopen();
    else if (changed || (persons?.met() ?? 0) !== sent.met) sendContext();
  }, CONTEXT_MS);
  timer.unref();
  closers.add(async () => {
    closed = true;
    clearInterval(timer);
    files.stop();
    stop();
    await end();
  });
  const sigma = (): SigmaStanding | null => {
    const standing = watcher?.standing() ?? null;
    if (standing === null) return null;
    const { usable, refused, partly } = standing;
    return { usable, refused, blind: persons === null ? [] : [...partly] };
  };
  return { service, watching: () => watcher?.alive() ?? (ending !== null || !parts.watch), sigma };
}

/** The file or the folders that rules are read from. */
function placesOfRules(folder: string): [files: string[], folders: string[]] {
  if (statSync(folder).isFile()) return [[folder], []];
  const below = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [[], [folder, ...below.map(({ parentPath, name }) => join(parentPath, name))]];
}

/** Uids that rules name, and those of the company that differ from these in upper and lower case alone, as Sigma compares. */
function withUidsOf(asked: readonly string[], company: Iterable<string>): string[] {
  if (asked.length === 0) return [];
  const folded = new Set(asked.map((uid) => uid.toLowerCase()));
  return [...new Set([...asked, ...[...company].filter((uid) => folded.has(uid.toLowerCase()))])];
}

/** People stand in the log under pseudonyms where the configuration says so: detection works on these, and what people read names the person. */
function namesInLog(persons: Foundation['persons']) {
  return {
    /** Looks the names of people up and returns how to tell them. Who is not in the log yet keeps their uid. */
    async all(uids: readonly string[]): Promise<(uid: string) => string> {
      const known = await persons?.pseudonymsOf(uids);
      return (uid) => known?.get(uid) ?? uid;
    },
    async reveal(alerts: readonly NamedAlert[]): Promise<NamedAlert[]> {
      if (persons === null) return [...alerts];
      const uids = await persons.uidsOf([...new Set(alerts.flatMap(({ user }) => (user === null ? [] : [user])))]);
      return alerts.map((alert) => ({ ...alert, user: alert.user === null ? null : (uids.get(alert.user) ?? alert.user) }));
    },
  };
}
