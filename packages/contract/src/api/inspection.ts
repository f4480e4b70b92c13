import * as z from 'zod';
import { attackClass, fieldPattern, inspectedPlace, inspectionRule, namesOneTarget } from '../config/inspection.ts';
import { defineEndpoint } from '../endpoint.ts';
import { threat } from '../inspection.ts';
import { bilingual, requestId, time } from './common.ts';

export { type Threat, threat } from '../inspection.ts';

const appId = z.string().max(40);
const routeMatch = z.string().max(600);
const reason = z.string().min(4).max(300);

export const inspectionMode = z.enum(['enforce', 'monitor', 'off']);
export type InspectionMode = z.output<typeof inspectionMode>;

/** What a person is told of a feature. */
export const ruleFacts = z.object({ rule: z.string(), class: attackClass, weight: z.number(), text: bilingual });

/** How one request was inspected, for its page. */
export const requestInspection = z.object({
  threats: z.array(threat.extend({ blocking: z.boolean() })),
  /** Sentences for every rule that is named above. */
  rules: z.array(ruleFacts),
  /** Points from which a text is an attack on this route today. */
  threshold: z.number(),
  /** Why each class that was found is dangerous and how it is mended. */
  classes: z.array(z.object({ class: attackClass, name: bilingual, danger: bilingual, remedy: bilingual })),
});
export type RequestInspection = z.output<typeof requestInspection>;

const target = { class: attackClass.optional(), rule: inspectionRule.optional() };
const where = z.strictObject({ place: inspectedPlace, name: fieldPattern });

export const exceptionView = z.object({
  id: z.string(),
  /** `configuration`: from the file, and changed there. */
  source: z.enum(['console', 'configuration']),
  /** Null: every app, every route. */
  app: z.string().nullable(),
  route: z.string().nullable(),
  class: attackClass.nullable(),
  rule: z.string().nullable(),
  where: z.object({ place: inspectedPlace, name: z.string() }),
  owner: z.string(),
  reason: z.string(),
  createdAt: time.nullable(),
  createdBy: z.string().nullable(),
  expiresAt: time,
  state: z.enum(['active', 'expired', 'revoked']),
  revokedAt: time.nullable(),
  revokedBy: z.string().nullable(),
  requestId: z.string().nullable(),
  /** Requests that passed because of it; those of the file are counted since this node started. */
  uses: z.number(),
  lastUsed: time.nullable(),
});
export type ExceptionView = z.output<typeof exceptionView>;

export const listInspectionExceptions = defineEndpoint({
  id: 'listInspectionExceptions',
  method: 'GET',
  path: '/api/v1/inspection/exceptions',
  group: 'inspection',
  summary: { zh: '检测例外：先列即将到期的', en: 'Exceptions of inspection: those that end soon first' },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
  /** `active`: those that hold, those that ended in the last two weeks, and those that have ended and still stand in the file. */
  query: z.object({ app: appId.optional(), show: z.enum(['active', 'all']).default('active') }),
  response: z.object({ now: time, exceptions: z.array(exceptionView) }),
  errors: [],
});

/** One rule in one field of one route: what one administrator may except. */
const isExact = (body: { route?: string | undefined; rule?: string | undefined; where: { name: string } }): boolean =>
  body.route !== undefined && body.rule !== undefined && !body.where.name.includes('*');

export const createInspectionException = defineEndpoint({
  id: 'createInspectionException',
  method: 'POST',
  path: '/api/v1/inspection/exceptions',
  group: 'inspection',
  summary: { zh: '为误报建立检测例外', en: 'Make an exception of inspection for a false positive' },
  access: 'admin',
  powers: ['security'],
  approval: { approvers: ['security', 'audit', 'system'], when: ({ body }) => !isExact(body) },
  body: z
    .strictObject({
      app: appId,
      route: routeMatch.optional(),
      ...target,
      where,
      reason,
      /** At most 180 days from now. */
      expiresAt: time,
      /** The request that it was made from; reported as a false positive with it. */
      requestId: requestId.optional(),
    })
    .refine(...namesOneTarget),
  status: 201,
  response: exceptionView,
  errors: ['approval_required', 'approval_invalid', 'validation_failed', 'not_found', 'audit_unwritable'],
});

export const extendInspectionException = defineEndpoint({
  id: 'extendInspectionException',
  method: 'POST',
  path: '/api/v1/inspection/exceptions/{id}/extend',
  group: 'inspection',
  summary: { zh: '延长检测例外', en: 'Extend an exception of inspection' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: z.string().regex(/^x_[A-Za-z0-9_-]{16}$/) }),
  body: z.strictObject({ expiresAt: time, reason }),
  response: exceptionView,
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});

export const revokeInspectionException = defineEndpoint({
  id: 'revokeInspectionException',
  method: 'POST',
  path: '/api/v1/inspection/exceptions/{id}/revoke',
  group: 'inspection',
  summary: { zh: '撤销检测例外', en: 'Revoke an exception of inspection' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: z.string().regex(/^x_[A-Za-z0-9_-]{16}$/) }),
  body: z.strictObject({ reason }),
  response: exceptionView,
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});

export const reportInspection = defineEndpoint({
  id: 'reportInspection',
  method: 'POST',
  path: '/api/v1/inspection/feedback',
  group: 'inspection',
  summary: { zh: '反馈检测结果：误报或确为攻击', en: 'Say whether inspection was right: a false positive or an attack' },
  access: 'admin',
  powers: ['security', 'audit'],
  body: z.strictObject({
    requestId,
    rule: inspectionRule,
    verdict: z.enum(['false_positive', 'attack']),
    note: z.string().max(300).default(''),
  }),
  response: z.object({ reports: z.number() }),
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});

