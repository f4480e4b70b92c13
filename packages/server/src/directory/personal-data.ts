import type { HeldRow, Holding } from '../privacy/holding.ts';
import { countPersonRows } from '../store/person-rows.ts';
import type { Store } from '../store/store.ts';
import type { LiveDirectory } from './live.ts';
import { localSource } from './model.ts';
import type { SourceStore } from './source-store.ts';
import type { DirectoryStore } from './store.ts';

const tables = ['people', 'person_roles', 'directory_records', 'role_assignments', 'delegations', 'directory_held'] as const;

export interface DirectoryHolding extends Holding {
  /** Sources other than the hand that still list a person: what is erased would come back with their next run. */
  listedBy(uid: string): Promise<readonly string[]>;
}

/** What the directory knows of a person, and what each source says of them. */
export function createDirectoryHolding(
  store: Store,
  records: DirectoryStore,
  live: LiveDirectory,
  sources: Pick<SourceStore, 'held' | 'heldBy' | 'take'>,
): DirectoryHolding {
  const { db } = store;
  const countOf = async (uid: string): Promise<number> => {
    const rows = await countPersonRows(store, ['people', 'person_roles', 'directory_records', 'role_assignments'], 'uid', uid);
    const delegations = db.selectFrom('delegations').select((value) => value.fn.countAll<number>().as('count'));
    const mine = delegations.where((where) => where.or([where('from_uid', '=', uid), where('to_uid', '=', uid)]));
    return rows + Number((await mine.executeTakeFirstOrThrow()).count);
  };
  /** Changes that wait for somebody and would bring the person back, or show their name until then. */
  const heldOf = async (uid: string): Promise<string[]> => {
    const keys = new Set([uid, ...(await records.records([uid])).map(({ key }) => key)]);
    const found: string[] = [];
    for (const { id } of await sources.held()) {
      const change = await sources.heldBy(id);
      if (change === null) continue;
      const { image, held } = change;
      const shown = JSON.stringify(held.summary);
      if (image.people.some(({ key }) => keys.has(key)) || [...keys].some((key) => shown.includes(JSON.stringify(key))))
        found.push(id);
    }
    return found;
  };
  return {
    name: 'directory',
    tables,
    uids: async () => (await db.selectFrom('people').select('uid').execute()).map(({ uid }) => uid),
    count: async (uid, scope) => (scope === 'person' ? (await countOf(uid)) + (await heldOf(uid)).length : 0),
    async read(uid, limit) {
      await live.fresh();
      const person = live.snapshot().person(uid);
      const rows: HeldRow[] = [];
      if (person !== undefined) {
        const { name, kind, departments, leads, position, phone, email, number, roles, status, source } = person;
        rows.push({ ...{ uid, name, kind, departments, leads, position, phone, email, number, roles, status, source } });
      }
      for (const { source, key, gone, person: said } of await records.records([uid]))
        rows.push({
          ...{ kind: 'record of a source', source, key, gone, name: said.name, phone: said.phone, email: said.email },
          ...{ number: said.number, position: said.position },
        });
      return rows.slice(0, limit);
    },
    async erase(uid, scope) {
      if (scope !== 'person') return 0;
      const rows = await countOf(uid);
      // Thrown away whole: the next run of the source says anew what it says, and a file is read again.
      const held = await heldOf(uid);
      for (const id of held) await sources.take(id);
      if (rows > 0) await live.erase(uid);
      return rows + held.length;
    },
    async listedBy(uid) {
      const known = await records.records([uid]);
      return [...new Set(known.filter(({ gone, source }) => !gone && source !== localSource).map(({ source }) => source))];
    },
  };
}
