import { type ExceptionView, type InspectedField, type InspectionChange, MenshenError } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { CompiledApp, Runtime } from '../gateway/runtime.ts';
import { configuredViews, storedView, type Uses } from './exception-views.ts';
import { routeKey } from './route-key.ts';
import { inspectionRules } from './rule-facts.ts';
import { type CompiledRules, type InspectedRoute, InspectionSnapshot, type Managed } from './snapshot.ts';
import type { InspectionStore, RouteSetting, SettingChange, StoredException } from './store.ts';

const dayMs = 86_400_000;
/** How long an exception that has ended is still shown among those that hold, so that nobody wonders where it went. */
const shownAfterMs = 14 * dayMs;
/** No exception of the console is given for longer. */
export const maxExceptionDays = 180;

/** What an exception is made of; owner and times are the service's. */
export interface ExceptionDraft {
  readonly app: string;
  readonly route?: string | undefined;
  readonly class?: StoredException['class'] | undefined;
  readonly rule?: string | undefined;
  readonly where: InspectedField;
  readonly reason: string;
  readonly expiresAt: number;
  readonly requestId?: string | undefined;
}

export interface InspectionService {
  /** The rules of a route, for the data plane. */
  rules(app: string, route: InspectedRoute): CompiledRules;
  /** Counts an exception that let a request pass. */
  used(id: string): void;
  managed(): Managed;
  /** Those that end soon first. */
  exceptions(show: 'active' | 'all', app: string | undefined): ExceptionView[];
  createException(draft: ExceptionDraft, by: string): Promise<ExceptionView>;
  extendException(id: string, expiresAt: number, reason: string, by: string): Promise<ExceptionView>;
  revokeException(id: string, reason: string, by: string): Promise<ExceptionView>;
  /** Throws MenshenError `conflict` when the settings are not those that the change started from. */
  change(change: InspectionChange, from: string, reason: string, by: string): Promise<string>;
  /** Says what a person thinks of a finding; resolves to the reports of the rule. */
  report(given: Parameters<InspectionStore['report']>[0]): Promise<number>;
  feedback(): ReturnType<InspectionStore['feedback']>;
  /** Reads the store again: another node may have changed it. */
  refresh(): Promise<void>;
  /** Writes the uses that were counted since. */
  maintain(): Promise<void>;
}

