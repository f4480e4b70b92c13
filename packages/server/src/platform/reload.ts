import type { Config } from '@menshen/contract';
import { detectionEvent, entityManagementEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigProblem } from '../config/load.ts';
import { restartProblems } from '../config/restart.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { Gateway } from '../gateway/server.ts';
import { buildRuntime, reloadPlaces } from './build-runtime.ts';
import type { Current } from './current.ts';

export interface Reloading {
  /** Puts another configuration to work without dropping a request. Throws ConfigError, and then nothing has changed. */
  reload(config: Config, folder: string): Promise<void>;
  /** Builds what is in force anew, with the files that it names as they are now. Throws ConfigError, and then nothing has changed. */
  again(): Promise<void>;
  /** Hears of each attempt to take over a changed file: null when it runs, or what is wrong. */
  report(problems: readonly ConfigProblem[] | null): Promise<void>;
  /** When the configuration in force was loaded, and why the last change was not. */
  state(): { readonly loadedAt: number; readonly error: string | null };
}

export interface ReloadParts {
  readonly current: Current;
  readonly gateway: Gateway;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly clock: () => number;
  readonly heard?: (problems: readonly ConfigProblem[] | null) => void;
}

export function createReloading({ current, gateway, audit, metrics, clock, heard }: ReloadParts): Reloading {
  let error: string | null = null;
  let loadedAt = clock();
  let turn: Promise<unknown> = Promise.resolve();
  /** One after the other: what was begun earlier and takes longer must not put back what came after it. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work, work);
    turn = done.catch(() => undefined);
    return done;
  };
  const take = async (next: Config, folder: string): Promise<void> => {
    const frozen = restartProblems(current.runtime.config, next);
    if (frozen.length > 0) throw new ConfigError(frozen);
    const places = await reloadPlaces(next, folder, current.runtime.loadedPlaces);
    const compiled = buildRuntime(next, folder, clock, current.runtime, places);
    await audit.record(
      entityManagementEvent({
        time: clock(),
        activity: 'update',
        entity: 'configuration',
        by: 'file',
        detail: { apps: next.apps.length },
      }),
    );
    const before = current.runtime;
    current.runtime = compiled;
    current.folder = folder;
    gateway.reconfigure(next.gateway);
    loadedAt = clock();
    error = null;
    for (const old of before.apps.values()) {
      // Requests under way keep the connections that they have.
      if (compiled.apps.get(old.id)?.upstream !== old.upstream) void old.upstream.close().catch(() => undefined);
    }
  };
  return {
    state: () => ({ loadedAt, error }),
    reload: (next, folder) => inTurn(() => take(next, folder)),
    again: () => inTurn(() => take(current.runtime.config, current.folder)),
    report: async (problems) => {
      if (problems === null) return heard?.(null);
      // What runs goes on; the console and the log say why the change was not taken.
      error = new ConfigError(problems).message.slice(0, 2_000);
      const detail = { reason: error.slice(0, 500) };
      const title = 'a changed configuration was refused';
      await audit
        .record(detectionEvent({ time: clock(), rule: 'configuration_refused', severity: 'medium', title, detail }))
        .catch(() => metrics.add('menshen_audit_failures_total'));
      heard?.(problems);
    },
  };
}
