import type { HeldRow, Holding } from '../../privacy/holding.ts';
import type { Store } from '../../store/store.ts';
import type { ContainmentTables } from './tables.ts';

const table = 'containment_measures';
/** Kinds whose targets can name people. */
const naming = ['end_sessions', 'force_step_up', 'lock_accounts', 'isolate_backend'] as const;

type Target = { readonly person?: string; readonly persons?: readonly string[] };
type Row = Pick<ContainmentTables['containment_measures'], 'id' | 'kind' | 'target' | 'since' | 'until'>;

/** Measures that name a person. The measures stay: they are what the company can show of an incident, and then name nobody. */
export function createContainmentHolding(store: Store): Holding {
  const { db } = store;
  const rows = (): Promise<Row[]> =>
    db
      .selectFrom(table)
      .select(['id', 'kind', 'target', 'since', 'until'])
      .where('kind', 'in', naming)
      .orderBy('since', 'desc')
      .execute();
  const of = async (uid: string): Promise<Row[]> => (await rows()).filter(({ target }) => personsOf(target).includes(uid));
  return {
    name: 'containment',
    tables: [table],
    uids: async () => [...new Set((await rows()).flatMap(({ target }) => personsOf(target)))],
    count: async (uid, scope) => (scope === 'person' ? (await of(uid)).length : 0),
    read: async (uid, limit) =>
      (await of(uid))
        .slice(0, limit)
        .map(({ kind, since, until }): HeldRow => ({ kind: 'measure', measure: kind, since, until })),
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const found = await of(uid);
      if (found.length === 0) return 0;
      await store.batch(
        found.map(({ id, target }) =>
          db
            .updateTable(table)
            .set({ target: withoutPerson(target, uid, pseudonym) })
            .where('id', '=', id),
        ),
      );
      return found.length;
    },
  };
}

function personsOf(text: string): readonly string[] {
  const { person, persons = [] } = JSON.parse(text) as Target;
  return person === undefined ? persons : [person, ...persons];
}

function withoutPerson(text: string, uid: string, pseudonym: string): string {
  const target = JSON.parse(text) as Target;
  const named = (one: string): string => (one === uid ? pseudonym : one);
  return JSON.stringify({
    ...target,
    ...(target.person === undefined ? {} : { person: named(target.person) }),
    ...(target.persons === undefined ? {} : { persons: target.persons.map(named) }),
  });
}