export interface InspectionParts {
  readonly store: InspectionStore;
  readonly audit: Audit;
  readonly runtime: () => Runtime;
  /** Makes the other nodes read the tables. */
  readonly announce: () => Promise<unknown>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const invalid = (field: string): MenshenError => new MenshenError('validation_failed', { fields: [field] });

/** Exceptions, settings and feedback of inspection, and the snapshot that the data plane decides by. */
export async function createInspectionService(parts: InspectionParts): Promise<InspectionService> {
  const { store, audit, clock } = parts;
  const load = async (): Promise<Managed> => ({ exceptions: await store.exceptions(clock()), settings: await store.settings() });
  const snapshot = new InspectionSnapshot(await load());
  let reading: Promise<void> | null = null;
  let again = false;
  /** Uses that are not in the store yet, and those of the file since the start. */
  const pending = new Map<string, Uses>();
  const ofFile = new Map<string, Uses>();

  /** One reading at a time; one that is asked for during another follows it, so that the newest is never missed. */
  const refresh = async (): Promise<void> => {
    if (reading !== null) {
      again = true;
      return await reading;
    }
    reading = (async () => {
      do {
        again = false;
        snapshot.replace(await load());
      } while (again);
    })().finally(() => {
      reading = null;
    });
    await reading;
  };
  const changed = async (): Promise<void> => {
    await refresh();
    await parts.announce();
  };

  const appOf = (id: string): CompiledApp => {
    const app = parts.runtime().apps.get(id);
    if (app === undefined) throw new MenshenError('not_found');
    return app;
  };
  const routeOf = (app: string, match: string): InspectedRoute => {
    const route = appOf(app).routes.find((candidate) => candidate.match === match);
    if (route === undefined) throw new MenshenError('not_found');
    return route;
  };
  const endChecked = (expiresAt: number): number => {
    const now = clock();
    if (expiresAt <= now || expiresAt > now + maxExceptionDays * dayMs) throw invalid('expiresAt');
    return expiresAt;
  };

  const stored = (one: StoredException): ExceptionView => storedView(one, clock(), pending.get(one.id));
  const configured = (): ExceptionView[] => configuredViews(parts.runtime().apps.values(), clock(), ofFile);
  const find = async (id: string): Promise<ExceptionView> => {
    const one = await store.exception(id);
    if (one === null) throw new MenshenError('not_found');
    return stored(one);
  };
  const settingOf = (before: RouteSetting, given: InspectionChange['routes'][number]): RouteSetting | null => {
    const mode = given.mode === undefined ? before.mode : (given.mode ?? undefined);
    const threshold = given.threshold === undefined ? before.threshold : (given.threshold ?? undefined);
    if (mode === undefined && threshold === undefined) return null;
    return { ...(mode === undefined ? {} : { mode }), ...(threshold === undefined ? {} : { threshold }) };
  };

  return {
    rules: (app, route) => snapshot.of(app, route),
    used(id) {
      const counted = id.startsWith('x_') ? pending : ofFile;
      const entry = counted.get(id) ?? { uses: 0, last: 0 };
      entry.uses += 1;
      entry.last = clock();
      counted.set(id, entry);
    },
    managed: () => snapshot.managed,
    exceptions(show, app) {
      const now = clock();
      const stands = (one: ExceptionView): boolean =>
        one.state === 'active' ||
        (one.state === 'expired' && (one.source === 'configuration' || now - one.expiresAt < shownAfterMs));
      const all = [...snapshot.managed.exceptions.map(stored), ...configured()].filter(
        (one) => (app === undefined || one.app === null || one.app === app) && (show === 'all' || stands(one)),
      );
      const rank = { active: 0, expired: 1, revoked: 2 };
      return all.sort((a, b) =>
        rank[a.state] !== rank[b.state]
          ? rank[a.state] - rank[b.state]
          : a.state === 'active'
            ? a.expiresAt - b.expiresAt
            : b.expiresAt - a.expiresAt,
      );
    },
    async createException(draft, by) {
      if (draft.route === undefined) appOf(draft.app);
      else routeOf(draft.app, draft.route);
      if (draft.rule !== undefined && !inspectionRules().has(draft.rule)) throw invalid('rule');
      const now = clock();
      const one: StoredException = {
        id: `x_${Buffer.from(parts.random(12)).toString('base64url')}`,
        app: draft.app,
        route: draft.route ?? null,
        class: draft.class ?? null,
        rule: draft.rule ?? null,
        where: draft.where,
        owner: by,
        reason: draft.reason,
        createdAt: now,
        createdBy: by,
        expiresAt: endChecked(draft.expiresAt),
        revokedAt: null,
        revokedBy: null,
        requestId: draft.requestId ?? null,
        uses: 0,
        lastUsed: null,
      };
      const detail = {
        exception: one.id,
        app: one.app,
        route: one.route ?? '*',
        target: one.rule ?? one.class ?? '',
        place: one.where.place,
        name: one.where.name,
        expires: one.expiresAt,
        reason: one.reason,
        request: one.requestId ?? '',
      };
      await audit.act(by, { activity: 'create', entity: 'inspection exception', detail }, () => store.addException(one));
      await changed();
      return stored(one);
    },
    async extendException(id, expiresAt, reason, by) {
      const before = await find(id);
      const end = endChecked(expiresAt);
      const detail = { exception: id, expires: end, before: before.expiresAt, reason };
      await audit.act(by, { activity: 'update', entity: 'inspection exception', detail }, async () => {
        if (!(await store.extendException(id, end))) throw new MenshenError('not_found');
      });
      await changed();
      return await find(id);
    },
    async revokeException(id, reason, by) {
      await find(id);
      await audit.act(by, { activity: 'delete', entity: 'inspection exception', detail: { exception: id, reason } }, async () => {
        if (!(await store.revokeException(id, by, clock()))) throw new MenshenError('not_found');
      });
      await changed();
      return await find(id);
    },
    async change({ routes, rules }, from, reason, by) {
      const { settings } = snapshot.managed;
      if (settings.version !== from) throw new MenshenError('conflict');
      const changes: SettingChange[] = [];
      for (const route of routes) {
        routeOf(route.app, route.route);
        const key = routeKey(route.app, route.route);
        changes.push({ kind: 'route', key, value: settingOf(settings.routes.get(key) ?? {}, route) });
      }
      for (const { rule, weight } of rules) {
        if (!inspectionRules().has(rule)) throw invalid('rules');
        changes.push({ kind: 'rule', key: rule, value: weight });
      }
      if (changes.length === 0) throw invalid('routes');
      const what = changes.map(({ key, value }) => `${key}=${JSON.stringify(value)}`).join('; ');
      const detail = { change: what.slice(0, 2_000), changes: changes.length, reason };
      await audit.act(by, { activity: 'update', entity: 'inspection', detail }, async () => {
        if (!(await store.change(changes, from, by, clock()))) throw new MenshenError('conflict');
      });
      await changed();
      return snapshot.managed.settings.version;
    },
    async report(given) {
      const detail = { request: given.requestId, rule: given.rule, verdict: given.verdict, note: given.note };
      await audit.act(given.by, { activity: 'create', entity: 'inspection feedback', detail }, () => store.report(given));
      const counts = (await store.feedback()).find(({ rule }) => rule === given.rule);
      return given.verdict === 'attack' ? (counts?.attacks ?? 0) : (counts?.falsePositives ?? 0);
    },
    feedback: () => store.feedback(),
    refresh,
    async maintain() {
      const due = [...pending];
      pending.clear();
      for (const [at, [id, { uses, last }]] of due.entries()) {
        try {
          await store.addUses(id, uses, last);
        } catch (error) {
          // What was not written is counted again at the next sweep.
          for (const [other, entry] of due.slice(at)) {
            const since = pending.get(other);
            pending.set(other, { uses: entry.uses + (since?.uses ?? 0), last: since?.last ?? entry.last });
          }
          throw error;
        }
      }
      // Also what was changed elsewhere and not heard of.
      await refresh();
    },
  };
}
