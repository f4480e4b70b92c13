import { createHmac } from 'node:crypto';
import type { Keys } from '../../keys/master.ts';
import { LEGAL_DAYS } from '../archive/service.ts';
import type { Audit } from '../service.ts';
import { type AuditPerson, isPseudonym, personOf } from './model.ts';
import { gatewayUid, protectEvent, protectGatewayEvent, revealEvent, uidsOf } from './protect.ts';
import type { AuditPersonStore, StoredPerson } from './store.ts';

/** Who stands behind the pseudonyms of the log. */
export interface AuditPersons {
  /** An event as it goes into the log. At once where its people are known to this process; else once their keys are there. */
  protect(event: string): string | Promise<string>;
  /** What stands in the log for a uid; null when nothing does. */
  pseudonymOf(uid: string): Promise<string | null>;
  /** The same for many at once; who does not stand in the log is left out. */
  pseudonymsOf(uids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Grows whenever this process comes to know somebody of whom the log now tells. */
  met(): number;
  /** The uids of pseudonyms; those whose keys were destroyed are left out. */
  uidsOf(pseudonyms: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** An event of the log as whoever may know its people reads it. */
  reveal(event: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  /**
   * Has a person's key destroyed when the law no longer wants their entries to be theirs: after the log's retention, counted from now, because nothing
   * of them is recorded later. Resolves to when that will be, epoch ms; null when the log does not know them.
   */
  erase(uid: string): Promise<number | null>;
  /** Destroys the keys whose time has come. Resolves to how many. */
  maintain(): Promise<number>;
}

export interface AuditPersonsParts {
  readonly store: AuditPersonStore;
  readonly keys: Pick<Keys, 'derive' | 'sealText' | 'openText'>;
  readonly audit: Pick<Audit, 'act' | 'owner'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** Days for which entries are kept (`retention.audit`). */
  readonly days: () => number;
  /** People to keep at hand; the longest unused are forgotten first. */
  readonly known?: number;
}

const DAY_MS = 86_400_000;
const KNOWN = 200_000;
const DUE_TOGETHER = 500;
const ASKED_TOGETHER = 500;
/** Between forgetting a key and destroying it: in this time every process has forgotten it. */
const FORGET_MS = 90_000;
const KEY_BYTES = 32;

export function createAuditPersons(parts: AuditPersonsParts): AuditPersons {
  const { store, keys, clock, random, known: most = KNOWN } = parts;
  const indexKey = keys.derive('audit persons: blind index');
  const byUid = new Map<string, AuditPerson>();
  const byPseudonym = new Map<string, AuditPerson>();
  const making = new Map<string, Promise<AuditPerson>>();
  let met = 0;

  const digestOf = (uid: string): string => createHmac('sha256', indexKey).update(uid).digest('base64url');
  const place = (digest: string) => ({ table: 'audit_persons', column: 'record', key: digest });
  const remember = (person: AuditPerson): AuditPerson => {
    if (byUid.size >= most) {
      const [oldest] = byUid.values();
      if (oldest !== undefined) forget(oldest);
    }
    if (!byUid.has(person.uid)) met += 1;
    byUid.set(person.uid, person);
    byPseudonym.set(person.pseudonym, person);
    return person;
  };
  const forget = ({ uid, pseudonym }: AuditPerson): void => {
    byUid.delete(uid);
    byPseudonym.delete(pseudonym);
  };
  const opened = ({ digest, record }: StoredPerson): AuditPerson => {
    const { uid, key } = JSON.parse(keys.openText(record, place(digest))) as { uid: string; key: string };
    return remember(personOf(uid, Buffer.from(key, 'base64')));
  };
  const ensure = async (uid: string): Promise<AuditPerson> => {
    const known = byUid.get(uid);
    if (known !== undefined) return known;
    const digest = digestOf(uid);
    const stored = await store.byDigest(digest);
    if (stored !== null) return opened(stored);
    const person = personOf(uid, random(KEY_BYTES));
    const text = JSON.stringify({ uid, key: Buffer.from(person.key).toString('base64') });
    return opened(await store.keep({ digest, pseudonym: person.pseudonym, record: keys.sealText(text, place(digest)) }));
  };
  /** One way to the store for a person, however many of their events come at once. */
  const ensureOnce = (uid: string): Promise<AuditPerson> => {
    const under = making.get(uid) ?? ensure(uid).finally(() => making.delete(uid));
    making.set(uid, under);
    return under;
  };
  const findAll = async (pseudonyms: readonly string[]): Promise<void> => {
    const unknown = [...new Set(pseudonyms)].filter((one) => isPseudonym(one) && !byPseudonym.has(one));
    for (const row of await store.byPseudonyms(unknown)) opened(row);
  };
  const written = (event: string): string => protectEvent(event, (uid) => byUid.get(uid) ?? null, random);

  return {
    protect(event) {
      const gateway = gatewayUid(event);
      if (gateway !== null) {
        const person = byUid.get(gateway.uid);
        if (person !== undefined) return protectGatewayEvent(event, gateway, person.pseudonym);
        return ensureOnce(gateway.uid).then(({ pseudonym }) => protectGatewayEvent(event, gateway, pseudonym));
      }
      const unknown = uidsOf(event).filter((one) => !byUid.has(one));
      if (unknown.length === 0) return written(event);
      return Promise.all(unknown.map(ensureOnce)).then(() => written(event));
    },
    async pseudonymOf(uid) {
      const known = byUid.get(uid);
      if (known !== undefined) return known.pseudonym;
      return (await store.byDigest(digestOf(uid)))?.pseudonym ?? null;
    },
    async pseudonymsOf(uids) {
      const unknown = [...new Set(uids)].filter((uid) => !byUid.has(uid));
      const found = new Map<string, string>();
      for (const uid of uids) {
        const known = byUid.get(uid);
        if (known !== undefined) found.set(uid, known.pseudonym);
      }
      for (let from = 0; from < unknown.length; from += ASKED_TOGETHER) {
        const digests = new Map(unknown.slice(from, from + ASKED_TOGETHER).map((uid) => [digestOf(uid), uid]));
        for (const { digest, pseudonym } of await store.byDigests([...digests.keys()])) {
          const uid = digests.get(digest);
          if (uid !== undefined) found.set(uid, pseudonym);
        }
      }
      return found;
    },
    met: () => met,
    async uidsOf(pseudonyms) {
      await findAll(pseudonyms);
      return new Map(
        pseudonyms.flatMap((one) => (byPseudonym.has(one) ? [[one, byPseudonym.get(one)?.uid ?? one] as const] : [])),
      );
    },
    async reveal(event) {
      const found: string[] = [];
      JSON.stringify(event, (_key, value: unknown) => {
        if (typeof value === 'string' && isPseudonym(value)) found.push(value);
        return value;
      });
      await findAll(found);
      return revealEvent(event, (pseudonym) => byPseudonym.get(pseudonym) ?? null);
    },
    async erase(uid) {
      const after = clock() + Math.max(LEGAL_DAYS, parts.days()) * DAY_MS;
      return (await store.eraseAfter(digestOf(uid), after)) ? after : null;
    },
    async maintain() {
      // Every process forgets what another may have destroyed; what it still needs it reads again.
      const due = await store.due(clock(), DUE_TOGETHER);
      for (const { pseudonym } of due) {
        const person = byPseudonym.get(pseudonym);
        if (person !== undefined) forget(person);
      }
      const ripe = parts.audit.owner() ? await store.due(clock() - FORGET_MS, DUE_TOGETHER) : [];
      if (ripe.length === 0) return 0;
      const act = { activity: 'delete', entity: 'audit person keys', detail: { keys: ripe.length } } as const;
      await parts.audit.act('retention', act, () => store.remove(ripe.map(({ digest }) => digest)));
      return ripe.length;
    },
  };
}
