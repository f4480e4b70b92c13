import type { Store } from '../store/store.ts';
import type { ErasureEntry } from './erasure-log.ts';
import type { ErasureCause, ErasureScope } from './model.ts';

/** An erasure as the register keeps it. */
export interface Erasure {
  readonly id: string;
  readonly subject: string;
  readonly scope: ErasureScope;
  readonly cause: ErasureCause;
  readonly at: number;
  readonly rows: number;
  readonly keys: number;
  readonly remaining: number;
  readonly replayed: boolean;
  /** Canonical JSON, and the Ed25519 signature over it in base64. */
  readonly statement: string;
  readonly signature: string;
}

/** The register of erasures. */
export function createErasureStore(store: Store) {
  const { db } = store;
  return {
    async add({ replayed, ...row }: Erasure): Promise<void> {
      await db
        .insertInto('privacy_erasures')
        .values({ ...row, replayed: Number(replayed) })
        // Another node that started with this one may have replayed it too.
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    async has(id: string): Promise<boolean> {
      return (await db.selectFrom('privacy_erasures').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
    },
    async list(limit: number): Promise<Erasure[]> {
      const rows = await db.selectFrom('privacy_erasures').selectAll().orderBy('at', 'desc').limit(limit).execute();
      return rows.map(({ replayed, scope, cause, ...rest }) => ({
        ...rest,
        scope: scope as ErasureScope,
        cause: cause as ErasureCause,
        replayed: replayed === 1,
      }));
    },
    /** What a replay needs of every erasure, the oldest first. */
    async entries(): Promise<ErasureEntry[]> {
      const columns = ['id', 'subject', 'scope', 'cause', 'at'] as const;
      const rows = await db.selectFrom('privacy_erasures').select(columns).orderBy('at').orderBy('id').execute();
      return rows.map(({ scope, cause, ...rest }) => ({ ...rest, scope: scope as ErasureScope, cause: cause as ErasureCause }));
    },
    async count(): Promise<number> {
      const query = db.selectFrom('privacy_erasures').select(({ fn }) => fn.countAll<number>().as('count'));
      return Number((await query.executeTakeFirstOrThrow()).count);
    },
    async find(id: string): Promise<Pick<Erasure, 'statement' | 'signature'> | null> {
      const query = db.selectFrom('privacy_erasures').select(['statement', 'signature']).where('id', '=', id);
      return (await query.executeTakeFirst()) ?? null;
    },
  };
}

export type ErasureStore = ReturnType<typeof createErasureStore>;
