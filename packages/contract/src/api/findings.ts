import * as z from 'zod';
import { findingSeverity } from '../config/scans.ts';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, page, time } from './common.ts';

/** `reopened`: it was fixed, or its acceptance ended, and it is there again. */
export const findingStates = ['open', 'confirmed', 'reopened', 'false_positive', 'accepted', 'fixed'] as const;
export const findingState = z.enum(findingStates);
export type FindingState = z.output<typeof findingState>;
/** States in which somebody must still do something. */
export const activeStates: readonly FindingState[] = ['open', 'confirmed', 'reopened'];

export const scanApp = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
export const scanProject = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const rule = z.string().regex(/^[A-Za-z0-9@][A-Za-z0-9_./:@-]{0,119}$/);
const owner = z.string().trim().min(1).max(60);
export const findingId = z.string().regex(/^f_[A-Za-z0-9_-]{22}$/);
const reason = z.string().trim().min(4).max(500);
/** An acceptance ends after a year at the latest. */
export const maxAcceptanceDays = 365;

export const excerptLine = z.object({ number: z.number(), text: z.string(), marked: z.boolean() });
export const findingPlace = z.object({ file: z.string(), line: z.number(), excerpt: z.array(excerptLine) });
export const findingStep = z.object({ ...findingPlace.shape, label: bilingual });
export type FindingStep = z.output<typeof findingStep>;

export const findingView = z.object({
  id: z.string(),
  app: z.string(),
  project: z.string(),
  /** What found it: `menshen`, `menshen-probe`, or another tool whose SARIF was taken. */
  tool: z.string(),
  rule: z.string(),
  title: bilingual,
  message: bilingual,
  severity: findingSeverity,
  confidence: z.enum(['high', 'medium', 'low']),
  cwe: z.array(z.number()),
  /** Path in the source, and the line; null for what was found at an interface. */
  file: z.string().nullable(),
  line: z.number().nullable(),
  /** Method and path of the interface, for what the probe found. */
  route: z.string().nullable(),
  state: findingState,
  owner: z.string().nullable(),
  due: time.nullable(),
  overdue: z.boolean(),
  /** Why it is a false positive or accepted. */
  reason: z.string().nullable(),
  acceptedUntil: time.nullable(),
  /** Who agreed to the acceptance; null where one operator does everything. */
  approver: z.string().nullable(),
  /** Reason of a comment in the source that suppresses it; null where there is none. */
  suppression: z.string().nullable(),
  firstSeen: time,
  firstVersion: z.string().nullable(),
  lastSeen: time,
  lastVersion: z.string().nullable(),
  fixedAt: time.nullable(),
  steps: z.array(findingStep),
});
export type FindingView = z.output<typeof findingView>;

export const findingEvent = z.object({
  at: time,
  by: z.string(),
  kind: z.enum(['found', 'fixed', 'reopened', 'state', 'owner', 'due', 'comment', 'expired']),
  /** Where it matters: the state, owner or date that it has from then on. */
  value: z.string().nullable(),
  version: z.string().nullable(),
  text: z.string(),
});
export type FindingEventView = z.output<typeof findingEvent>;

export const findingDetail = z.object({
  ...findingView.shape,
  excerpt: z.array(excerptLine),
  evidence: z.object({ text: bilingual, places: z.array(findingPlace) }).nullable(),
  /** What the probe sent and got, a line each. */
  exchange: z.array(z.string()),
  explanation: z.object({
    description: bilingual,
    fix: bilingual,
    examples: z.array(z.object({ framework: z.string(), bad: z.string(), good: z.string() })),
    /** Clauses: of the WeChat guide, OWASP and GB/T 22239. */
    clauses: z.array(bilingual),
  }),
  history: z.array(findingEvent),
});
export type FindingDetail = z.output<typeof findingDetail>;

