import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, page, time } from './common.ts';
import { complianceSubject } from './compliance-model.ts';
import {
  riskAcceptance,
  riskAssetId,
  riskAssetKind,
  riskBusinessId,
  riskChange,
  riskComparison,
  riskControlStanding,
  riskControlState,
  riskEvidence,
  riskGrade,
  riskId,
  riskOwner,
  riskRow,
  riskTreatment,
  rolledRisk,
} from './risk-model.ts';

/** Those who decide and those who look at what was decided read risks; the auditor's machines too. */
export const onRisk = { group: 'risk', access: 'admin', powers: ['security', 'audit'], scopes: ['audit:read'] } as const;
export const actsOnRisk = { group: 'risk', access: 'admin', powers: ['security'] } as const;

export const businessFields = z.strictObject({
  name: z.string().trim().min(1).max(60),
  importance: riskGrade,
  owner: z.string().trim().max(60),
  apps: z.array(z.string().max(64)).max(200),
  /** Businesses that it is tightly tied to. */
  tiedTo: z.array(riskBusinessId).max(50),
});
export type BusinessFields = z.output<typeof businessFields>;

const businessView = rolledRisk.extend({
  importance: riskGrade,
  /** After ties to more important businesses. */
  effective: riskGrade,
  owner: z.string(),
  apps: z.array(z.string()),
  tiedTo: z.array(z.string()),
  /** False for an app that no business names yet: it counts as average. */
  told: z.boolean(),
});
export type BusinessView = z.output<typeof businessView>;

const nextStep = z.object({
  changes: z.array(riskChange),
  title: bilingual,
  /** Sum of the scores that it takes off, and how many risks fall. */
  gain: z.number(),
  risks: z.number(),
  most: z.object({ id: riskId, before: z.number(), after: z.number() }),
});

const versionView = z.object({
  id: z.string(),
  number: z.number(),
  at: time,
  reason: z.string(),
  by: z.string(),
  method: z.string(),
  risks: z.number(),
  /** Risks by level 1 to 5. */
  levels: z.array(z.number()).length(5),
  /** Sum of all scores. */
  total: z.number(),
});
export type RiskVersionView = z.output<typeof versionView>;

export const getRiskOverview = defineEndpoint({
  ...onRisk,
  id: 'getRiskOverview',
  method: 'GET',
  path: '/api/v1/risk',
  summary: {
    zh: '风险总览：矩阵、业务、控制措施与下一步',
    en: 'Risks at a glance: matrix, businesses, controls and what helps most',
  },
  query: z.object({ business: z.string().max(64).optional() }),
  response: z.object({
    at: time,
    /** How long it took to compute, ms. */
    millis: z.number(),
    method: z.string(),
    functions: z.record(z.string(), z.string()),
    risks: z.number(),
    assets: z.number(),
    weaknesses: z.number(),
    levels: z.array(z.number()).length(5),
    /** Row 0 is loss 5, column 0 is likelihood 1: as it is drawn. */
    matrix: z.array(z.array(z.number()).length(5)).length(5),
    businesses: z.array(businessView),
    systems: z.array(rolledRisk),
    controls: z.object({ effective: z.number(), stale: z.number(), off: z.number() }),
    steps: z.array(nextStep),
    /** The last stored version, and what has changed since. */
    since: z.object({ version: versionView, comparison: riskComparison.omit({ changed: true }) }).nullable(),
    acceptances: z.object({ valid: z.number(), ending: z.number(), exceeded: z.number(), expired: z.number() }),
    treatments: z.object({ open: z.number(), overdue: z.number() }),
    advisories: z.array(
      z.object({ kind: z.enum(['epss', 'kev', 'osv']), rows: z.number(), at: time, by: z.string(), old: z.boolean() }),
    ),
  }),
  errors: [],
});

