import { type Bilingual, type CertificateStatement, certificateStatement, type LabId, MenshenError } from '@menshen/contract';
import { canonicalJson } from '../../audit/canonical-json.ts';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { LiveSigner } from '../../keys/proofs/live-signer.ts';
import { type Course, titleOf } from '../courses/model.ts';
import type { Certificate, CertificateStore } from './store.ts';

export interface CertificateParts {
  readonly store: CertificateStore;
  readonly signer: LiveSigner;
  readonly issuer: () => Bilingual;
  readonly audit: Pick<Audit, 'act' | 'record'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface VerifiedCertificate {
  readonly state: 'valid' | 'expired' | 'revoked';
  readonly certificate: CertificateStatement;
  readonly file: { readonly statement: string; readonly signature: string };
  readonly publicKey: string;
}

export interface CertificateService {
  /** Issues one for who has passed, with the labs that were done for it; recorded before it exists. */
  issue(
    person: { readonly uid: string; readonly name: string },
    course: Course,
    score: number,
    labs: readonly LabId[],
  ): Promise<Certificate>;
  /** What anybody may know of a certificate whose number they have. Throws `not_found`. */
  verify(id: string): Promise<VerifiedCertificate>;
  /** The newest certificate in force of each course. */
  ofPerson(uid: string): Promise<ReadonlyMap<string, string>>;
  valid(): ReturnType<CertificateStore['valid']>;
  /** Throws `not_found`. */
  revoke(id: string, reason: string, by: string): Promise<void>;
  readonly publicKey: string;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The same day some months later; the last of the month where there is no such day. */
function monthsLater(at: number, months: number): number {
  const date = new Date(at);
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0));
  const last = target.getUTCDate();
  target.setUTCDate(Math.min(date.getUTCDate(), last));
  return target.getTime() + (at % 86_400_000);
}

/** Certificates of courses. */
export function createCertificateService(parts: CertificateParts): CertificateService {
  const { store, signer, audit, clock, random } = parts;
  return {
    get publicKey() {
      return signer.publicKey;
    },
    async issue({ uid, name }, course, score, labs) {
      const now = clock();
      const id = `tc_${Buffer.from(random(16)).toString('base64url')}`;
      const expires = monthsLater(now, course.valid);
      const statement: CertificateStatement = {
        ...{ format: 'menshen training certificate 1', id, holder: name },
        course: { id: course.id, version: course.version, title: titleOf(course) },
        ...(labs.length === 0 ? {} : { labs: [...labs] }),
        ...{ score, issued: day(now), expires: day(expires), issuer: parts.issuer(), key: signer.id },
      };
      const text = canonicalJson(statement);
      const certificate = {
        id,
        uid,
        course: course.id,
        statement: text,
        signature: signer.sign(text).toString('base64url'),
        issued: now,
        expires,
        revoked: null,
      };
      const detail = { certificate: id, course: course.id, version: course.version, uid, score };
      await audit.record(
        entityManagementEvent({ time: now, activity: 'create', entity: 'training certificate', by: uid, detail }),
      );
      await store.add(certificate);
      return certificate;
    },
    async verify(id) {
      const found = await store.find(id);
      if (found === null) throw new MenshenError('not_found');
      const { statement, signature, revoked, expires } = found;
      const certificate = certificateStatement.parse(JSON.parse(statement));
      return {
        state: revoked !== null ? 'revoked' : expires <= clock() ? 'expired' : 'valid',
        certificate,
        file: { statement, signature },
        // The key that signed it, which may have been rotated since.
        publicKey: (await signer.find(certificate.key)) ?? signer.publicKey,
      };
    },
    async ofPerson(uid) {
      const found = new Map<string, string>();
      for (const { id, course } of await store.valid(clock(), uid)) if (!found.has(course)) found.set(course, id);
      return found;
    },
    valid: () => store.valid(clock(), null),
    async revoke(id, reason, by) {
      const act = {
        activity: 'update',
        entity: 'training certificate',
        detail: { certificate: id, revoked: 1, reason },
      } as const;
      if (!(await audit.act(by, act, () => store.revoke(id, by, reason, clock())))) throw new MenshenError('not_found');
    },
  };
}
