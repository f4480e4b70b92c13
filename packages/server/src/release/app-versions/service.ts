import { type AppVersionsView, MenshenError } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { RevocationFeed } from '../../coordination/revocation-feed.ts';
import { type Census, createCensus } from './census.ts';
import { type KnownRelease, VersionSnapshot } from './snapshot.ts';
import type { AppVersionStore } from './store.ts';

/** Kind of the entries in the sequence that all nodes hear. */
export const versionRevocation = 'app_version';

const hourMs = 3_600_000;

export interface AppVersionParts {
  readonly store: AppVersionStore;
  /** Releases of mini programs, the newest registration last. */
  readonly releases: () => Promise<readonly KnownRelease[]>;
  /** Apps of the configuration in force, with what they demand. */
  readonly apps: () => readonly {
    readonly id: string;
    readonly accept: AppVersionsView['accept'];
    readonly mode: AppVersionsView['mode'];
  }[];
  readonly audit: Pick<Audit, 'act'>;
  readonly revocations: Pick<RevocationFeed, 'publish'>;
  readonly failed: () => void;
  readonly clock: () => number;
}

export interface AppVersions {
  snapshot(): VersionSnapshot;
  readonly census: Census;
  list(): Promise<AppVersionsView[]>;
  /** Says which release a number of WeChat stands for; null takes that back. @throws MenshenError `not_found` */
  name(app: string, number: number, version: string | null, by: string): Promise<void>;
  /** A release was registered or revoked here: all nodes read anew. */
  changed(): Promise<void>;
  /** Another node says so. */
  hear(): void;
  refresh(): Promise<void>;
}

/** Versions of mini programs: which releases are registered, which numbers they have at WeChat, and which ask. */
export async function createAppVersions(parts: AppVersionParts): Promise<AppVersions> {
  const { store, audit, clock } = parts;
  const census = createCensus();
  let snapshot = new VersionSnapshot([], []);
  let asked = 0;
  const refresh = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    const [releases, numbers] = await Promise.all([parts.releases(), store.all()]);
    // A read that began later has seen at least as much.
    if (mine === asked) snapshot = new VersionSnapshot(releases, numbers);
  };
  const changed = async (): Promise<void> => {
    await refresh();
    await parts.revocations.publish({ kind: versionRevocation, subject: '*', detail: null });
  };
  await refresh();

  return {
    snapshot: () => snapshot,
    census,
    changed,
    refresh,
    hear: () => void refresh().catch(parts.failed),
    async list() {
      const numbers = await store.all();
      const since = clock() - hourMs;
      return parts.apps().map(({ id, accept, mode }) => ({
        app: id,
        accept,
        mode,
        seen: census.seen(id, since).map((seen) => {
          const named = snapshot.versionOf(id, seen.version);
          return { ...seen, release: named, state: snapshot.stateOfNumber(id, seen.version) };
        }),
        numbers: numbers
          .filter(({ app }) => app === id)
          .map(({ number, version, by, at }) => ({ number, version, by, at, state: snapshot.state(id, version) })),
      }));
    },
    async name(app, number, version, by) {
      if (!parts.apps().some(({ id }) => id === app)) throw new MenshenError('not_found');
      // A name that no manifest has would let nothing in, and hide a slip of the hand.
      if (version !== null && snapshot.state(app, version) === 'unknown') throw new MenshenError('not_found');
      await audit.act(
        by,
        {
          activity: version === null ? 'delete' : 'update',
          entity: 'app version',
          detail: { app, number, version: version ?? '' },
        },
        () => (version === null ? store.remove(app, number) : store.put({ app, number, version, by, at: clock() })),
      );
      await changed();
    },
  };
}
