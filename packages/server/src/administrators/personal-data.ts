import { MenshenError } from '@menshen/contract';
import type { HeldRow, Holding } from '../privacy/holding.ts';
import type { Store } from '../store/store.ts';
import type { ExternalProvider } from './external/provider.ts';

const tables = ['admin_approvals', 'admin_identities', 'approval_cards'] as const;
/** States in which the call may still be made. */
const underWay: readonly string[] = ['pending', 'waiting', 'approved'];
const page = 500;

export interface AdministratorHolding extends Holding {
  /**
   * Throws `person_administers` while an account at work signs in as this person in WeCom: what such an account is for, and who does its work afterwards,
   * is decided before the person is erased.
   */
  demandNoAccount(uid: string): Promise<void>;
}

/**
 * What the administrators' room holds of people: whom an account is in WeCom, and calls that were asked for about somebody. The calls stay, because they
 * are the proof that two had a part in them, and then name nobody; one that nobody has made yet ends.
 */
export function createAdministratorHolding(
  store: Store,
  providers: () => readonly ExternalProvider[],
  /** The uid of who has this userid in WeCom. */
  personOf: (userid: string) => string | undefined,
): AdministratorHolding {
  const { db } = store;
  const isOf = (userid: string, uid: string): boolean => userid === uid.toLowerCase() || personOf(userid) === uid;
  const identities = async (uid: string) => {
    const ids = providers().flatMap(({ id, kind }) => (kind === 'wecom' ? [id] : []));
    if (ids.length === 0) return [];
    const bound = await db
      .selectFrom('admin_identities')
      .select(['provider', 'subject', 'administrator', 'bound_at'])
      .where('provider', 'in', ids)
      .execute();
    return bound.filter(({ subject }) => isOf(subject, uid));
  };
  /** Calls that name the person as a value of their own. They have no column for people, so all are read. */
  const calls = async (uid: string) => {
    const found: { readonly id: string; readonly state: string; readonly endpoint: string; readonly at: number; call: string }[] =
      [];
    for (let after = ''; ; ) {
      const rows = await db
        .selectFrom('admin_approvals')
        .select(['id', 'endpoint', 'call', 'state', 'requested_at'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(page)
        .execute();
      for (const { id, endpoint, call, state, requested_at } of rows)
        if (withoutPerson(call, uid, '') !== null) found.push({ id, state, endpoint, at: requested_at, call });
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) return found;
      after = last.id;
    }
  };
  const cards = async (uid: string) =>
    (await db.selectFrom('approval_cards').select(['task', 'userid']).execute()).filter(({ userid }) =>
      isOf(userid.toLowerCase(), uid),
    );
  return {
    name: 'administrators',
    tables,
    // Whoever is named here alone was known to a directory before.
    uids: async () => [],
    async count(uid, scope) {
      if (scope !== 'person') return 0;
      return (await identities(uid)).length + (await calls(uid)).length + (await cards(uid)).length;
    },
    async read(uid, limit) {
      const rows: HeldRow[] = [
        ...(await identities(uid)).map(({ provider, bound_at }) => ({
          kind: 'account of an administrator',
          provider,
          since: bound_at,
        })),
        ...(await calls(uid)).map(({ endpoint, state, at }) => ({ kind: 'approval', endpoint, state, at })),
      ];
      return rows.slice(0, limit);
    },
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const bound = await identities(uid);
      const asked = await calls(uid);
      const changed = await store.batch([
        ...bound.map(({ provider, subject }) =>
          db.deleteFrom('admin_identities').where('provider', '=', provider).where('subject', '=', subject),
        ),
        ...(await cards(uid)).map(({ task }) => db.deleteFrom('approval_cards').where('task', '=', task)),
        ...asked.map(({ id, call, state }) =>
          db
            .updateTable('admin_approvals')
            .set({
              call: withoutPerson(call, uid, pseudonym) ?? call,
              ...(underWay.includes(state) ? { state: 'cancelled' } : {}),
            })
            .where('id', '=', id),
        ),
      ]);
      return changed.reduce((sum, rows) => sum + rows, 0);
    },
    async demandNoAccount(uid) {
      const bound = (await identities(uid)).map(({ administrator }) => administrator);
      if (bound.length === 0) return;
      const active = await db
        .selectFrom('administrators')
        .select(['id', 'username'])
        .where('id', 'in', bound)
        .where('status', '=', 'active')
        .execute();
      if (active.length > 0) throw new MenshenError('person_administers', { accounts: active.map(({ username }) => username) });
    },
  };
}

/** The call with another value wherever one is the person's, whole; null where none is. */
function withoutPerson(call: string, uid: string, pseudonym: string): string | null {
  let found = false;
  const changed = JSON.stringify(JSON.parse(call), (_key, value: unknown) => {
    if (value !== uid) return value;
    found = true;
    return pseudonym;
  });
  return found ? changed : null;
}
