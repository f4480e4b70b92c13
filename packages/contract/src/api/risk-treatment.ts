import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { time } from './common.ts';
import { actsOnRisk, onRisk } from './risk-assessment.ts';
import { riskAcceptance, riskId, riskOwner, riskTreatment, riskTreatmentOption, riskTreatmentState } from './risk-model.ts';

/** Nothing is accepted for longer. */
export const maxRiskAcceptanceDays = 366;

const treatmentFields = {
  option: riskTreatmentOption,
  plan: z.string().trim().min(4).max(1_000),
  owner: riskOwner,
  cost: z.number().min(0).max(1_000_000_000_000).nullable(),
  due: time.nullable(),
  residual: z.number().min(1).max(25).nullable(),
};

export const listTreatments = defineEndpoint({
  ...onRisk,
  id: 'listTreatments',
  method: 'GET',
  path: '/api/v1/risk/treatments',
  summary: { zh: '风险处置计划与接受记录', en: 'Treatment plans and acceptances' },
  response: z.object({
    treatments: z.array(riskTreatment.extend({ score: z.number().nullable() })),
    acceptances: z.array(riskAcceptance.extend({ now: z.number().nullable() })),
  }),
  errors: [],
});

export const addTreatment = defineEndpoint({
  ...actsOnRisk,
  id: 'addTreatment',
  method: 'POST',
  path: '/api/v1/risk/treatments',
  summary: { zh: '制定处置计划', en: 'Plan a treatment' },
  body: z.strictObject({ risk: riskId, ...treatmentFields }),
  status: 201,
  response: riskTreatment,
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});

const treatmentParams = z.object({ id: z.string().regex(/^rt_[A-Za-z0-9_-]{16}$/) });

export const changeTreatment = defineEndpoint({
  ...actsOnRisk,
  id: 'changeTreatment',
  method: 'PUT',
  path: '/api/v1/risk/treatments/{id}',
  summary: { zh: '修改处置计划', en: 'Change a treatment' },
  params: treatmentParams,
  body: z.strictObject({ ...treatmentFields, state: riskTreatmentState }),
  response: riskTreatment,
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});

export const acceptRisk = defineEndpoint({
  ...actsOnRisk,
  id: 'acceptRisk',
  method: 'POST',
  path: '/api/v1/risk/acceptances',
  summary: { zh: '接受风险（双人，有期限）', en: 'Accept a risk: two people, and for a time' },
  /** Nobody takes a risk of the company alone. */
  approval: { approvers: ['security', 'audit', 'system'] },
  body: z.strictObject({
    risk: riskId,
    /** The number that is accepted: the call is refused where the risk is higher now. */
    score: z.number().min(1).max(25),
    reason: z.string().trim().min(4).max(500),
    /** At most 366 days from now. */
    until: time,
  }),
  status: 201,
  response: riskAcceptance,
  errors: ['approval_required', 'approval_invalid', 'validation_failed', 'not_found', 'conflict', 'audit_unwritable'],
});

export const revokeAcceptance = defineEndpoint({
  ...actsOnRisk,
  id: 'revokeAcceptance',
  method: 'POST',
  path: '/api/v1/risk/acceptances/{id}/revoke',
  summary: { zh: '撤销风险接受', en: 'Take back an acceptance' },
  params: z.object({ id: z.string().regex(/^rx_[A-Za-z0-9_-]{16}$/) }),
  body: z.strictObject({ reason: z.string().trim().min(4).max(300) }),
  response: riskAcceptance,
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});

const advisoryKind = z.enum(['epss', 'kev', 'osv']);

export const listAdvisories = defineEndpoint({
  ...onRisk,
  id: 'listAdvisories',
  method: 'GET',
  path: '/api/v1/risk/advisories',
  summary: {
    zh: '已导入的漏洞情报及其新旧',
    en: 'Advisories that were imported, how old they are, and what they say of our components',
  },
  response: z.object({
    imports: z.array(z.object({ kind: advisoryKind, rows: z.number(), at: time, by: z.string(), old: z.boolean() })),
    /** Days after which a file counts as old. */
    oldDays: z.number(),
    /** CVEs of our own components, the most likely exploited first. */
    used: z.array(
      z.object({
        cve: z.string(),
        epss: z.number().nullable(),
        exploited: z.boolean(),
        cvss: z.number().nullable(),
        /** Weaknesses that rest on it. */
        weaknesses: z.number(),
      }),
    ),
    /** CVEs of our own components that no file says anything of. */
    unknown: z.array(z.string()),
  }),
  errors: [],
});

export const importAdvisories = defineEndpoint({
  ...actsOnRisk,
  scopes: ['risk:import'],
  id: 'importAdvisories',
  method: 'POST',
  path: '/api/v1/risk/advisories',
  summary: { zh: '导入漏洞情报文件：EPSS、KEV 或 OSV', en: 'Import a file of advisories: EPSS, KEV or OSV' },
  bodyBytes: 67_108_864,
  body: z.strictObject({
    kind: advisoryKind,
    /** The file's text as it was published: CSV for EPSS, JSON for KEV, JSON or a record a line for OSV. */
    text: z.string().min(1).max(60_000_000),
  }),
  response: z.object({ rows: z.number(), refused: z.number() }),
  errors: ['validation_failed', 'audit_unwritable'],
});

const score = z.number();

export const scoreVulnerability = defineEndpoint({
  ...onRisk,
  id: 'scoreVulnerability',
  method: 'POST',
  path: '/api/v1/risk/score',
  summary: { zh: '评分：CVSS 3.1、CVSS 4.0 或 OWASP', en: 'Score by CVSS 3.1, CVSS 4.0 or OWASP' },
  body: z.union([
    z.strictObject({ vector: z.string().min(10).max(400) }),
    z.strictObject({ owasp: z.record(z.string().max(40), z.number().min(0).max(9)) }),
  ]),
  response: z.union([
    z.object({ version: z.literal('3.1'), base: score, temporal: score, environmental: score, score, severity: z.string() }),
    z.object({ version: z.literal('4.0'), score, severity: z.string(), nomenclature: z.string(), macroVector: z.string() }),
    z.object({
      likelihood: score,
      impact: score,
      likelihoodBand: z.string(),
      impactBand: z.string(),
      severity: z.string(),
      impactOf: z.string(),
    }),
  ]),
  errors: ['validation_failed'],
});
