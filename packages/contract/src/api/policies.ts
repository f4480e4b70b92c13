import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { time, uid } from './common.ts';

const policyId = z.string().max(200);
const entityUid = z.object({ type: z.string().max(200), id: z.string().max(256) });
/** Cedar's JSON form of a record: `{"__entity": ...}` and `{"__extn": ...}` for what JSON has not. */
const cedarRecord = z.record(z.string().max(100), z.unknown());

const file = z.strictObject({
  /** Such as `portal.cedar`. */
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,60}\.cedar$/),
  text: z.string().max(200_000),
});

const problem = z.object({
  file: z.string(),
  line: z.number().nullable(),
  column: z.number().nullable(),
  zh: z.string(),
  en: z.string(),
});
export type PolicyProblemView = z.output<typeof problem>;

const policyView = z.object({
  id: policyId,
  effect: z.enum(['permit', 'forbid']),
  file: z.string(),
  line: z.number(),
  annotations: z.record(z.string(), z.string()),
});

export const listPolicies = defineEndpoint({
  id: 'listPolicies',
  method: 'GET',
  path: '/api/v1/policies',
  group: 'policies',
  summary: { zh: '策略文件与策略清单', en: 'Policy files and policies' },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({
    files: z.array(z.object({ name: z.string(), text: z.string() })),
    policies: z.array(policyView),
    /** The schema that policies are checked against, and whether it is made from the routes. */
    schema: z.object({ text: z.string(), generated: z.boolean() }),
    /** Digest of the files: what a publication starts from. */
    version: z.string(),
    /** What of the policies in force loads but can hardly be meant. */
    warnings: z.array(problem),
    /** Questions of the last day that a change can be tried on. */
    questions: z.number(),
  }),
  errors: ['not_found'],
});

export const checkPolicies = defineEndpoint({
  id: 'checkPolicies',
  method: 'POST',
  path: '/api/v1/policies/check',
  group: 'policies',
  summary: { zh: '校验策略草稿', en: 'Validate a draft of the policies' },
  access: 'admin',
  powers: ['security'],
  bodyBytes: 4_000_000,
  body: z.strictObject({ files: z.array(file).max(200) }),
  response: z.object({
    ok: z.boolean(),
    problems: z.array(problem),
    warnings: z.array(problem),
    policies: z.array(policyView),
  }),
  errors: ['validation_failed', 'not_found'],
});

const reason = z.object({
  code: z.enum(['matched', 'principal_mismatch', 'resource_mismatch', 'when_false', 'unless_true', 'error']),
  /** The part of the policy, in Cedar's syntax. */
  text: z.string().nullable(),
  message: z.string().nullable(),
});

export const explanation = z.object({
  allow: z.boolean(),
  question: z.object({ principal: entityUid, action: entityUid, resource: entityUid, context: cedarRecord }),
  determining: z.array(policyId),
  errors: z.array(z.object({ policy: policyId.nullable(), code: z.string(), message: z.string() })),
  policies: z.array(
    z.object({ id: policyId, effect: z.enum(['permit', 'forbid']), matched: z.boolean(), determining: z.boolean(), reason }),
  ),
  /** Policies that are for other actions. */
  otherActions: z.number(),
});
export type PolicyExplanation = z.output<typeof explanation>;

export const explainDecision = defineEndpoint({
  id: 'explainDecision',
  method: 'POST',
  path: '/api/v1/policies/explain',
  group: 'policies',
  summary: { zh: '为什么允许或拒绝', en: 'Why something is allowed or refused' },
  access: 'admin',
  powers: ['security', 'audit'],
  body: z.union([
    /** A request of the last day, as it was asked, by the policies of now. */
    z.strictObject({ requestId: z.string().max(40) }),
    z.strictObject({
      /** uid of a person of the directory. */
      uid,
      app: z.string().max(40),
      action: z.string().max(100),
      resource: z.strictObject({
        type: z.string().max(200),
        id: z.string().max(256),
        attributes: cedarRecord.optional(),
        parents: z.array(entityUid).max(20).optional(),
      }),
      context: cedarRecord.optional(),
    }),
  ]),
  response: explanation,
  errors: ['not_found', 'validation_failed'],
});

const changed = z.object({
  principal: entityUid,
  action: entityUid,
  resource: entityUid,
  /** The request that asked last. */
  reference: z.string().nullable(),
});

export const tryPolicies = defineEndpoint({
  id: 'tryPolicies',
  method: 'POST',
  path: '/api/v1/policies/try',
  group: 'policies',
  summary: { zh: '草稿会改变最近一天的哪些判定', en: 'What a draft would have changed in the last day' },
  access: 'admin',
  powers: ['security'],
  bodyBytes: 4_000_000,
  body: z.strictObject({ files: z.array(file).max(200) }),
  response: z.object({
    ok: z.boolean(),
    problems: z.array(problem),
    report: z
      .object({
        questions: z.number(),
        allowedBefore: z.number(),
        allowedAfter: z.number(),
        allowedToRefused: z.number(),
        refusedToAllowed: z.number(),
        groups: z.array(
          z.object({
            change: z.enum(['allowed_to_refused', 'refused_to_allowed']),
            cause: z.string(),
            policy: policyId.nullable(),
            count: z.number(),
            examples: z.array(changed),
          }),
        ),
      })
      .nullable(),
  }),
  errors: ['validation_failed', 'not_found'],
});

