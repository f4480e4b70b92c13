import {
  type AppConfig,
  type AppSecretView,
  type Bilingual,
  MenshenError,
  type StagedSecret,
  secretWords,
  type TargetOf,
} from '@menshen/contract';
import { sameText } from '../../administrators/secrets.ts';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { RevocationFeed } from '../../coordination/revocation-feed.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { LiveSecrets } from './live.ts';
import { type ConfiguredSecret, type Replacement, secretsOf } from './model.ts';
import { isSecretRefused } from './overlap.ts';
import type { AppSecretStore } from './store.ts';

/** Kind of the entries in the sequence that all nodes hear. */
export const appSecretRevocation = 'app_secret';

export type SecretTarget = TargetOf<'rotate_secret'>;

/** Replaces the secrets that WeChat and WeCom give an app: entered, checked with the platform, taken into use by a measure. */
export interface AppSecretService {
  list(): Promise<AppSecretView[]>;
  /**
   * Keeps a secret that somebody enters, until a measure takes it into use; in the place of one that was entered before.
   * @throws MenshenError `validation_failed` (`app_unknown`, `secret_unknown`, `unchanged`), `secret_refused`, `audit_unwritable`
   */
  stage(
    entered: Pick<SecretTarget, 'app' | 'secret'> & { readonly value: string; readonly reason: string },
    by: string,
  ): Promise<StagedSecret>;
  /** @throws MenshenError `not_found`, `audit_unwritable` */
  discard(id: string, by: string): Promise<void>;
  /** The id under which a new secret of an app waits; null where none does. */
  waiting(app: string, secret: SecretTarget['secret']): Promise<string | null>;
  /** Whether a target names a secret that waits for it, or that this very target took into use. */
  isThere(target: SecretTarget): Promise<boolean>;
  /** What is known of a secret that a measure would take into use. */
  words(target: SecretTarget): Promise<Bilingual[]>;
  /** Takes a secret into use, on this node and on all. Resolves to 1; to 0 when it is gone, or in use already. */
  activate(
    target: SecretTarget,
    use: { readonly measure: string; readonly by: string; readonly overlapUntil: number },
  ): Promise<number>;
  /** Hears which of two overlapping secrets the platform took. */
  used(replacement: string, which: 'current' | 'previous'): void;
  /** Forgets what nothing needs any more. */
  maintain(): Promise<void>;
}