const filter = {
  /** `active`: somebody must still do something. `suppressed`: by a comment in the source. */
  show: z.enum(['active', 'overdue', 'suppressed', 'all', ...findingStates]).default('active'),
  /** This one and those above. */
  severity: findingSeverity.optional(),
  app: scanApp.optional(),
  project: scanProject.optional(),
  rule: rule.optional(),
  /** `-` for those without. */
  owner: z.union([z.literal('-'), owner]).optional(),
  cwe: z.coerce.number().int().min(1).max(99_999).optional(),
  q: z.string().trim().max(100).optional(),
};
export type FindingFilter = z.output<z.ZodObject<typeof filter>>;

export const listFindings = defineEndpoint({
  id: 'listFindings',
  method: 'GET',
  path: '/api/v1/findings',
  group: 'findings',
  summary: { zh: '扫描发现：先列最该处理的', en: 'Findings of scans: those that matter first' },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
  query: z.object({ ...page, ...filter }),
  response: z.object({
    findings: z.array(findingView),
    next: z.string().nullable(),
    total: z.number(),
    /** At most five, each another thing to do, whatever the filter says but app and project. */
    first: z.array(findingView),
    /** Over the same app and project. */
    counts: z.object({
      bySeverity: z.record(findingSeverity, z.number()),
      overdue: z.number(),
      unowned: z.number(),
      suppressed: z.number(),
      accepted: z.number(),
      fixedLastMonth: z.number(),
    }),
    owners: z.array(z.string()),
    projects: z.array(z.object({ app: z.string(), project: z.string(), active: z.number() })),
  }),
  errors: ['validation_failed'],
});

export const getFinding = defineEndpoint({
  id: 'getFinding',
  method: 'GET',
  path: '/api/v1/findings/{id}',
  group: 'findings',
  summary: { zh: '一个扫描发现', en: 'One finding' },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
  params: z.object({ id: findingId }),
  response: findingDetail,
  errors: ['not_found'],
});

export const changeFindings = defineEndpoint({
  id: 'changeFindings',
  method: 'POST',
  path: '/api/v1/findings/changes',
  group: 'findings',
  summary: {
    zh: '更改发现的状态、负责人或期限；接受风险须他人批准',
    en: 'Change state, owner or due date of findings; accepting a risk needs approval',
  },
  access: 'admin',
  powers: ['security'],
  approval: { approvers: ['security', 'audit', 'system'], when: ({ body }) => body.change.state === 'accepted' },
  body: z.strictObject({
    ids: z.array(findingId).min(1).max(200),
    change: z
      .strictObject({
        /** What a scan decides (`fixed`, `reopened`) no person sets. */
        state: z.enum(['open', 'confirmed', 'false_positive', 'accepted']).optional(),
        /** Needed for `false_positive` and `accepted`. */
        reason: reason.optional(),
        /** Needed for `accepted`; at most 365 days from now. */
        acceptedUntil: time.optional(),
        owner: owner.nullable().optional(),
        due: time.nullable().optional(),
      })
      .refine(({ state, reason: why }) => (state !== 'false_positive' && state !== 'accepted') || why !== undefined, {
        path: ['reason'],
        message: 'a reason',
      })
      .refine(({ state, acceptedUntil }) => (state === 'accepted') === (acceptedUntil !== undefined), {
        path: ['acceptedUntil'],
        message: 'with the state accepted, and only with it',
      })
      .refine(({ state, owner: who, due }) => state !== undefined || who !== undefined || due !== undefined, {
        message: 'a change',
      }),
  }),
  response: z.object({ changed: z.number(), findings: z.array(findingView) }),
  errors: ['approval_required', 'approval_invalid', 'validation_failed', 'not_found', 'conflict', 'audit_unwritable'],
});

export const commentFinding = defineEndpoint({
  id: 'commentFinding',
  method: 'POST',
  path: '/api/v1/findings/{id}/comments',
  group: 'findings',
  summary: { zh: '给发现添加备注', en: 'Comment on a finding' },
  access: 'admin',
  powers: ['security', 'audit'],
  params: z.object({ id: findingId }),
  body: z.strictObject({ text: z.string().trim().min(1).max(2_000) }),
  status: 201,
  response: findingDetail,
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});
