import type { Selectable } from 'kysely';
import type { Keys } from '../../keys/master.ts';
import type { Store } from '../../store/store.ts';
import type { CertificateRow } from '../tables.ts';

export interface Certificate {
  readonly id: string;
  readonly uid: string;
  readonly course: string;
  /** Canonical JSON, exactly what was signed. */
  readonly statement: string;
  readonly signature: string;
  readonly issued: number;
  readonly expires: number;
  readonly revoked: number | null;
}

const place = (id: string) => ({ table: 'training_certificates', column: 'statement', key: id });

export type CertificateStore = ReturnType<typeof createCertificateStore>;

/** Certificates; what names the person is sealed. */
export function createCertificateStore({ db }: Store, keys: Pick<Keys, 'sealText' | 'openText'>) {
  const toCertificate = (row: Selectable<CertificateRow>): Certificate => ({
    ...{ id: row.id, uid: row.uid, course: row.course, signature: row.signature },
    statement: keys.openText(row.statement, place(row.id)),
    ...{ issued: row.issued, expires: row.expires, revoked: row.revoked },
  });
  return {
    async add(certificate: Certificate): Promise<void> {
      await db
        .insertInto('training_certificates')
        .values({
          ...certificate,
          statement: keys.sealText(certificate.statement, place(certificate.id)),
          ...{ revoked_by: null, revoked_reason: null },
        })
        .execute();
    },
    async find(id: string): Promise<Certificate | null> {
      const row = await db.selectFrom('training_certificates').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toCertificate(row);
    },
    /** Certificates in force at a time, without what they say; of one person or of everybody. */
    async valid(now: number, uid: string | null): Promise<Pick<Certificate, 'id' | 'uid' | 'course' | 'issued' | 'expires'>[]> {
      let query = db
        .selectFrom('training_certificates')
        .select(['id', 'uid', 'course', 'issued', 'expires'])
        .where('expires', '>', now)
        .where('revoked', 'is', null);
      if (uid !== null) query = query.where('uid', '=', uid);
      return await query.orderBy('issued', 'desc').orderBy('id').execute();
    },
    /** False when it is not there or was revoked before. */
    async revoke(id: string, by: string, reason: string, now: number): Promise<boolean> {
      const done = await db
        .updateTable('training_certificates')
        .set({ revoked: now, revoked_by: by, revoked_reason: reason })
        .where('id', '=', id)
        .where('revoked', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) === 1;
    },
  };
}
