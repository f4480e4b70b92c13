import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { time } from './common.ts';
import { actsOnIncidents, incidentParams, line, onIncidents } from './incident-words.ts';

const fileId = z.string().regex(/^f_[A-Za-z0-9_-]{22}$/);

export const evidenceView = z.object({
  id: fileId,
  name: z.string(),
  note: z.string(),
  type: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  by: z.string(),
  at: time,
});
export type EvidenceView = z.output<typeof evidenceView>;

export const addEvidence = defineEndpoint({
  ...actsOnIncidents,
  id: 'addEvidence',
  method: 'POST',
  path: '/api/v1/incidents/{id}/evidence',
  summary: { zh: '添加证据文件（哈希登记，加密保存）', en: 'Add a file of evidence: hashed, and sealed at rest' },
  bodyBytes: 24 * 1_048_576,
  params: incidentParams,
  body: z.strictObject({
    /** Without folders; its ending says what it is, and its bytes must agree. */
    name: z.string().regex(/^[^\p{Cc}/\\:*?"<>|\u202a-\u202e\u2066-\u2069]{1,180}$/u),
    note: line(500).default(''),
    content: z.base64().max(23 * 1_048_576),
  }),
  status: 201,
  response: evidenceView,
  errors: [
    ...(['not_found', 'incident_ended', 'evidence_full', 'evidence_type', 'evidence_known'] as const),
    ...(['seal_key_unavailable', 'validation_failed', 'audit_unwritable'] as const),
  ],
});

export const fetchEvidence = defineEndpoint({
  ...onIncidents,
  id: 'fetchEvidence',
  method: 'GET',
  path: '/api/v1/incidents/{id}/evidence/{file}',
  summary: {
    zh: '取出证据文件（核对哈希，留下记录）',
    en: 'Take a file of evidence out: its hash is checked, and it is recorded who took it',
  },
  params: incidentParams.extend({ file: fileId }),
  response: z.object({ name: z.string(), type: z.string(), sha256: z.string(), content: z.string() }),
  errors: ['not_found', 'evidence_altered', 'seal_key_unavailable', 'audit_unwritable'],
});
