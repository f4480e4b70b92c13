import { MenshenError } from '@menshen/contract';
import * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import { isStoreError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import type { RequestChannel, RequestKind, RequestState, Verification } from './model.ts';
import type { RequestRow } from './tables.ts';

const sealedOf = z.strictObject({ uid: z.string(), details: z.string(), contact: z.string(), answer: z.string() });

/** A request of a person, opened. */
export interface SubjectRequest extends z.output<typeof sealedOf> {
  readonly id: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly subject: string;
  readonly app: string | null;
  readonly channel: RequestChannel;
  readonly created: number;
  readonly due: number;
  readonly closed: number | null;
  readonly owner: string | null;
  readonly verified: Verification | null;
  readonly extended: boolean;
  readonly erasure: string | null;
  readonly origin: string | null;
  readonly version: number;
}

/** Something that was done with a request. */
export interface RequestStep {
  readonly at: number;
  readonly by: string;
  readonly step: string;
  readonly note: string;
}

export interface ExportInfo {
  readonly created: number;
  readonly expires: number;
  readonly sha256: string;
  readonly bytes: number;
}

const place = (id: string) => ({ table: 'privacy_requests', column: 'sealed', key: id });
const notePlace = (id: string) => ({ table: 'privacy_steps', column: 'note', key: id });
const filePlace = (request: string) => ({ table: 'privacy_exports', column: 'file', key: request });
const shown = 2_000;

/** The tables of requests; whatever a person wrote, and who they are, is sealed. */
export function createRequestStore(store: Store, keys: Keys, random: (size: number) => Uint8Array) {
  const { db } = store;
  const toRow = ({ uid, details, contact, answer, ...rest }: SubjectRequest): RequestRow => ({
    ...rest,
    extended: Number(rest.extended),
    sealed: keys.sealText(JSON.stringify({ uid, details, contact, answer }), place(rest.id)),
  });
  const toRequest = ({ sealed, extended, kind, state, channel, verified, ...rest }: RequestRow): SubjectRequest => ({
    ...rest,
    ...sealedOf.parse(JSON.parse(keys.openText(sealed, place(rest.id)))),
    kind: kind as RequestKind,
    state: state as RequestState,
    channel: channel as RequestChannel,
    verified: verified as Verification | null,
    extended: extended === 1,
  });
  const stepRow = (request: string, { at, by, step, note }: RequestStep) => {
    const id = Buffer.from(random(12)).toString('base64url');
    return { id, request, at, by, step, note: keys.sealText(note, notePlace(id)) };
  };
  return {
    /** False when a request of the same origin is there already: then nothing is written. */
    async add(request: SubjectRequest, step: RequestStep): Promise<boolean> {
      try {
        await store.batch([
          db.insertInto('privacy_requests').values(toRow(request)),
          db.insertInto('privacy_steps').values(stepRow(request.id, step)),
        ]);
        return true;
      } catch (error) {
        if (request.origin !== null && isStoreError(error, 'store_conflict')) return false;
        throw error;
      }
    },
    /** Throws `conflict` when somebody else has changed it since it was read. */
    async put(next: SubjectRequest, step: RequestStep): Promise<void> {
      const { id, ...row } = toRow({ ...next, version: next.version + 1 });
      const done = await store.transaction(async (tx) => {
        const changed = await tx
          .updateTable('privacy_requests')
          .set(row)
          .where('id', '=', id)
          .where('version', '=', next.version)
          .executeTakeFirst();
        if (Number(changed.numUpdatedRows) === 0) return false;
        await tx.insertInto('privacy_steps').values(stepRow(id, step)).execute();
        return true;
      });
      if (!done) throw new MenshenError('conflict');
    },
    async byOrigin(origin: string): Promise<SubjectRequest | null> {
      const row = await db.selectFrom('privacy_requests').selectAll().where('origin', '=', origin).executeTakeFirst();
      return row === undefined ? null : toRequest(row);
    },
    async find(id: string): Promise<SubjectRequest | null> {
      const row = await db.selectFrom('privacy_requests').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toRequest(row);
    },
    async list(filter: { readonly open?: boolean; readonly subject?: string }): Promise<SubjectRequest[]> {
      let query = db.selectFrom('privacy_requests').selectAll();
      if (filter.open !== undefined) query = query.where('closed', filter.open ? 'is' : 'is not', null);
      if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
      return (await query.orderBy('due').limit(shown).execute()).map(toRequest);
    },
    async steps(request: string): Promise<RequestStep[]> {
      const rows = await db.selectFrom('privacy_steps').selectAll().where('request', '=', request).orderBy('at').execute();
      return rows.map(({ id, at, by, step, note }) => ({ at, by, step, note: keys.openText(note, notePlace(id)) }));
    },
    async putExport(request: string, info: ExportInfo, file: Uint8Array): Promise<void> {
      const values = { ...info, file: keys.sealText(Buffer.from(file).toString('base64'), filePlace(request)) };
      await db
        .insertInto('privacy_exports')
        .values({ request, ...values })
        .onConflict((conflict) => conflict.column('request').doUpdateSet(values))
        .execute();
    },
    async exportInfo(request: string): Promise<ExportInfo | null> {
      const columns = ['created', 'expires', 'sha256', 'bytes'] as const;
      const query = db.selectFrom('privacy_exports').select(columns).where('request', '=', request);
      return (await query.executeTakeFirst()) ?? null;
    },
    /** The file in base64. */
    async exportFile(request: string): Promise<string | null> {
      const row = await db.selectFrom('privacy_exports').select('file').where('request', '=', request).executeTakeFirst();
      return row === undefined ? null : keys.openText(row.file, filePlace(request));
    },
    /** Takes out of a person's requests what could name them; that there was a request, and how it ended, stays. */
    async forget(subject: string): Promise<number> {
      const requests = await this.list({ subject });
      await store.batch(
        requests.flatMap(({ id }) => [
          db.deleteFrom('privacy_exports').where('request', '=', id),
          db
            .updateTable('privacy_requests')
            .set({ sealed: keys.sealText(JSON.stringify({ uid: '', details: '', contact: '', answer: '' }), place(id)) })
            .where('id', '=', id),
        ]),
      );
      for (const { id } of requests) {
        const steps = await db.selectFrom('privacy_steps').select('id').where('request', '=', id).execute();
        await store.batch(
          steps.map((step) =>
            db
              .updateTable('privacy_steps')
              .set({ note: keys.sealText('', notePlace(step.id)) })
              .where('id', '=', step.id),
          ),
        );
      }
      return requests.length;
    },
    async removeClosed(before: number): Promise<number> {
      const old = await db.selectFrom('privacy_requests').select('id').where('closed', '<', before).limit(10_000).execute();
      for (const { id } of old)
        await store.batch([
          db.deleteFrom('privacy_exports').where('request', '=', id),
          db.deleteFrom('privacy_steps').where('request', '=', id),
          db.deleteFrom('privacy_requests').where('id', '=', id),
        ]);
      return old.length;
    },
    async countClosed(before: number): Promise<{ due: number; rows: number }> {
      const count = db.selectFrom('privacy_requests').select(({ fn }) => fn.countAll<number>().as('rows'));
      const [all, due] = [
        await count.executeTakeFirstOrThrow(),
        await count.where('closed', '<', before).executeTakeFirstOrThrow(),
      ];
      return { due: Number(due.rows), rows: Number(all.rows) };
    },
  };
}

export type RequestStore = ReturnType<typeof createRequestStore>;