export const listRisks = defineEndpoint({
  ...onRisk,
  id: 'listRisks',
  method: 'GET',
  path: '/api/v1/risk/risks',
  summary: { zh: '风险清单，最高的在前', en: 'Risks, the highest first' },
  query: z.object({
    ...page,
    business: z.string().max(64).optional(),
    asset: riskAssetId.optional(),
    threat: z.string().max(60).optional(),
    level: z.coerce.number().int().min(1).max(5).optional(),
    likelihood: z.coerce.number().int().min(1).max(5).optional(),
    loss: z.coerce.number().int().min(1).max(5).optional(),
    /** Part of the name of asset, threat or weakness. */
    q: z.string().max(100).optional(),
  }),
  response: z.object({ risks: z.array(riskRow), next: z.string().nullable(), total: z.number() }),
  errors: ['validation_failed'],
});

const step = z.object({
  name: bilingual,
  value: z.number(),
  /** How it came about, in words. */
  text: bilingual,
  /** Name of the function; null for what is taken as it is. */
  function: z.string().nullable(),
});

const weaknessDetail = z.object({
  id: z.string(),
  kind: z.string(),
  source: z.enum(['scan', 'probe', 'configuration', 'policy', 'advisory', 'operation']),
  title: bilingual,
  fix: bilingual,
  ease: riskGrade,
  impact: riskGrade,
  cve: z.string().nullable(),
  cvss: z.number().nullable(),
  epss: z.number().nullable(),
  exploited: z.boolean(),
  since: time.nullable(),
  evidence: z.array(riskEvidence),
  /** The risk's score if this alone were mended. */
  after: z.number(),
  /** What to mend first: 0 to 100, and the parts that add up to it. */
  priority: z.object({
    points: z.number(),
    parts: z.array(z.object({ part: z.string(), points: z.number(), text: bilingual })),
  }),
  ssvc: z.enum(['defer', 'scheduled', 'out_of_cycle', 'immediate']),
});

export const getRisk = defineEndpoint({
  ...onRisk,
  id: 'getRisk',
  method: 'GET',
  path: '/api/v1/risk/risks/{id}',
  summary: { zh: '一条风险：从数字到原始证据', en: 'One risk, from the number to raw evidence' },
  params: z.object({ id: riskId }),
  response: riskRow.extend({
    at: time,
    text: bilingual,
    assetPath: z.string(),
    steps: z.array(step),
    /** Whether the stored inputs give the same number again. */
    replayed: z.boolean(),
    signs: z.array(riskEvidence),
    weaknesses: z.array(weaknessDetail),
    prevented: z.array(riskControlStanding),
    protected: z.array(riskControlStanding),
    /** Controls that would help and do not work here, with the score if they did. */
    missing: z.array(
      z.object({
        control: z.string(),
        name: bilingual,
        state: riskControlState,
        shownBy: bilingual,
        after: z.number(),
        change: riskChange,
      }),
    ),
    treatments: z.array(riskTreatment),
    acceptances: z.array(riskAcceptance),
    /** Scores of stored versions, the oldest first. */
    history: z.array(z.object({ number: z.number(), at: time, score: z.number() })),
  }),
  errors: ['not_found'],
});

export const listRiskAssets = defineEndpoint({
  ...onRisk,
  id: 'listRiskAssets',
  method: 'GET',
  path: '/api/v1/risk/assets',
  summary: { zh: '资产：自动发现，只需指定负责人', en: 'Assets, found by themselves; only their owners are asked for' },
  response: z.object({
    assets: z.array(
      z.object({
        id: riskAssetId,
        kind: riskAssetKind,
        of: riskAssetId.nullable(),
        app: z.string().nullable(),
        name: bilingual,
        confidentiality: riskGrade,
        integrity: riskGrade,
        availability: riskGrade,
        exposure: z.enum(['open', 'controlled', 'small']),
        tags: z.array(z.string()),
        owner: z.string().nullable(),
        path: z.string(),
        risks: z.number(),
        worst: z.number(),
      }),
    ),
  }),
  errors: [],
});

export const setAssetOwner = defineEndpoint({
  ...actsOnRisk,
  id: 'setAssetOwner',
  method: 'PUT',
  path: '/api/v1/risk/assets/owner',
  summary: { zh: '指定资产负责人', en: 'Say who owns an asset' },
  body: z.strictObject({ asset: riskAssetId, owner: riskOwner.nullable() }),
  response: z.object({ ok: z.literal(true) }),
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});

