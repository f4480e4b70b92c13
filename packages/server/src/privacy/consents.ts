import { MenshenError } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import type { ConsentAct, ConsentRecord, ConsentStore, LastConsent } from './consent-store.ts';
import { type ConsentChannel, type ConsentState, newId, type PseudonymOf } from './model.ts';
import { asksFor, type Purpose, type Purposes } from './purposes.ts';

/** Kind of the entries in the feed that say: somebody's consent has changed. */
const consentEntry = 'consent';

export interface ConsentDemand {
  readonly purpose: string;
  /** The version that the person was shown; the one in force when absent. */
  readonly version?: number;
  readonly act: ConsentAct;
  readonly app: string;
  readonly channel: ConsentChannel;
  /** For the record in the log: the person's uid, or who entered it. */
  readonly by: string;
}

export interface Consents {
  purposes(): Purposes;
  /** In memory: what the data plane asks. */
  state(uid: string, purpose: string): { readonly state: ConsentState; readonly at: number | null };
  /** Of these purposes, those that lack a consent to their present text. */
  missing(uid: string, purposes: readonly string[]): readonly Purpose[];
  /** Throws `purpose_unknown`, `purpose_outdated`. */
  record(uid: string, demand: ConsentDemand): Promise<ConsentState>;
  /** Withdraws what was given and `chosen` names. Resolves to the purposes. */
  withdraw(
    uid: string,
    chosen: (purpose: string) => boolean,
    how: Pick<ConsentDemand, 'app' | 'channel' | 'by'>,
  ): Promise<readonly string[]>;
  history(uid: string): Promise<readonly ConsentRecord[]>;
  figures: ConsentStore['figures'];
  /** What the person said last, of all purposes, also of those that are no longer declared. */
  said(uid: string): ReadonlyMap<string, LastConsent>;
}

export interface ConsentParts {
  readonly store: ConsentStore;
  readonly pseudonymOf: PseudonymOf;
  readonly purposes: () => Purposes;
  readonly audit: Audit;
  readonly revocations: RevocationFeed;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly onError: () => void;
}

const nothing: ReadonlyMap<string, LastConsent> = new Map();

/** Who has consented to what: every act is added to the record and never changed; the last word of everybody is held in memory. */
export async function createConsents(parts: ConsentParts): Promise<Consents> {
  const { store, pseudonymOf, purposes, audit, revocations, clock, random } = parts;
  const people = new Map<string, Map<string, LastConsent>>();
  for await (const { subject, purpose, last } of store.states()) {
    const known = people.get(subject);
    if (known === undefined) people.set(subject, new Map([[purpose, last]]));
    else known.set(purpose, last);
  }
  revocations.subscribe((entry, own) => {
    if (entry.kind !== consentEntry || own) return;
    store.statesOf(entry.subject).then((states) => people.set(entry.subject, states), parts.onError);
  });
  const saidBy = (uid: string): ReadonlyMap<string, LastConsent> => people.get(pseudonymOf(uid)) ?? nothing;
  const stateIn = (said: ReadonlyMap<string, LastConsent>, id: string): { state: ConsentState; at: number | null } => {
    const last = said.get(id);
    if (last === undefined) return { state: 'none', at: null };
    if (last.act === 'withdrawn') return { state: 'withdrawn', at: last.at };
    // A consent holds for the text that was read, and for no other.
    return { state: purposes().get(id)?.textHash === last.textHash ? 'given' : 'outdated', at: last.at };
  };

  const write = async (uid: string, told: Purpose | LastConsent, purpose: string, demand: ConsentDemand): Promise<void> => {
    const subject = pseudonymOf(uid);
    const { act, app, channel, by } = demand;
    const record: ConsentRecord = {
      ...{ id: newId('cs', random), subject, purpose, version: told.version, act, textHash: told.textHash, app, channel },
      by: channel === 'mini_program' ? 'person' : by,
      at: clock(),
    };
    const detail = { id: record.id, subject, purpose, version: told.version, act, text: told.textHash, channel };
    await audit.act(by, { activity: act === 'given' ? 'create' : 'delete', entity: 'consent', detail }, () =>
      store.add(record, 'told' in told ? told.told : null, async (tx) => {
        await revocations.append(tx, { kind: consentEntry, subject, detail: null });
      }),
    );
    revocations.announce();
    const known = people.get(subject) ?? new Map<string, LastConsent>();
    known.set(purpose, { act, version: record.version, textHash: record.textHash, at: record.at });
    people.set(subject, known);
  };

  return {
    purposes,
    state: (uid, purpose) => stateIn(saidBy(uid), purpose),
    missing(uid, ids) {
      const said = saidBy(uid);
      return ids.flatMap((id) => {
        const purpose = purposes().get(id);
        return purpose === undefined || stateIn(said, id).state === 'given' ? [] : [purpose];
      });
    },
    async record(uid, demand) {
      const purpose = purposes().get(demand.purpose);
      const last = saidBy(uid).get(demand.purpose);
      if (demand.act === 'withdrawn') {
        // Withdrawing is as easy as giving (PIPL article 15): any version will do, also of a purpose that is gone.
        if (last === undefined && purpose === undefined) throw new MenshenError('purpose_unknown');
        if (last?.act === 'withdrawn') return 'withdrawn';
        await write(uid, last ?? (purpose as Purpose), demand.purpose, demand);
        return 'withdrawn';
      }
      if (purpose === undefined || !(demand.channel === 'back_office' || asksFor(purpose, demand.app)))
        throw new MenshenError('purpose_unknown');
      if (demand.version !== undefined && demand.version !== purpose.version) throw new MenshenError('purpose_outdated');
      if (stateIn(saidBy(uid), demand.purpose).state === 'given') return 'given';
      await write(uid, purpose, demand.purpose, demand);
      return 'given';
    },
    async withdraw(uid, chosen, how) {
      const withdrawn: string[] = [];
      for (const [purpose, last] of [...saidBy(uid)]) {
        if (last.act === 'withdrawn' || !chosen(purpose)) continue;
        await write(uid, last, purpose, { ...how, purpose, act: 'withdrawn' });
        withdrawn.push(purpose);
      }
      return withdrawn;
    },
    history: (uid) => store.history(pseudonymOf(uid)),
    figures: store.figures,
    said: saidBy,
  };
}