export interface AppSecretParts {
  readonly store: AppSecretStore;
  readonly live: LiveSecrets;
  readonly apps: () => readonly AppConfig[];
  /** Asks the platform for an access token by a secret, `force`d where the platform knows that. Throws as its client does. */
  readonly tokenBy: (app: AppConfig, kind: SecretTarget['secret'], secret: string, force: boolean) => Promise<unknown>;
  readonly audit: Pick<Audit, 'act' | 'record'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly revocations: Pick<RevocationFeed, 'publish'>;
  readonly changed: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Who enters a secret means to use it; what was forgotten must not lie about. */
const stagedMs = 7 * 86_400_000;
/** How often it is written down again which of two secrets is taken. */
const noteMs = 10_000;
const shownMark = 8;

export function createAppSecretService(parts: AppSecretParts): AppSecretService {
  const { store, live, audit, metrics, clock } = parts;
  const failed = (): void => metrics.add('menshen_maintenance_failures_total');
  /** When it was last written down, by replacement and side. */
  const noted = new Map<string, number>();

  const configured = (app: string, kind: SecretTarget['secret']): ConfiguredSecret => {
    const config = parts.apps().find(({ id }) => id === app);
    if (config === undefined) throw new MenshenError('validation_failed', { field: 'app', problem: 'app_unknown' });
    const found = secretsOf(config).find((one) => one.kind === kind);
    if (found === undefined) throw new MenshenError('validation_failed', { field: 'secret', problem: 'secret_unknown' });
    return found;
  };
  const appOf = (id: string): AppConfig | undefined => parts.apps().find((app) => app.id === id);
  const announce = async (id: string): Promise<void> => {
    await live.refresh();
    await parts.revocations.publish({ kind: appSecretRevocation, subject: id, detail: null });
    parts.changed();
  };
  const short = (mark: string): string => mark.slice(0, shownMark);
  const viewOfStaged = ({ id, mark, stagedBy, stagedAt, accepted }: Replacement): StagedSecret => ({
    ...{ id, mark: short(mark), by: stagedBy, at: stagedAt, accepted },
  });
  const waitingOf = async (app: string, kind: SecretTarget['secret']): Promise<Replacement | null> =>
    (await store.standing()).find((row) => row.state === 'staged' && row.app === app && row.kind === kind) ?? null;

  return {
    async list() {
      const now = clock();
      const rows = await store.standing();
      return parts
        .apps()
        .flatMap(secretsOf)
        .map(({ app, kind, provider, value }) => {
          const replacement = live.replacement(provider, value);
          const staged = rows.find((row) => row.state === 'staged' && row.app === app && row.kind === kind);
          const overlaps = replacement?.overlapUntil != null && now < replacement.overlapUntil;
          const row = rows.find(({ id }) => id === replacement?.id) ?? replacement;
          return {
            ...{ app, secret: kind, provider },
            mark: short(replacement?.mark ?? live.mark(provider, value)),
            state: replacement === null ? 'configured' : overlaps ? 'overlap' : 'replaced',
            replaced:
              row == null
                ? null
                : {
                    ...{ at: row.since ?? 0, by: row.by ?? '', measure: row.measure ?? '', overlapUntil: row.overlapUntil ?? 0 },
                    ...{ taken: row.taken, fellBack: row.fellBack },
                  },
            staged: staged === undefined ? null : viewOfStaged(staged),
          };
        });
    },
    async stage({ app, secret, value, reason }, by) {
      const { provider, value: old } = configured(app, secret);
      const config = appOf(app);
      const { current } = live.effective(provider, old);
      if (config === undefined || sameText(current, value))
        throw new MenshenError('validation_failed', { field: 'value', problem: 'unchanged' });
      let accepted = true;
      try {
        await parts.tokenBy(config, secret, value, false);
      } catch (error) {
        // What the platform refuses for another cause, or does not answer, it may take later.
        if (isSecretRefused(error)) throw new MenshenError('secret_refused', {}, { cause: error });
        accepted = false;
      }
      const entered = {
        ...{ id: `s_${Buffer.from(parts.random(12)).toString('base64url')}`, app, kind: secret, provider, value, accepted },
        ...{ configured: live.mark(provider, old), mark: live.mark(provider, value), previous: null, state: 'staged' as const },
        ...{
          stagedAt: clock(),
          stagedBy: by,
          since: null,
          by: null,
          measure: null,
          overlapUntil: null,
          taken: null,
          fellBack: null,
        },
      };
      const detail = { app, secret, provider, mark: short(entered.mark), accepted: Number(accepted), reason };
      await audit.act(by, { activity: 'create', entity: 'app secret', detail: { id: entered.id, ...detail } }, () =>
        store.stage(entered),
      );
      parts.changed();
      return viewOfStaged(entered);
    },
    async discard(id, by) {
      const found = await store.find(id);
      if (found?.state !== 'staged') throw new MenshenError('not_found');
      const { app, kind: secret } = found;
      const gone = await audit.act(by, { activity: 'delete', entity: 'app secret', detail: { id, app, secret } }, () =>
        store.discard(id),
      );
      if (!gone) throw new MenshenError('not_found');
      parts.changed();
    },
    waiting: async (app, secret) => (await waitingOf(app, secret))?.id ?? null,
    async isThere({ app, secret, staged }) {
      const found = await store.find(staged);
      return (
        found !== null && found.app === app && found.kind === secret && (found.state === 'staged' || found.state === 'active')
      );
    },
    async words({ app, secret, staged }) {
      const found = await store.find(staged);
      const { zh, en } = secretWords[secret];
      const overlap = {
        zh: '启用后到时限为止，平台若拒绝新密钥则改用旧密钥；此项不拦截请求。',
        en: 'Until its end the old secret is tried where the platform refuses the new one; it stops no request.',
      };
      if (found === null) return [overlap];
      const checked = found.accepted
        ? { zh: `平台已接受 ${app} 新的${zh}。`, en: `The platform took the new ${en} of ${app}.` }
        : {
            zh: `录入时平台不可达，${app} 新的${zh}未经核对。`,
            en: `The platform could not be reached: the new ${en} of ${app} was not checked.`,
          };
      return [checked, overlap];
    },
    async activate({ app, secret, staged }, { measure, by, overlapUntil }) {
      const found = await store.find(staged);
      if (found?.state !== 'staged' || found.value === null || found.app !== app || found.kind !== secret) return 0;
      const { provider, value: old } = configured(app, secret);
      // The configuration may have changed since it was entered: what it says now is what is replaced.
      const replaced = { ...found, configured: live.mark(provider, old) };
      const previous = live.effective(provider, old).current;
      await store.activate(replaced, { previous, since: clock(), by, measure, overlapUntil });
      await announce(staged);
      const config = appOf(app);
      // A token that somebody got by the old secret is worth as much as the secret: the platform is asked for another.
      if (config !== undefined) await parts.tokenBy(config, secret, found.value, true).catch(failed);
      return 1;
    },
    used(replacement, which) {
      metrics.add('menshen_app_secret_overlap_total', `secret="${which}"`);
      const key = `${replacement} ${which}`;
      const now = clock();
      if (now - (noted.get(key) ?? 0) < noteMs) return;
      noted.set(key, now);
      void store.seen(replacement, which === 'current' ? 'taken' : 'fell_back', now).catch(failed);
    },
    async maintain() {
      const now = clock();
      await store.forgetStagedBefore(now - stagedMs);
      const forgotten = await store.forgetPrevious(now);
      const marks = new Set(
        parts
          .apps()
          .flatMap(secretsOf)
          .map(({ provider, value }) => live.mark(provider, value)),
      );
      let settled = 0;
      for (const row of await store.standing()) {
        if (row.state !== 'active' || (row.overlapUntil ?? 0) > now) continue;
        if (!marks.has(row.mark) || marks.has(row.configured)) continue;
        const { id, app, kind: secret } = row;
        await audit.record(
          entityManagementEvent({
            ...{ time: now, activity: 'update', entity: 'app secret', by: 'clock' },
            detail: { id, app, secret, state: 'settled' },
          }),
        );
        await store.settle(id);
        settled += 1;
      }
      if (forgotten + settled > 0) await announce('maintain');
    },
  };
}