export const listRiskControls = defineEndpoint({
  ...onRisk,
  id: 'listRiskControls',
  method: 'GET',
  path: '/api/v1/risk/controls',
  summary: { zh: '控制措施：只有新鲜证据的才算有效', en: 'Controls: effective only with fresh evidence' },
  response: z.object({ controls: z.array(riskControlStanding) }),
  errors: [],
});

export const putBusiness = defineEndpoint({
  ...actsOnRisk,
  id: 'putBusiness',
  method: 'PUT',
  path: '/api/v1/risk/businesses/{id}',
  summary: { zh: '登记或修改一项业务及其重要性', en: 'Enter or change a business and its importance' },
  params: z.object({ id: riskBusinessId }),
  body: businessFields,
  response: z.object({ ok: z.literal(true) }),
  errors: ['validation_failed', 'audit_unwritable'],
});

export const removeBusiness = defineEndpoint({
  ...actsOnRisk,
  id: 'removeBusiness',
  method: 'DELETE',
  path: '/api/v1/risk/businesses/{id}',
  summary: { zh: '移除一项业务', en: 'Remove a business' },
  params: z.object({ id: riskBusinessId }),
  response: z.object({ ok: z.literal(true) }),
  errors: ['not_found', 'audit_unwritable'],
});

export const riskWhatIf = defineEndpoint({
  ...onRisk,
  id: 'riskWhatIf',
  method: 'POST',
  path: '/api/v1/risk/what-if',
  summary: {
    zh: '假设分析：改变控制、修复弱点或重要性后的风险',
    en: 'What if: the risks after controls, mended weaknesses or another importance',
  },
  body: z.strictObject({ changes: z.array(riskChange).min(1).max(20) }),
  response: riskComparison,
  errors: ['validation_failed'],
});

export const listRiskVersions = defineEndpoint({
  ...onRisk,
  id: 'listRiskVersions',
  method: 'GET',
  path: '/api/v1/risk/assessments',
  summary: { zh: '已保存的评估版本', en: 'Stored versions of the assessment' },
  query: z.object(page),
  response: z.object({ versions: z.array(versionView), next: z.string().nullable() }),
  errors: ['validation_failed'],
});

export const saveRiskVersion = defineEndpoint({
  ...actsOnRisk,
  id: 'saveRiskVersion',
  method: 'POST',
  path: '/api/v1/risk/assessments',
  summary: { zh: '保存一个评估版本', en: 'Store a version of the assessment' },
  body: z.strictObject({ reason: z.string().trim().min(4).max(300) }),
  status: 201,
  response: versionView,
  errors: ['validation_failed', 'audit_unwritable'],
});

const versionParams = z.object({ id: z.string().regex(/^ra_[A-Za-z0-9_-]{16}$/) });

export const compareRiskVersion = defineEndpoint({
  ...onRisk,
  id: 'compareRiskVersion',
  method: 'GET',
  path: '/api/v1/risk/assessments/{id}/comparison',
  summary: {
    zh: '一个版本与上一版本（或当前）的差异，并重算核对',
    en: 'What a version changed, replayed from its stored inputs',
  },
  params: versionParams,
  query: z.object({ to: z.enum(['before', 'now']).default('before') }),
  response: z.object({
    version: versionView,
    other: versionView.nullable(),
    comparison: riskComparison,
    /** Risks whose stored inputs give the stored number again, of all. */
    replayed: z.object({ same: z.number(), of: z.number() }),
  }),
  errors: ['not_found'],
});

export const getRiskReport = defineEndpoint({
  ...onRisk,
  id: 'getRiskReport',
  method: 'GET',
  path: '/api/v1/risk/report',
  summary: { zh: '风险评估报告（HTML、Word、Excel 或 JSON）', en: 'The report: HTML, Word, Excel or JSON' },
  query: z.object({
    format: z.enum(['html', 'docx', 'xlsx', 'json']).default('html'),
    lang: z.enum(['zh', 'en']).default('zh'),
    subject: complianceSubject.default('all'),
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
