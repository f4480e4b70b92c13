import { createHmac } from 'node:crypto';
import { MenshenError } from '@menshen/contract';
import { type AlgorithmName, rewrapDataKey, SealError, unwrapDataKey, type WrappedKey, wrapDataKey } from '@menshen/seal';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Keys } from '../master.ts';
import { createKeyCache, type UsableKey } from './key-cache.ts';
import type { KeyRingStore, StoredKey, SubjectKeyCount } from './store.ts';
import { problem, type WrappingKey } from './wrapping-keys.ts';

export interface WrappingKeyView {
  readonly id: number;
  readonly kind: WrappingKey['kind'];
  readonly current: boolean;
  readonly keys: number;
}

export interface KeyRingOverview {
  readonly keys: readonly StoredKey[];
  readonly subjects: readonly SubjectKeyCount[];
  readonly wrapping: readonly WrappingKeyView[];
}

/** Data keys of sealed fields: an app's, or one person's in it. Key material leaves it only as {@link UsableKey}, inside the process. */
export interface KeyRing {
  /** The key that seals for an owner, made when it is the first. Throws `seal_key_unavailable`. */
  current(app: string, person: string | null, algorithm: AlgorithmName): Promise<UsableKey>;
  /** The key of a record, null when there is none of that id for the app or it was destroyed. Throws `seal_key_unavailable`. */
  find(app: string, kid: number): Promise<UsableKey | null>;
  /** Counts uses; they reach the store within a minute. */
  used(kid: number, sealed: number, opened: number): void;
  /** Makes a new key for an app; the one before goes on opening. */
  rotate(app: string, algorithm: AlgorithmName, by: string): Promise<StoredKey>;
  /** Puts all keys under the current wrapping key. May be stopped and started again at any time. Resolves to how many were moved. */
  rewrap(by: string, onProgress?: (moved: number) => void): Promise<number>;
  /** Destroys a retired key: what it sealed can never be opened again. Throws `not_found`, `key_in_use`. */
  destroy(kid: number, by: string): Promise<void>;
  /** Destroys all keys of a person (crypto-shredding, GB/T 35273 8.3; PIPL article 47). Resolves to how many there were. */
  erase(app: string, person: string, by: string): Promise<number>;
  overview(): Promise<KeyRingOverview>;
  /** Forgets a key that another node has changed; null for all. */
  forget(kid: number | null): void;
  flush(): Promise<void>;
}