const routeChange = z.strictObject({
  app: appId,
  route: routeMatch,
  /** Null: as the configuration says. Absent: as it is. */
  mode: inspectionMode.nullable().optional(),
  threshold: z.number().min(1).max(50).nullable().optional(),
});
const ruleChange = z.strictObject({
  rule: inspectionRule,
  /** Points instead of the calibrated ones; 0 puts the rule out of force, null restores it. */
  weight: z.number().min(0).max(20).nullable(),
});
const change = {
  routes: z.array(routeChange).max(2_000).default([]),
  rules: z.array(ruleChange).max(500).default([]),
};
export const inspectionChange = z.strictObject(change);
export type InspectionChange = z.output<typeof inspectionChange>;

const isTighteningOnly = (body: InspectionChange): boolean =>
  body.rules.length === 0 && body.routes.every(({ mode, threshold }) => mode === 'enforce' && threshold === undefined);

export const changeInspection = defineEndpoint({
  id: 'changeInspection',
  method: 'PUT',
  path: '/api/v1/inspection/settings',
  group: 'inspection',
  summary: { zh: '修改检测的模式、阈值与规则', en: 'Change modes, thresholds and rules of inspection' },
  access: 'admin',
  powers: ['security'],
  /** Back to `enforce` is always open; everything else takes two. */
  approval: { approvers: ['security', 'audit', 'system'], when: ({ body }) => !isTighteningOnly(body) },
  body: z.strictObject({
    ...change,
    /** `version` of {@link getInspection} that the change started from. */
    from: z.string().max(64),
    reason,
  }),
  response: z.object({ version: z.string(), at: time }),
  errors: ['approval_required', 'approval_invalid', 'conflict', 'validation_failed', 'not_found', 'audit_unwritable'],
});

const changedRequest = z.object({
  requestId: z.string(),
  time,
  app: z.string(),
  route: z.string(),
  class: attackClass,
  rule: z.string(),
  where: z.object({ place: inspectedPlace, name: z.string() }),
  score: z.number(),
});

export const replayReport = z.object({
  from: time,
  to: time,
  /** Requests with findings that were decided again. */
  requests: z.number(),
  blockedBefore: z.number(),
  blockedAfter: z.number(),
  blockedToPassed: z.number(),
  passedToBlocked: z.number(),
  groups: z.array(
    z.object({
      change: z.enum(['blocked_to_passed', 'passed_to_blocked']),
      app: z.string(),
      route: z.string(),
      class: attackClass,
      where: z.object({ place: inspectedPlace, name: z.string() }),
      count: z.number(),
      examples: z.array(changedRequest),
    }),
  ),
  /** What could not be decided again, and how many requests that is about where it is known. */
  limits: z.array(
    z.object({
      code: z.enum(['below_floor', 'budget', 'not_inspected', 'oldest_dropped', 'threats_dropped', 'other_nodes']),
      count: z.number().nullable(),
    }),
  ),
});
export type ReplayReport = z.output<typeof replayReport>;

const plannedException = z.strictObject({ app: appId, route: routeMatch.optional(), ...target, where }).refine(...namesOneTarget);

export const replayInspection = defineEndpoint({
  id: 'replayInspection',
  method: 'POST',
  path: '/api/v1/inspection/replay',
  group: 'inspection',
  summary: { zh: '此更改会改变最近一天的哪些判定', en: 'What a change would have changed in the last day' },
  access: 'admin',
  powers: ['security', 'audit'],
  body: z.strictObject({
    ...change,
    exceptions: z
      .strictObject({
        add: z.array(plannedException).max(50).default([]),
        remove: z.array(z.string().max(40)).max(50).default([]),
      })
      .prefault({}),
  }),
  response: replayReport,
  errors: ['validation_failed', 'not_found'],
});

const counts = { blocked: z.number(), noted: z.number() };

export const getInspection = defineEndpoint({
  id: 'getInspection',
  method: 'GET',
  path: '/api/v1/inspection',
  group: 'inspection',
  summary: { zh: '攻击检测概况：类别、接口、模式、误报', en: 'Inspection at a glance: classes, routes, modes, false positives' },
  access: 'admin',
  powers: ['security', 'audit'],
  query: z.object({
    app: appId.optional(),
    from: z.coerce.number().int().min(0).optional(),
    to: z.coerce.number().int().min(0).optional(),
  }),
  response: z.object({
    from: time,
    to: time,
    totals: z.object({ ...counts, excepted: z.number() }),
    classes: z.array(z.object({ class: attackClass, name: bilingual, ...counts })),
    timeline: z.array(z.object({ time, ...counts, classes: z.partialRecord(attackClass, z.number()) })),
    /** Most attacked first. */
    targets: z.array(z.object({ app: z.string(), route: z.string(), ...counts })),
    rules: z.array(
      ruleFacts.extend({
        /** Points in force: another number than `weight` was set in the console. */
        inForce: z.number(),
        hits: z.number(),
        falsePositives: z.number(),
        attacks: z.number(),
      }),
    ),
    routes: z.array(
      z.object({
        app: z.string(),
        route: z.string(),
        mode: inspectionMode,
        threshold: z.number(),
        source: z.enum(['console', 'configuration']),
        /** What the configuration says. */
        configured: z.object({ mode: inspectionMode, threshold: z.number() }),
        exceptions: z.number(),
      }),
    ),
    /** Digest of the console's settings: what a change starts from. */
    version: z.string(),
    /** False where findings are older than what was kept: then the counts are too small. */
    complete: z.boolean(),
  }),
  errors: [],
});