/** What a publication holds. */
export const policyPublication = z.strictObject({
  files: z.array(file).min(1).max(200),
  /** `version` of {@link listPolicies} that the draft started from. */
  from: z.string().max(64),
  reason: z.string().min(4).max(200),
});

export const publishPolicies = defineEndpoint({
  id: 'publishPolicies',
  method: 'POST',
  path: '/api/v1/policies/publish',
  group: 'policies',
  summary: { zh: '发布策略', en: 'Publish policies' },
  access: 'admin',
  powers: ['security'],
  approval: { approvers: ['security', 'audit', 'system'] },
  bodyBytes: 4_000_000,
  body: policyPublication,
  response: z.object({ version: z.string(), at: time }),
  errors: ['approval_required', 'approval_invalid', 'conflict', 'validation_failed', 'not_found', 'audit_unwritable'],
});

/** Who asks: the person of a verified identity, as the backend got it from `X-Menshen-Identity`. */
const asker = { uid, app: z.string().max(40), action: z.string().max(100), context: cedarRecord.optional() };

export const authorize = defineEndpoint({
  id: 'authorize',
  method: 'POST',
  path: '/api/v1/authorize',
  group: 'backends',
  summary: { zh: '后端询问：此人能否执行此操作', en: 'A backend asks: may this person do this' },
  access: 'admin',
  powers: [],
  scopes: ['authorize'],
  body: z.strictObject({
    ...asker,
    resource: z.strictObject({
      type: z.string().max(200),
      id: z.string().max(256),
      attributes: cedarRecord.optional(),
      parents: z.array(entityUid).max(20).optional(),
    }),
  }),
  response: z.object({
    allow: z.boolean(),
    determining: z.array(policyId),
    /** Fields that an allowed answer hides. */
    masked: z.array(z.string()),
  }),
  errors: ['token_invalid', 'token_scope', 'validation_failed', 'not_found'],
});

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/);
const idType = z.enum(['text', 'integer']).optional();
const column = z.union([
  z.strictObject({ column: name, required: z.boolean().optional(), type: z.enum(['boolean', 'string']) }),
  z.strictObject({
    column: name,
    required: z.boolean().optional(),
    type: z.enum(['long', 'datetime', 'duration', 'decimal']),
    bits: z.literal([32, 64]).optional(),
  }),
  z.strictObject({
    column: name,
    required: z.boolean().optional(),
    type: z.literal('entity'),
    entityType: z.string(),
    id: idType,
  }),
  z.strictObject({
    type: z.literal('set'),
    of: z.union([z.enum(['long', 'string']), z.strictObject({ entityType: z.string(), id: idType })]),
    table: name,
    key: name,
    value: name,
  }),
]);

export const authorizeFilter = defineEndpoint({
  id: 'authorizeFilter',
  method: 'POST',
  path: '/api/v1/authorize/filter',
  group: 'backends',
  summary: { zh: '后端询问：列表的 WHERE 条件', en: 'A backend asks for the WHERE condition of a list' },
  access: 'admin',
  powers: [],
  scopes: ['authorize'],
  body: z.strictObject({
    ...asker,
    dialect: z.enum(['sqlite', 'postgres', 'mysql']),
    resourceType: z.string().max(200),
    table: z.strictObject({
      table: name,
      alias: name.optional(),
      id: z.strictObject({ column: name, type: idType }),
      attributes: z.record(name, column),
      parents: z
        .array(
          z.union([
            z.strictObject({ entityType: z.string(), column: name, id: idType }),
            z.strictObject({ entityType: z.string(), table: name, key: name, value: name, id: idType }),
          ]),
        )
        .max(8)
        .optional(),
    }),
    firstPlaceholder: z.int().min(1).max(10_000).optional(),
  }),
  response: z.object({
    /** `none`: nothing is allowed, the query need not be made; `all`: every row; `some`: those of the condition. */
    rows: z.enum(['all', 'none', 'some']).nullable(),
    where: z
      .object({
        text: z.string(),
        /** In the order of the placeholders; whole numbers beyond 2^53 as text. */
        parameters: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
      })
      .nullable(),
    /** Policies that have no SQL form; then there is no condition. */
    refusals: z.array(z.object({ policy: policyId.nullable(), code: z.string(), text: z.string(), message: z.string() })),
  }),
  errors: ['token_invalid', 'token_scope', 'validation_failed', 'not_found'],
});