export interface KeyRingParts {
  readonly store: KeyRingStore;
  readonly keys: Keys;
  readonly wrapping: ReadonlyMap<number, WrappingKey>;
  readonly currentWrapping: number;
  readonly audit: Audit;
  /** Tells other nodes that a key has changed. */
  readonly announce: (kid: number | null) => Promise<unknown>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const pageSize = 200;

/**
 * Opens the ring. A wrapping key that is missing or another than before is an error now: without it every value that its keys have sealed
 * would be lost from sight, and a new key beside it would hide that. Throws ConfigError.
 */
export async function openKeyRing(parts: KeyRingParts): Promise<KeyRing> {
  const { store, keys, wrapping, currentWrapping, audit, announce, clock, random } = parts;
  await checkWrappingKeys(parts);
  const subjectKey = keys.derive('pseudonyms of sealed persons');
  const cache = createKeyCache();
  const uses = new Map<number, { sealed: number; opened: number }>();

  const pseudonym = (app: string, person: string): string =>
    createHmac('sha256', subjectKey).update(`${app.length} ${app}${person}`).digest('base64url');

  const kekOf = (id: number): WrappingKey => {
    const found = wrapping.get(id);
    if (found === undefined) throw new MenshenError('seal_key_unavailable');
    return found;
  };

  const unwrap = async (stored: StoredKey): Promise<UsableKey> => {
    try {
      return await unwrapDataKey(wrappedOf(stored), kekOf(stored.kek).kek);
    } catch (error) {
      if (error instanceof MenshenError) throw error;
      await audit.record(
        detectionEvent({
          time: clock(),
          rule: 'data_key_unreadable',
          severity: 'critical',
          title: 'A data key does not unwrap',
          detail: { kid: stored.kid, wrapping: stored.kek, reason: error instanceof SealError ? error.code : 'command' },
        }),
      );
      throw new MenshenError('seal_key_unavailable');
    }
  };

  const create = async (
    app: string,
    subject: string | null,
    algorithm: AlgorithmName,
    by: string,
    onlyIfNone: boolean,
  ): Promise<StoredKey> => {
    for (let tries = 0; ; tries += 1) {
      const kid = Buffer.from(random(4)).readUInt32BE();
      if (kid === 0 || (await store.find(kid)) !== null) {
        if (tries > 100) throw new MenshenError('seal_key_unavailable');
        continue;
      }
      const key: UsableKey = { kid, algorithm, key: random(32) };
      const wrapped = await wrapDataKey(key, { tenant: app, subject }, kekOf(currentWrapping).kek).catch(() => {
        throw new MenshenError('seal_key_unavailable');
      });
      const activate = (): Promise<StoredKey> => store.activate(wrapped, by, clock(), onlyIfNone);
      // A first key for a person is no act of anybody: the values that it seals are recorded.
      if (subject !== null) return await activate();
      return await audit.act(by, { activity: 'create', entity: 'data_key', detail: { app, kid, algorithm } }, activate);
    }
  };

  return {
    async current(app, person, algorithm) {
      const subject = person === null ? null : pseudonym(app, person);
      return await cache.current(`${app}\n${subject ?? ''}\n${algorithm}`, async () => {
        const found = (await store.active(app, subject, algorithm)) ?? (await create(app, subject, algorithm, 'menshen', true));
        return await unwrap(found);
      });
    },
    async find(app, kid) {
      return await cache.byId(`${app}\n${kid}`, async () => {
        const stored = await store.find(kid);
        // A record of another app is no record here, whoever shows it.
        return stored === null || stored.app !== app || stored.wrapped === null ? null : await unwrap(stored);
      });
    },
    used(kid, sealed, opened) {
      const known = uses.get(kid);
      if (known === undefined) uses.set(kid, { sealed, opened });
      else {
        known.sealed += sealed;
        known.opened += opened;
      }
    },
    async rotate(app, algorithm, by) {
      const made = await create(app, null, algorithm, by, false);
      cache.clear();
      await announce(null);
      return made;
    },
    rewrap(by, onProgress) {
      const target = kekOf(currentWrapping).kek;
      const act = { activity: 'update', entity: 'data_keys', detail: { rewrap: currentWrapping } } as const;
      return audit.act(by, act, async () => {
        let moved = 0;
        for (let after = -1; ; ) {
          const page = await store.wrappedByOthers(currentWrapping, after, pageSize);
          for (const stored of page) {
            const wrapped = await rewrapDataKey(wrappedOf(stored), kekOf(stored.kek).kek, target);
            if (await store.rewrap(stored, wrapped)) moved += 1;
          }
          const last = page.at(-1);
          if (last === undefined) return moved;
          after = last.kid;
          onProgress?.(moved);
        }
      });
    },
    async destroy(kid, by) {
      const stored = await store.find(kid);
      if (stored === null || stored.state === 'destroyed') throw new MenshenError('not_found');
      if (stored.state !== 'retired') throw new MenshenError('key_in_use');
      const act = { activity: 'delete', entity: 'data_key', detail: { app: stored.app, kid } } as const;
      await audit.act(by, act, () => store.destroy([kid], clock()));
      cache.forget(kid);
      await announce(kid);
    },
    async erase(app, person, by) {
      const subject = pseudonym(app, person);
      const found = await store.ofSubject(app, subject);
      const act = { activity: 'delete', entity: 'person_keys', detail: { app, subject, keys: found.length } } as const;
      await audit.act(by, act, () =>
        store.destroy(
          found.map(({ kid }) => kid),
          clock(),
        ),
      );
      cache.clear();
      await announce(null);
      return found.length;
    },
    async overview() {
      const [own, subjects, counts] = [await store.ofApps(), await store.countSubjects(), await store.countWrapped()];
      return {
        keys: own,
        subjects,
        wrapping: [...wrapping].map(([id, { kind }]) => ({
          id,
          kind,
          current: id === currentWrapping,
          keys: counts.get(id) ?? 0,
        })),
      };
    },
    forget(kid) {
      if (kid === null) cache.clear();
      else cache.forget(kid);
    },
    async flush() {
      if (uses.size === 0) return;
      const taken = new Map(uses);
      uses.clear();
      await store.addUses(taken);
    },
  };
}

function wrappedOf({ app, subject, kid, algorithm, kek, wrapped }: StoredKey): WrappedKey {
  if (wrapped === null) throw new SealError('seal_key_unknown');
  return { tenant: app, subject, kid, algorithm, kek, wrapped };
}

async function checkWrappingKeys({ store, wrapping, clock }: KeyRingParts): Promise<void> {
  const known = await store.checkValues();
  for (const [id, { checkValue }] of wrapping) {
    const before = known.get(id);
    if (checkValue === null) continue;
    if (before !== undefined && before !== checkValue)
      throw problem(
        'keys.wrapping',
        `包装密钥 ${id} 不是当初的那一把。请恢复原密钥，或为新密钥另取编号。`,
        `wrapping key ${id} is not the one that had this id: bring the old one back, or give the new one another id`,
      );
    if (before === undefined) await store.noteWrappingKey(id, checkValue, clock());
  }
  for (const [id, held] of await store.countWrapped()) {
    const key = wrapping.get(id);
    if (key === undefined)
      throw problem(
        'keys.wrapping',
        `缺少包装密钥 ${id}，它保护着 ${held} 把数据密钥；没有它，这些密钥加密的字段都读不出来。`,
        `wrapping key ${id} is missing; ${held} data keys are under it, and no field that they sealed can be opened without it`,
      );
    const sample = await store.sampleOf(id);
    if (sample === null) continue;
    await unwrapDataKey(wrappedOf(sample), key.kek).catch(() => {
      throw problem(
        'keys.wrapping',
        `包装密钥 ${id} 打不开它保护的数据密钥。`,
        `wrapping key ${id} does not open the data keys that are under it`,
      );
    });
  }
}
