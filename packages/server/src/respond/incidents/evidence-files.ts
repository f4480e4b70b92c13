import { createHash } from 'node:crypto';
import { type IncidentsConfig, MenshenError } from '@menshen/contract';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { createSealedContent } from '../../keys/ring/sealed-content.ts';
import type { KeyRing } from '../../keys/ring/service.ts';
import { evidenceType } from './evidence-kinds.ts';
import type { EvidenceFile, EvidenceStore } from './evidence-store.ts';
import { isEnded } from './model.ts';
import type { IncidentService } from './service.ts';

/** Whose data keys seal evidence: an app's name that rotates on the keys page like any other. */
export const evidenceKeyOwner = 'menshen-incidents';
const place = { owner: evidenceKeyOwner, table: 'incident_evidence', column: 'content' };

export interface EvidenceParts {
  readonly store: EvidenceStore;
  readonly incidents: Pick<IncidentService, 'find' | 'write'>;
  readonly ring: Pick<KeyRing, 'current' | 'find' | 'used'>;
  readonly config: () => IncidentsConfig['evidence'];
  readonly audit: Pick<Audit, 'record'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface EvidenceFiles {
  list(incident: string): Promise<readonly EvidenceFile[]>;
  /** @throws MenshenError `not_found`, `incident_ended`, `evidence_full`, `evidence_type`, `evidence_known`, `audit_unwritable` */
  add(
    incident: string,
    file: { readonly name: string; readonly note: string; readonly content: Buffer },
    by: string,
  ): Promise<EvidenceFile>;
  /** The content, after it was recorded who takes it. @throws MenshenError `not_found`, `evidence_altered`, `audit_unwritable` */
  take(incident: string, id: string, by: string): Promise<{ readonly file: EvidenceFile; readonly content: Uint8Array }>;
}

/** Evidence: hashed as it comes, sealed at rest, and checked against its hash before it is handed out. Who put it in and who took it stands in the timeline. */
export function createEvidenceFiles(parts: EvidenceParts): EvidenceFiles {
  const { store, incidents, ring, audit, clock, random } = parts;

  const contents = createSealedContent(ring, place, random);

  return {
    list: async (incident) => await store.list(incident),
    async add(incident, { name, note, content }, by) {
      const { state, mergedInto } = await incidents.find(incident);
      if (isEnded(state) || mergedInto !== null) throw new MenshenError('incident_ended');
      const { fileBytes, files } = parts.config();
      const standing = await store.list(incident);
      if (content.length === 0 || content.length > fileBytes || standing.length >= files) throw new MenshenError('evidence_full');
      const type = evidenceType(name, content);
      if (type === null) throw new MenshenError('evidence_type');
      const sha256 = createHash('sha256').update(content).digest('hex');
      if (standing.some((one) => one.sha256 === sha256)) throw new MenshenError('evidence_known');
      const file: EvidenceFile = {
        ...{ id: `f_${Buffer.from(random(16)).toString('base64url')}`, incident, name, note, type },
        ...{ bytes: content.length, sha256, by, at: clock() },
      };
      const sealed = await contents.seal(content, file.id);
      const size = `${file.bytes} B, SHA-256 ${sha256}`;
      await incidents.write(
        incident,
        {
          ...{ kind: 'evidence', by, facts: { evidence: file.id, act: 'add', bytes: file.bytes, sha256 } },
          text: {
            zh: `添加证据「${name}」（${size}）${note === '' ? '' : `：${note}`}`,
            en: `Evidence added: ${name} (${size})${note === '' ? '' : `. ${note}`}`,
          },
        },
        () => ({ more: (tx) => store.add(tx, file, sealed) }),
      );
      return file;
    },
    async take(incident, id, by) {
      const file = (await store.list(incident)).find((one) => one.id === id);
      const sealed = file === undefined ? null : await store.content(incident, id);
      if (file === undefined || sealed === null) throw new MenshenError('not_found');
      const content = await contents.open(sealed, id, file.sha256);
      if (content === null) {
        const title = 'evidence of an incident is not what was put in';
        const detail = { incident, evidence: id };
        await audit.record(detectionEvent({ time: clock(), rule: 'evidence_altered', severity: 'critical', title, detail }));
        throw new MenshenError('evidence_altered');
      }
      // Who takes it stands in the log before it leaves.
      await incidents.write(incident, {
        ...{ kind: 'evidence', by, facts: { evidence: id, act: 'read', sha256: file.sha256 } },
        text: { zh: `取出证据「${file.name}」，哈希相符`, en: `Evidence taken out: ${file.name}; its hash is right` },
      });
      return { file, content };
    },
  };
}
