import { createHash } from 'node:crypto';
import { type ComplianceConfig, MenshenError } from '@menshen/contract';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { createSealedContent } from '../../keys/ring/sealed-content.ts';
import type { KeyRing } from '../../keys/ring/service.ts';
import { evidenceType } from '../../respond/incidents/evidence-kinds.ts';
import { requirementOf } from '../frameworks/index.ts';
import type { Attestation, ComplianceStore, Exclusion } from '../store.ts';

const dayMs = 86_400_000;
/** Whose data keys seal files of attestations. */
export const attestationKeyOwner = 'menshen-compliance';
const place = { owner: attestationKeyOwner, table: 'compliance_attestations', column: 'content' };

export interface AttestationParts {
  readonly store: ComplianceStore;
  readonly ring: Pick<KeyRing, 'current' | 'find' | 'used'>;
  readonly audit: Pick<Audit, 'act' | 'record'>;
  readonly config: () => ComplianceConfig['attestations'];
  readonly changed: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface Attestations {
  list(item?: string): Promise<readonly Attestation[]>;
  exclusions(item?: string): Promise<readonly Exclusion[]>;
  /** @throws MenshenError `not_found`, `attestation_full`, `evidence_type`, `conflict`, `validation_failed` for an end that is past or too far away */
  attest(
    item: string,
    given: { readonly name: string; readonly statement: string; readonly until: number; readonly content: Buffer },
    by: string,
  ): Promise<Attestation>;
  withdraw(id: string, reason: string, by: string): Promise<Attestation>;
  /** The file, after it was recorded who takes it. @throws MenshenError `not_found`, `evidence_altered` */
  take(id: string, by: string): Promise<{ readonly attestation: Attestation; readonly content: Uint8Array }>;
  exclude(
    item: string,
    given: { readonly reason: string; readonly until: number },
    by: string,
    approver: string | null,
  ): Promise<Exclusion>;
  include(item: string, reason: string, by: string): Promise<void>;
}

/** What people say of requirements: with a file, for a time, and on the record. */
export function createAttestations(parts: AttestationParts): Attestations {
  const { store, audit, clock, random, changed } = parts;
  const contents = createSealedContent(parts.ring, place, random);
  const idOf = (prefix: string): string => `${prefix}_${Buffer.from(random(12)).toString('base64url')}`;
  const known = (item: string): void => {
    if (requirementOf(item) === null) throw new MenshenError('not_found');
  };
  const endOf = (until: number): void => {
    const now = clock();
    if (until <= now || until > now + parts.config().days * dayMs)
      throw new MenshenError('validation_failed', { fields: ['until'] });
  };
  const standing = async (id: string): Promise<Attestation> => {
    const found = await store.attestation(id);
    if (found === null) throw new MenshenError('not_found');
    return found;
  };
  return {
    list: store.attestations,
    exclusions: store.exclusions,
    async attest(item, { name, statement, until, content }, by) {
      known(item);
      endOf(until);
      const { fileBytes, files } = parts.config();
      const before = await store.attestations(item);
      if (content.length === 0 || content.length > fileBytes || before.length >= files)
        throw new MenshenError('attestation_full');
      const type = evidenceType(name, content);
      if (type === null) throw new MenshenError('evidence_type');
      const sha256 = createHash('sha256').update(content).digest('hex');
      const now = clock();
      if (before.some((one) => one.sha256 === sha256 && one.withdrawn === null && one.until > now))
        throw new MenshenError('conflict');
      const attestation: Attestation = {
        ...{ id: idOf('ca'), item, name, statement, type, bytes: content.length, sha256 },
        ...{ by, at: now, until, withdrawn: null },
      };
      const sealed = await contents.seal(content, attestation.id);
      const detail = { item, attestation: attestation.id, bytes: content.length, sha256, until };
      await audit.act(by, { activity: 'create', entity: 'compliance attestation', detail }, () =>
        store.attest(attestation, sealed),
      );
      changed();
      return attestation;
    },
    async withdraw(id, reason, by) {
      const { item } = await standing(id);
      const detail = { item, attestation: id, reason };
      await audit.act(by, { activity: 'delete', entity: 'compliance attestation', detail }, async () => {
        if (!(await store.withdraw(id, clock()))) throw new MenshenError('not_found');
      });
      changed();
      return await standing(id);
    },
    async take(id, by) {
      const attestation = await standing(id);
      const sealed = await store.content(id);
      const content = sealed === null ? null : await contents.open(sealed, id, attestation.sha256);
      if (content === null) {
        const title = 'a file of an attestation is not what was put in';
        const detail = { item: attestation.item, attestation: id };
        await audit.record(detectionEvent({ time: clock(), rule: 'evidence_altered', severity: 'critical', title, detail }));
        throw new MenshenError('evidence_altered');
      }
      // Who takes it stands in the log before it leaves.
      const detail = { item: attestation.item, attestation: id, sha256: attestation.sha256 };
      await audit.act(by, { activity: 'read', entity: 'compliance attestation', detail }, async () => undefined);
      return { attestation, content };
    },
    async exclude(item, { reason, until }, by, approver) {
      known(item);
      endOf(until);
      const exclusion: Exclusion = { id: idOf('cx'), item, reason, by, approver, at: clock(), until, revoked: null };
      const detail = { item, until, approver: approver ?? '' };
      await audit.act(by, { activity: 'create', entity: 'compliance exclusion', detail }, () => store.exclude(exclusion));
      changed();
      return exclusion;
    },
    async include(item, reason, by) {
      known(item);
      await audit.act(by, { activity: 'delete', entity: 'compliance exclusion', detail: { item, reason } }, async () => {
        if ((await store.include(item, clock())) === 0) throw new MenshenError('not_found');
      });
      changed();
    },
  };
}
