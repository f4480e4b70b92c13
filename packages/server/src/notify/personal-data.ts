import type { HeldRow, Holding } from '../privacy/holding.ts';
import type { Store } from '../store/store.ts';

const page = 1_000;

/** Notices that tell of a person. They have no column for people, so all are read: they are few, and kept for a short time. */
export function createNoticeHolding(store: Store): Holding {
  const { db } = store;
  const about = async (uid: string) => {
    // A uid within a longer word is somebody else's; letters of Chinese stand beside a name without a space.
    const named = new RegExp(
      `(?<![A-Za-z0-9_.@-])${uid.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}(?![A-Za-z0-9_@-]|\\.[A-Za-z0-9])`,
    );
    const found: { readonly id: string; readonly kind: string; readonly created: number }[] = [];
    for (let after = ''; ; ) {
      const rows = await db.selectFrom('notices').selectAll().where('id', '>', after).orderBy('id').limit(page).execute();
      for (const { id, kind, created, matter, texts, path } of rows)
        if ([matter, texts, path ?? ''].some((text) => named.test(text))) found.push({ id, kind, created });
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) return found;
      after = last.id;
    }
  };
  return {
    name: 'notices',
    tables: ['notices', 'notice_deliveries'],
    // Who is in nothing else is in no notice either.
    uids: async () => [],
    count: async (uid, scope) => (scope === 'person' ? (await about(uid)).length : 0),
    read: async (uid, limit) =>
      (await about(uid)).slice(-limit).map(({ kind, created }): HeldRow => ({ kind: `notice: ${kind}`, created })),
    async erase(uid, scope) {
      if (scope !== 'person') return 0;
      const ids = (await about(uid)).map(({ id }) => id);
      if (ids.length === 0) return 0;
      await store.batch(
        ids.flatMap((id) => [
          db.deleteFrom('notice_deliveries').where('notice', '=', id),
          db.deleteFrom('notices').where('id', '=', id),
        ]),
      );
      return ids.length;
    },
  };
}
