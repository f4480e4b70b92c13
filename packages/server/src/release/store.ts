import { releaseStandings } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../store/store.ts';
import { type ScanSummary, scanSummary } from './statement.ts';
import type { DeploymentRow, ReleaseRow } from './tables.ts';

export interface Release {
  readonly id: string;
  readonly app: string;
  readonly kind: 'miniprogram' | 'backend';
  readonly version: string;
  readonly buildId: string;
  readonly state: 'registered' | 'revoked';
  readonly files: number;
  readonly key: string;
  readonly scan: ScanSummary | null;
  readonly built: number;
  readonly registered: number;
  readonly registeredBy: string;
  readonly reason: string | null;
}

/**
 * How what runs stands among what is registered: `older` where a newer release of its kind is registered and not revoked, `unregistered` where nobody has
 * registered this build.
 */
export type Standing = (typeof releaseStandings)[number];

export interface Deployment {
  readonly app: string;
  readonly host: string;
  readonly version: string;
  readonly buildId: string;
  readonly ok: boolean;
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  readonly added: readonly string[];
  readonly total: number;
  readonly since: number;
  readonly heard: number;
  /** Null until it is heard of again, in a row of an older version. */
  readonly standing: Standing | null;
}

const driftNames = z.object({ changed: z.array(z.string()), missing: z.array(z.string()), added: z.array(z.string()) });

const toRelease = (row: Omit<Selectable<ReleaseRow>, 'manifest'>): Release => ({
  ...{ id: row.id, app: row.app, kind: row.kind === 'backend' ? 'backend' : 'miniprogram', version: row.version },
  ...{ buildId: row.build_id, state: row.state === 'revoked' ? 'revoked' : 'registered', files: row.files, key: row.key },
  scan: row.scan === null ? null : scanSummary.parse(JSON.parse(row.scan)),
  ...{ built: row.built, registered: row.registered, registeredBy: row.registered_by, reason: row.reason },
});

const toDeployment = (row: Selectable<DeploymentRow>): Deployment => ({
  ...{ app: row.app, host: row.host, version: row.version, buildId: row.build_id, ok: row.ok === 1 },
  ...driftNames.parse(JSON.parse(row.drift)),
  ...{ total: row.total, since: row.since, heard: row.heard },
  standing: releaseStandings.find((one) => one === row.standing) ?? null,
});

const columns = [
  ...(['id', 'app', 'kind', 'version', 'build_id', 'state', 'files', 'key', 'scan', 'built'] as const),
  ...(['registered', 'registered_by', 'reason'] as const),
] as const;

export type ReleaseStore = ReturnType<typeof createReleaseStore>;

/** Registered releases, and what watchers say of deployments. */
export function createReleaseStore({ db }: Store) {
  return {
    async list(limit: number): Promise<Release[]> {
      const rows = await db
        .selectFrom('releases')
        .select(columns)
        .orderBy('registered', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toRelease);
    },
    /** How the versions of mini programs stand, the newest registration last. */
    async versions(): Promise<{ readonly app: string; readonly version: string; readonly state: Release['state'] }[]> {
      const rows = await db
        .selectFrom('releases')
        .select(['app', 'version', 'state'])
        .where('kind', '=', 'miniprogram')
        .orderBy('registered')
        .orderBy('id')
        .execute();
      return rows.map(({ app, version, state }) => ({ app, version, state: state === 'revoked' ? 'revoked' : 'registered' }));
    },
    async byBuild(app: string, kind: string, buildId: string): Promise<Release | null> {
      const row = await db
        .selectFrom('releases')
        .select(columns)
        .where('app', '=', app)
        .where('kind', '=', kind)
        .where('build_id', '=', buildId)
        .executeTakeFirst();
      return row === undefined ? null : toRelease(row);
    },
    /** The release that a build is, of whatever kind; null where nobody has registered it. */
    async ofBuild(app: string, buildId: string): Promise<Release | null> {
      const row = await db
        .selectFrom('releases')
        .select(columns)
        .where('app', '=', app)
        .where('build_id', '=', buildId)
        .orderBy('registered', 'desc')
        .executeTakeFirst();
      return row === undefined ? null : toRelease(row);
    },
    /** The last release of a kind that was registered and not revoked. */
    async newest(app: string, kind: Release['kind']): Promise<Release | null> {
      const row = await db
        .selectFrom('releases')
        .select(columns)
        .where('app', '=', app)
        .where('kind', '=', kind)
        .where('state', '=', 'registered')
        .orderBy('registered', 'desc')
        .orderBy('id', 'desc')
        .executeTakeFirst();
      return row === undefined ? null : toRelease(row);
    },
    async isRevoked(app: string, kind: Release['kind'], version: string): Promise<boolean> {
      const row = await db
        .selectFrom('releases')
        .select('id')
        .where('app', '=', app)
        .where('kind', '=', kind)
        .where('version', '=', version)
        .where('state', '=', 'revoked')
        .executeTakeFirst();
      return row !== undefined;
    },
    async add(release: Release, manifest: string): Promise<void> {
      const { buildId, registeredBy, scan, ...rest } = release;
      await db
        .insertInto('releases')
        .values({
          ...rest,
          build_id: buildId,
          registered_by: registeredBy,
          scan: scan === null ? null : JSON.stringify(scan),
          manifest,
        })
        .execute();
    },
    /** False when it was revoked before or is not there. */
    async revoke(id: string, reason: string): Promise<boolean> {
      const changed = await db
        .updateTable('releases')
        .set({ state: 'revoked', reason })
        .where('id', '=', id)
        .where('state', '=', 'registered')
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) === 1;
    },
    async deployments(): Promise<Deployment[]> {
      const rows = await db
        .selectFrom('release_deployments')
        .selectAll()
        .orderBy('ok')
        .orderBy('heard', 'desc')
        .limit(500)
        .execute();
      return rows.map(toDeployment);
    },
    /** Notes what a watcher said; resolves to what stood before. */
    async hear(deployment: Deployment): Promise<Deployment | null> {
      const { app, host, version, buildId: build_id, ok, changed, missing, added, total, since, heard, standing } = deployment;
      const row = {
        app,
        host,
        version,
        build_id,
        ok: Number(ok),
        drift: JSON.stringify({ changed, missing, added }),
        total,
        since,
        heard,
        standing,
      };
      return await db.transaction().execute(async (within) => {
        const before = await within
          .selectFrom('release_deployments')
          .selectAll()
          .where('app', '=', app)
          .where('host', '=', host)
          .executeTakeFirst();
        if (before === undefined) await within.insertInto('release_deployments').values(row).execute();
        else
          await within
            .updateTable('release_deployments')
            .set({ ...row, since: before.ok === row.ok && before.drift === row.drift ? before.since : since })
            .where('app', '=', app)
            .where('host', '=', host)
            .execute();
        return before === undefined ? null : toDeployment(before);
      });
    },
  };
}
