import { type Bilingual, MenshenError, type ReleaseConfig } from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { NotifyService } from '../notify/service.ts';
import { ManifestError, openManifest } from './release.ts';
import { readVerifier } from './release-key.ts';
import type { ScanSummary } from './statement.ts';
import type { Deployment, Release, ReleaseStore, Standing } from './store.ts';

/** What a watcher says of a deployment that is not what was signed. */
export interface DriftFact {
  readonly app: string;
  readonly host: string;
  readonly version: string;
  readonly buildId: string;
  readonly total: number;
  /** Some of the names. */
  readonly files: string;
  readonly at: number;
}

export interface ReleaseParts {
  readonly store: ReleaseStore;
  /** What an app says of its releases; null where the app is unknown or says nothing. */
  readonly rules: (app: string) => ReleaseConfig | null;
  readonly audit: Pick<Audit, 'act' | 'record'>;
  readonly notify: Pick<NotifyService, 'send'>;
  /** Hears of code that is not what was signed: it becomes an incident. */
  readonly drifted?: (fact: DriftFact) => Promise<unknown>;
  /** Hears of a release that was registered. */
  readonly registered: (release: Release) => void;
  /** Makes every node take over which versions are registered. */
  readonly versionsChanged: () => Promise<void>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface Registration {
  readonly manifest: string;
  readonly inSpiteOf?: string | undefined;
}

export type DriftReport = Omit<Deployment, 'host' | 'since' | 'heard' | 'standing'>;

export interface ReleaseService {
  list(): Promise<{ readonly releases: Release[]; readonly deployments: Deployment[] }>;
  /**
   * Takes a release whose manifest a key of its app has signed. `allowed` says whether the caller may act for the app. @throws MenshenError
   * `release_unsigned`, `release_gate`, `release_known`, `release_version_revoked`, `token_scope`
   */
  register(given: Registration, by: string, allowed: (app: string) => boolean): Promise<Release>;
  revoke(id: string, reason: string, by: string): Promise<boolean>;
  /** Hears a watcher. A deployment that is not what was signed is an alarm when it begins and when it changes. */
  hear(report: DriftReport, host: string): Promise<void>;
}

const listed = 200;

type Unwanted = 'release_revoked_runs' | 'release_unregistered' | 'release_rolled_back';

interface Heard {
  readonly known: Release | null;
  readonly standing: Standing;
  readonly before: Deployment | null;
}

type Happened = (host: string, version: string, before: string) => string;

/** What is said of a release that should not run. */
const unwantedTexts: Readonly<
  Record<
    Unwanted,
    {
      readonly severity: 'high' | 'critical';
      readonly title: string;
      readonly head: Bilingual;
      readonly happened: { readonly zh: Happened; readonly en: Happened };
    }
  >
> = {
  release_revoked_runs: {
    ...{ severity: 'critical', title: 'A revoked release runs' },
    head: { zh: '运行着已撤销的版本', en: 'a revoked release runs' },
    happened: {
      zh: (host, version) => `${host} 上运行的 ${version} 版已被撤销`,
      en: (host, version) => `Version ${version}, which runs on ${host}, was revoked`,
    },
  },
  release_unregistered: {
    ...{ severity: 'high', title: 'A release that nobody registered runs' },
    head: { zh: '运行着未登记的构建', en: 'a build runs that nobody registered' },
    happened: {
      zh: (host, version) => `${host} 上运行的 ${version} 版有签名，但从未登记`,
      en: (host, version) => `Version ${version}, which runs on ${host}, is signed and was never registered`,
    },
  },
  release_rolled_back: {
    ...{ severity: 'high', title: 'An older release was deployed over a newer one' },
    head: { zh: '被退回到旧版本', en: 'went back to an older release' },
    happened: {
      zh: (host, version, before) => `${host} 从 ${before} 版退回到更早登记的 ${version} 版`,
      en: (host, version, before) => `${host} went from version ${before} back to ${version}, which was registered earlier`,
    },
  },
};

export function createReleaseService({
  store,
  rules,
  audit,
  notify,
  registered,
  versionsChanged,
  drifted,
  clock,
  random,
}: ReleaseParts): ReleaseService {
  const opened = (manifest: string, app: string) => {
    const config = rules(app);
    if (config === null) throw new MenshenError('release_unsigned');
    try {
      return { config, ...openManifest(manifest, config.keys.map(readVerifier)) };
    } catch (error) {
      if (error instanceof ManifestError) throw new MenshenError('release_unsigned', {}, { cause: error });
      throw error;
    }
  };

  const standingOf = async (app: string, known: Release | null): Promise<Standing> => {
    if (known === null) return 'unregistered';
    if (known.state === 'revoked') return 'revoked';
    const newest = await store.newest(app, known.kind);
    return newest === null || newest.registered <= known.registered ? 'current' : 'older';
  };

  /**
   * Whether what runs should run: its files may be what was signed, and the release one that was taken back, that nobody registered, or that came before
   * what this host had. Going back from a revoked release is what revoking it asks for.
   */
  const unwanted = async ({ app, buildId }: DriftReport, { known, standing, before }: Heard): Promise<Unwanted | null> => {
    const isNew = before === null || before.buildId !== buildId;
    if (!isNew && before.standing === standing) return null;
    if (standing === 'revoked') return 'release_revoked_runs';
    // An app whose backends nobody registers says nothing by it.
    if (standing === 'unregistered') return (await store.newest(app, 'backend')) === null ? null : 'release_unregistered';
    if (standing !== 'older' || !isNew || before === null || known === null) return null;
    const left = await store.ofBuild(app, before.buildId);
    return left?.state === 'registered' && left.registered > known.registered ? 'release_rolled_back' : null;
  };

  const hearStanding = async (report: DriftReport, host: string, heard: Heard): Promise<void> => {
    const rule = await unwanted(report, heard);
    if (rule === null) return;
    const { app, version, buildId } = report;
    const { severity, title, head, happened } = unwantedTexts[rule];
    const replaced = heard.before?.version ?? '';
    await audit.record(
      detectionEvent({
        ...{ time: clock(), rule, severity, title },
        detail: { app, version, host, build: buildId.slice(0, 16), before: replaced },
      }),
    );
    await notify.send({
      ...{ kind: 'alert', severity, app, matter: `${rule} ${app} ${host} ${buildId}` },
      title: { zh: `${app} ${head.zh}`, en: `${app}: ${head.en}` },
      happened: { zh: happened.zh(host, version, replaced), en: happened.en(host, version, replaced) },
      done: null,
      asked: {
        zh: '若是您有意如此：撤销不再使用的版本，或登记这次发布。否则请用当前版本重新部署，并查明谁改了部署。',
        en: 'If you meant it: revoke the release that is given up, or register this one. Else deploy the current release again, and find out who changed it.',
      },
      path: '/releases',
    });
  };

  return {
    async list() {
      const [releases, deployments] = await Promise.all([store.list(listed), store.deployments()]);
      return { releases, deployments };
    },
    async register({ manifest, inSpiteOf }, by, allowed) {
      const app = claimedApp(manifest);
      if (app === null) throw new MenshenError('release_unsigned');
      if (!allowed(app)) throw new MenshenError('token_scope');
      const { config, statement, files, key } = opened(manifest, app);
      const { predicate } = statement;
      // The app that the manifest claimed is the one that its keys were looked up for.
      if (predicate.app !== app) throw new MenshenError('release_unsigned');
      if (isHeldBack(predicate.scan, config.gate) && inSpiteOf === undefined) throw new MenshenError('release_gate');
      if ((await store.byBuild(app, predicate.kind, predicate.buildId)) !== null) throw new MenshenError('release_known');
      if (await store.isRevoked(app, predicate.kind, predicate.version)) throw new MenshenError('release_version_revoked');
      const release: Release = {
        id: `r_${Buffer.from(random(16)).toString('base64url')}`,
        ...{ app, kind: predicate.kind, version: predicate.version, buildId: predicate.buildId, state: 'registered' },
        ...{ files: files.length, key, scan: predicate.scan, built: Date.parse(predicate.created) },
        ...{ registered: clock(), registeredBy: by, reason: inSpiteOf ?? null },
      };
      const detail = { app, version: release.version, build: release.buildId.slice(0, 16), in_spite_of: inSpiteOf ?? '' };
      await audit.act(by, { activity: 'create', entity: 'release', detail }, () => store.add(release, manifest));
      await versionsChanged();
      registered(release);
      return release;
    },
    async revoke(id, reason, by) {
      const act = { activity: 'update', entity: 'release', detail: { release: id, revoked: 1, reason } } as const;
      const revoked = await audit.act(by, act, () => store.revoke(id, reason));
      if (revoked) await versionsChanged();
      return revoked;
    },
    async hear(report, host) {
      const now = clock();
      const known = await store.ofBuild(report.app, report.buildId);
      const standing = await standingOf(report.app, known);
      const before = await store.hear({ ...report, host, since: now, heard: now, standing });
      await hearStanding(report, host, { known, standing, before });
      const same = before !== null && before.ok === report.ok && names(before) === names(report);
      if (same || (before === null && report.ok)) return;
      const { app, version, total } = report;
      if (report.ok) {
        await audit.record(
          detectionEvent({
            ...{ time: now, rule: 'release_drift_ended', severity: 'low', title: 'Deployed code is what was signed again' },
            detail: { app, version, host },
          }),
        );
        return;
      }
      const first = [...report.changed, ...report.missing, ...report.added].slice(0, 5).join(', ').slice(0, 300);
      await audit.record(
        detectionEvent({
          ...{ time: now, rule: 'release_drift', severity: 'critical', title: 'Deployed code is not what was signed' },
          detail: { app, version, host, files: total, first },
        }),
      );
      await notify.send({
        ...{ kind: 'alert', severity: 'critical', app, matter: `release drift ${app} ${host} ${names(report)}`.slice(0, 500) },
        title: { zh: `${app} 的线上代码被改动`, en: `The deployed code of ${app} was changed` },
        happened: {
          zh: `${host} 上的 ${version} 版有 ${total} 个文件与签名清单不符：${first}`,
          en: `On ${host}, ${total} files of version ${version} are not what was signed: ${first}`,
        },
        done: null,
        asked: {
          zh: '若不是您的发布，请停用该应用，用签名的版本重新部署，并查明谁改动了文件。',
          en: 'Unless you are releasing: stop the app, deploy the signed version again, and find out who changed the files.',
        },
        path: '/releases',
      });
      await drifted?.({ app, host, version, buildId: report.buildId, total, files: first, at: now });
    },
  };
}

const names = ({ changed, missing, added }: Pick<DriftReport, 'changed' | 'missing' | 'added'>): string =>
  JSON.stringify([changed, missing, added]);

/** Whether a scan found what the gate holds back; a release that nobody scanned is held back too. */
export function isHeldBack(scan: ScanSummary | null, gate: ReleaseConfig['gate']): boolean {
  if (gate === 'none') return false;
  if (scan === null || scan.critical > 0) return true;
  if (gate === 'critical') return false;
  return scan.high > 0 || (gate === 'medium' && scan.medium > 0);
}

/** The app that an envelope claims to be of, to know by whose keys it is to be verified; nothing else of it is looked at before that. */
function claimedApp(manifest: string): string | null {
  try {
    const { payload } = JSON.parse(manifest) as { payload?: unknown };
    if (typeof payload !== 'string') return null;
    const claimed = JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as { predicate?: { app?: unknown } } | null;
    const app = claimed?.predicate?.app;
    return typeof app === 'string' ? app : null;
  } catch {
    return null;
  }
}
