import { MenshenError } from '@menshen/contract';
import type { Session } from '../../identity/model.ts';
import type { VersionSnapshot } from '../../release/app-versions/snapshot.ts';
import { clientVersionOf } from '../app-version.ts';
import type { RequestContext } from '../context.ts';
import type { ClientRequest } from '../http1/client-request.ts';
import type { Metrics } from '../metrics.ts';
import type { Refusal } from '../refusal.ts';
import type { CompiledApp, Runtime } from '../runtime.ts';

/** Referers that name no release: trial, development and review versions, and the developer tools. */
const trials: ReadonlySet<string> = new Set(['0', 'devtools']);

export interface VersionServices {
  readonly runtime: () => Runtime;
  readonly versions: {
    snapshot(): VersionSnapshot;
    readonly census: { note(app: string, version: string, person: string | null, now: number): void };
  };
  readonly metrics: Pick<Metrics, 'add'>;
}

export interface CheckVersion {
  /** Once app and route are known: by the Referer. */
  onRoute(context: RequestContext): Refusal | undefined;
  /** Once it is known who asks: by what the SDK said when the session was opened. */
  onSession(context: RequestContext): Refusal | undefined;
  /** For logins. @throws MenshenError */
  assertLogin(app: string, request: Pick<ClientRequest, 'headers'>, build: string | null, sealed: boolean): void;
  /** Counts which versions ask. */
  note(context: RequestContext): void;
}

/** Why a version is not accepted; null when it is. Words of our own, for the record. */
type Problem = string | null;

/** Lets only registered releases of mini programs ask, where apps or routes say so; in their monitor mode it only notes what it would refuse. */
export function createCheckVersion(services: VersionServices): CheckVersion {
  const byReferer = (app: CompiledApp, request: Pick<ClientRequest, 'headers'>): Problem => {
    const client = clientVersionOf(request);
    if (client === null) return 'no referer of a mini program';
    if (client.appid !== app.config.wechat?.appid && client.appid !== app.config.wecom?.corpid) return 'another appid';
    if (trials.has(client.version)) return app.config.versions.trial ? null : 'trial version';
    const state = services.versions.snapshot().stateOfNumber(app.id, client.version);
    return state === 'registered' ? null : `version ${state}`;
  };

  const byBuild = (app: CompiledApp, build: string | null, sealed: boolean, request: Pick<ClientRequest, 'headers'>): Problem => {
    if (build === null || !sealed) return 'no signed build';
    const snapshot = services.versions.snapshot();
    const state = snapshot.state(app.id, build);
    if (state !== 'registered') return `build ${state}`;
    // Where somebody has said which release the Referer's number is, both must say the same.
    const client = clientVersionOf(request);
    const named = client === null ? null : snapshot.versionOf(app.id, client.version);
    return named === null || named === build ? null : 'referer and build differ';
  };

  const noted = (app: CompiledApp, problem: string): Refusal => {
    const soft = app.config.versions.mode === 'monitor';
    services.metrics.add('menshen_app_version_refusals_total', `app="${app.id}",mode="${app.config.versions.mode}"`);
    return { code: 'app_version_refused', where: problem, ...(soft ? { soft } : { hard: true }) };
  };

  /** What WeChat Pay sends comes from no mini program. */
  const demandOf = ({ route }: RequestContext) => (route === null || route.payment !== null ? 'any' : route.versions);

  return {
    onRoute(context) {
      const demand = demandOf(context);
      const { app, request } = context;
      if (demand === 'any' || app === null) return undefined;
      // Who comes with a session is judged by that.
      if (demand === 'signed' && request.headers.authorization !== undefined) return undefined;
      const problem = byReferer(app, request);
      return problem === null ? undefined : noted(app, problem);
    },
    onSession(context) {
      const { app, session, request } = context;
      if (demandOf(context) !== 'signed' || app === null || request.headers.authorization === undefined) return undefined;
      const problem = session === null ? byReferer(app, request) : byBuild(app, session.build, isSealed(session), request);
      return problem === null ? undefined : noted(app, problem);
    },
    assertLogin(id, request, build, sealed) {
      const app = services.runtime().apps.get(id);
      if (app === undefined) return;
      const { accept } = app.config.versions;
      if (accept === 'any') return;
      const problem = accept === 'signed' ? byBuild(app, build, sealed, request) : byReferer(app, request);
      if (problem !== null && noted(app, problem).soft !== true) throw new MenshenError('app_version_refused');
    },
    note({ app, session, request, arrived }) {
      const client = app === null ? null : clientVersionOf(request);
      if (app === null || client === null || client.appid !== app.config.wechat?.appid) return;
      services.versions.census.note(app.id, client.version, session?.person.uid ?? null, arrived);
    },
  };
}

/** A session with keys was opened by a sealed login. */
const isSealed = ({ binding }: Session): boolean => binding !== null;
