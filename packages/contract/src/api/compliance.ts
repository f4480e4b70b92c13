import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, ok, time } from './common.ts';
import {
  complianceAttestation,
  complianceCounts,
  complianceExclusion,
  complianceFramework,
  complianceItemId,
  complianceMapped,
  complianceProof,
  complianceRow,
  complianceSubject,
} from './compliance-model.ts';
import { line, prose } from './incident-words.ts';

/** Those who answer for it and those who look at it; the auditor's machines too. */
export const onCompliance = {
  group: 'compliance',
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
} as const;
export const actsOnCompliance = { group: 'compliance', access: 'admin', powers: ['security'] } as const;

const subjectQuery = { subject: complianceSubject.default('all') };

export const getCompliance = defineEndpoint({
  ...onCompliance,
  id: 'getCompliance',
  method: 'GET',
  path: '/api/v1/compliance',
  summary: {
    zh: '合规：每一项要求的状态与证据时间',
    en: 'Compliance: the state of each requirement and the age of its evidence',
  },
  query: z.object({ framework: complianceFramework.default('mlps'), ...subjectQuery }),
  response: z.object({
    at: time,
    framework: complianceFramework,
    /** Full name of the standard, and what the counts mean: to be shown with them. */
    name: bilingual,
    definition: bilingual,
    /** What a reader must know of how far this goes. */
    caution: bilingual.nullable(),
    subject: complianceSubject,
    subjects: z.array(z.object({ id: complianceSubject, name: bilingual })),
    counts: complianceCounts,
    sections: z.array(z.object({ id: z.string(), name: bilingual })),
    items: z.array(complianceRow),
    frameworks: z.array(z.object({ id: complianceFramework, name: bilingual, counts: complianceCounts })),
  }),
  errors: ['not_found', 'validation_failed'],
});

const itemParams = z.object({ id: complianceItemId });

export const getComplianceItem = defineEndpoint({
  ...onCompliance,
  id: 'getComplianceItem',
  method: 'GET',
  path: '/api/v1/compliance/items/{id}',
  summary: { zh: '一项要求：要求什么、证据与弥补办法', en: 'One requirement: what is asked, its evidence, and what closes it' },
  params: itemParams,
  query: z.object(subjectQuery),
  response: complianceRow.extend({
    framework: complianceFramework,
    name: bilingual,
    sectionName: bilingual,
    note: bilingual.nullable(),
    /** Whether our paraphrase was compared with a published copy. */
    checked: z.boolean(),
    proofs: z.array(complianceProof),
    attestations: z.array(complianceAttestation),
    exclusion: complianceExclusion.nullable(),
    /** Requirements of all frameworks that the same proofs answer. */
    mapped: z.array(complianceMapped),
    fileBytes: z.number(),
    attestationDays: z.number(),
  }),
  errors: ['not_found', 'validation_failed'],
});

export const getComplianceReport = defineEndpoint({
  ...onCompliance,
  id: 'getComplianceReport',
  method: 'GET',
  path: '/api/v1/compliance/report',
  summary: {
    zh: '一个标准的对照报告（不存档、不签名）',
    en: 'The report of one standard as it stands now, neither kept nor signed',
  },
  query: z.object({
    framework: complianceFramework.default('mlps'),
    ...subjectQuery,
    format: z.enum(['html', 'docx', 'xlsx']).default('html'),
    lang: z.enum(['zh', 'en']).default('zh'),
  }),
  response: z.object({
    name: z.string(),
    type: z.string(),
    /** Base64. */
    content: z.string(),
    sha256: z.string(),
  }),
  errors: ['not_found', 'validation_failed'],
});

export const listComplianceMapping = defineEndpoint({
  ...onCompliance,
  id: 'listComplianceMapping',
  method: 'GET',
  path: '/api/v1/compliance/mapping',
  summary: { zh: '对照表：一项措施回答哪些要求', en: 'Mapping: which requirements one measure answers' },
  query: z.object(subjectQuery),
  response: z.object({ proofs: z.array(complianceProof.extend({ items: z.array(complianceMapped) })) }),
  errors: ['validation_failed'],
});

export const addAttestation = defineEndpoint({
  ...actsOnCompliance,
  id: 'addAttestation',
  method: 'POST',
  path: '/api/v1/compliance/items/{id}/attestations',
  summary: { zh: '人工佐证：上传文件并设定有效期', en: 'Attest a requirement by hand, with a file and an end' },
  bodyBytes: 24 * 1_048_576,
  params: itemParams,
  body: z.strictObject({
    /** Without folders; its ending says what it is, and its bytes must agree. */
    name: z.string().regex(/^[^\p{Cc}/\\:*?"<>|\u202a-\u202e\u2066-\u2069]{1,180}$/u),
    /** What the file shows. */
    statement: prose(1_000).pipe(z.string().min(4)),
    until: time,
    content: z.base64().max(23 * 1_048_576),
  }),
  status: 201,
  response: complianceAttestation,
  errors: [
    ...(['not_found', 'attestation_full', 'evidence_type', 'conflict', 'seal_key_unavailable'] as const),
    ...(['validation_failed', 'audit_unwritable'] as const),
  ],
});

const attestationParams = z.object({ id: z.string().regex(/^ca_[A-Za-z0-9_-]{16}$/) });

export const fetchAttestation = defineEndpoint({
  ...onCompliance,
  id: 'fetchAttestation',
  method: 'GET',
  path: '/api/v1/compliance/attestations/{id}',
  summary: {
    zh: '取出佐证文件（核对哈希，留下记录）',
    en: 'Take the file of an attestation out: its hash is checked, and it is recorded who took it',
  },
  params: attestationParams,
  response: z.object({ name: z.string(), type: z.string(), sha256: z.string(), content: z.string() }),
  errors: ['not_found', 'evidence_altered', 'seal_key_unavailable', 'audit_unwritable'],
});

export const withdrawAttestation = defineEndpoint({
  ...actsOnCompliance,
  id: 'withdrawAttestation',
  method: 'POST',
  path: '/api/v1/compliance/attestations/{id}/withdraw',
  summary: { zh: '撤回佐证', en: 'Take an attestation back' },
  params: attestationParams,
  body: z.strictObject({ reason: line(300).pipe(z.string().min(4)) }),
  response: complianceAttestation,
  errors: ['not_found', 'validation_failed', 'audit_unwritable'],
});

export const excludeComplianceItem = defineEndpoint({
  ...actsOnCompliance,
  id: 'excludeComplianceItem',
  method: 'POST',
  path: '/api/v1/compliance/items/{id}/exclusion',
  summary: { zh: '标记为不适用（双人，有期限）', en: 'Say that a requirement does not apply: two people, and for a time' },
  /** Nobody takes a requirement away alone. */
  approval: { approvers: ['security', 'audit', 'system'] },
  params: itemParams,
  body: z.strictObject({
    reason: line(500).pipe(z.string().min(8)),
    /** At most as far off as an attestation may end. */
    until: time,
  }),
  status: 201,
  response: complianceExclusion,
  errors: ['approval_required', 'approval_invalid', 'not_found', 'validation_failed', 'audit_unwritable'],
});

export const includeComplianceItem = defineEndpoint({
  ...actsOnCompliance,
  id: 'includeComplianceItem',
  method: 'POST',
  path: '/api/v1/compliance/items/{id}/exclusion/revoke',
  summary: { zh: '恢复为适用', en: 'Say that a requirement applies again' },
  params: itemParams,
  body: z.strictObject({ reason: line(300).pipe(z.string().min(4)) }),
  response: ok,
  errors: ['not_found', 'validation_failed', 'audit_unwritable'],
});
