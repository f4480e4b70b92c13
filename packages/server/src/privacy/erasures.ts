import { createHash } from 'node:crypto';
import { MenshenError } from '@menshen/contract';
import { canonicalJson } from '../audit/canonical-json.ts';
import { detectionEvent, entityManagementEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import { customerForm } from '../directory/model.ts';
import type { ProofSigner } from '../keys/proof-signer.ts';
import type { Store } from '../store/store.ts';
import type { ErasureEntry, ErasureLog } from './erasure-log.ts';
import type { Erasure, ErasureStore } from './erasure-store.ts';
import type { Holding } from './holding.ts';
import type { Mentions, Named } from './mentions.ts';
import { type ErasureCause, type ErasureScope, newId, type PseudonymOf } from './model.ts';

export interface ErasureDemand {
  readonly uid: string;
  readonly scope: ErasureScope;
  readonly cause: ErasureCause;
  readonly by: string;
}

export interface Erasures {
  /** Erases, looks again, and certifies. Throws `not_found`, `person_still_listed`, `person_administers`. */
  erase(demand: ErasureDemand): Promise<Erasure & { readonly mentions: Mentions | null }>;
  /** Where words of others name a person. */
  mentions(uid: string): Promise<Mentions>;
  /** What every part of the platform holds of a person. */
  holdings(uid: string): Promise<readonly { readonly name: string; readonly rows: number }[]>;
  /** Throws `not_found`, `person_still_listed`, `person_administers` where {@link Erasures.erase} would. */
  demandErasable(uid: string, scope: ErasureScope): Promise<void>;
  /**
   * Does again what was erased since this copy of the store was made: to be called before a restored store serves. Costs one look-up where there is
   * nothing to do. Resolves to how many erasures were replayed.
   */
  replay(): Promise<number>;
  /** Takes note of what other nodes have erased, so that this node's file is whole too. */
  maintain(): Promise<void>;
  list: ErasureStore['list'];
  count: ErasureStore['count'];
  find: ErasureStore['find'];
}

export interface ErasureParts {
  readonly store: Store;
  readonly register: ErasureStore;
  readonly log: ErasureLog;
  readonly holdings: readonly Holding[];
  readonly pseudonymOf: PseudonymOf;
  /** Sources of the directory that still list a person. */
  readonly listedBy: (uid: string) => Promise<readonly string[]>;
  /** Throws where something else is to be decided before a person is erased. */
  readonly demandFree: (uid: string) => Promise<void>;
  /** Ends what is open of a person on every node. */
  readonly endSessions: (uid: string, by: string) => Promise<unknown>;
  /** Destroys the keys under which backends seal the person's fields. Resolves to how many there were. */
  readonly shred: (uid: string, by: string) => Promise<number>;
  /** What the privacy room itself does for a person who is gone: withdraws consents, empties requests. */
  readonly forget: (uid: string, subject: string, by: string) => Promise<number>;
  /** What a person is called, as far as it is known. */
  readonly named: (uid: string) => Named;
  readonly findMentions: (named: Named) => Promise<Mentions>;
  readonly signer: ProofSigner;
  readonly audit: Audit;
  readonly origin: string;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Deletion of people that proves itself (PIPL article 47). */
export function createErasures(parts: ErasureParts): Erasures {
  const { store, register, log, holdings, pseudonymOf, signer, audit, clock, random } = parts;

  /** Rows of the register that this node's file is known to hold. */
  let noted = -1;
  const countAll = async (uid: string, scope: ErasureScope): Promise<number> => {
    let rows = 0;
    for (const holding of holdings) rows += await holding.count(uid, scope);
    return rows;
  };
  /** A customer is known through WeChat alone. */
  const scopeOf = (uid: string, scope: ErasureScope): ErasureScope => (customerForm.test(uid) ? 'person' : scope);

  const demandErasable = async (uid: string, scope: ErasureScope): Promise<void> => {
    if ((await countAll(uid, scope)) === 0) throw new MenshenError('not_found');
    if (scope === 'wechat') return;
    const sources = await parts.listedBy(uid);
    if (sources.length > 0) throw new MenshenError('person_still_listed', { sources });
    await parts.demandFree(uid);
  };

  const carryOut = async (uid: string, entry: ErasureEntry, by: string, replayed: boolean) => {
    const { id, subject, scope, cause, at } = entry;
    const named = parts.named(uid);
    await parts.endSessions(uid, by);
    const removed: { name: string; rows: number }[] = [];
    for (const holding of holdings) removed.push({ name: holding.name, rows: await holding.erase(uid, scope, subject) });
    const keys = scope === 'person' ? await parts.shred(uid, by) : 0;
    if (scope === 'person') removed.push({ name: 'privacy', rows: await parts.forget(uid, subject, by) });
    const storage = await store.scrub([...new Set(holdings.flatMap(({ tables }) => tables))], false);
    const remaining = await countAll(uid, scope);
    // An erasure that is done is certified, whether words can be looked through or not.
    const mentions = scope === 'person' && uid !== '' ? await parts.findMentions(named).catch(() => null) : null;
    const statement = canonicalJson({
      type: 'menshen certificate of erasure 1',
      ...{ platform: parts.origin, id, subject, scope, cause, at, replayed },
      finished: clock(),
      parts: removed,
      keysDestroyed: keys,
      remaining,
      mentions:
        mentions === null
          ? null
          : { total: mentions.total, places: mentions.found.map(({ to, by: terms }) => ({ to, by: terms })) },
      storage: { engine: store.kind, ...storage },
    });
    const erasure: Erasure = {
      ...{ id, subject, scope, cause, at, keys, remaining, replayed, statement },
      rows: removed.reduce((sum, { rows }) => sum + rows, 0),
      signature: signer.sign(statement).toString('base64'),
    };
    await register.add(erasure);
    const digest = createHash('sha256').update(statement).digest('hex');
    const detail = { id, subject, rows: erasure.rows, keys, remaining, certificate: digest };
    await audit.record(entityManagementEvent({ time: clock(), activity: 'create', entity: 'erasure certificate', by, detail }));
    return { ...erasure, mentions };
  };

  /** Everybody known here whose pseudonym is asked for. */
  const peopleBehind = async (subjects: ReadonlySet<string>): Promise<Map<string, string>> => {
    const found = new Map<string, string>();
    for (const holding of holdings)
      for (const uid of await holding.uids()) {
        const subject = pseudonymOf(uid);
        if (subjects.has(subject)) found.set(subject, uid);
      }
    return found;
  };

  return {
    demandErasable: (uid, scope) => demandErasable(uid, scopeOf(uid, scope)),
    async holdings(uid) {
      const counts: { name: string; rows: number }[] = [];
      for (const { name, count } of holdings) counts.push({ name, rows: await count(uid, 'person') });
      return counts;
    },
    mentions: (uid) => parts.findMentions(parts.named(uid)),
    async erase({ uid, cause, by, scope: asked }) {
      const scope = scopeOf(uid, asked);
      await demandErasable(uid, scope);
      const entry: ErasureEntry = { id: newId('er', random), subject: pseudonymOf(uid), scope, cause, at: clock() };
      const detail = { id: entry.id, subject: entry.subject, scope, cause };
      return await audit.act(by, { activity: 'delete', entity: 'personal data', detail }, async () => {
        // Written first: what a crash leaves half done is finished by the next start.
        log.append(entry);
        return await carryOut(uid, entry, by, false);
      });
    },
    async replay() {
      if (log.foreign > 0) {
        const title = 'the file of erasures holds lines that this installation has not written';
        const detail = { lines: log.foreign };
        await audit.record(detectionEvent({ time: clock(), rule: 'erasure_log_foreign', severity: 'high', title, detail }));
      }
      const entries = log.entries();
      const last = entries.at(-1);
      // Erasures are written in order: a store that knows the last one was saved after all of them.
      if (last === undefined || (await register.has(last.id))) return 0;
      const missing: ErasureEntry[] = [];
      for (const entry of entries) if (!(await register.has(entry.id))) missing.push(entry);
      const people = await peopleBehind(new Set(missing.map(({ subject }) => subject)));
      for (const entry of missing) {
        const detail = { id: entry.id, subject: entry.subject, scope: entry.scope, cause: 'replay' };
        const uid = people.get(entry.subject);
        await audit.act('menshen', { activity: 'delete', entity: 'personal data', detail }, () =>
          carryOut(uid ?? '', entry, 'menshen', true),
        );
      }
      return missing.length;
    },
    async maintain() {
      const count = await register.count();
      if (count === noted) return;
      for (const entry of await register.entries()) if (!log.has(entry.id)) log.append(entry);
      noted = count;
    },
    list: register.list,
    count: register.count,
    find: register.find,
  };
}
