import * as z from 'zod';
import { measureKindIds, measureTargets, measureVerbs, riskClasses, riskClassOf } from '../containment.ts';
import { reopeningPlan, reopeningSigns, reopeningState } from '../containment-reopening.ts';
import { defineEndpoint } from '../endpoint.ts';
import { adminReason } from './administrator-model.ts';
import { bilingual, time } from './common.ts';

export const measureId = z.string().regex(/^m_[A-Za-z0-9_-]{16}$/);

/** How a measure stands: `working` is an act that a node is still carrying out, `done` one that is over. */
export const measureStates = ['active', 'working', 'lifted', 'expired', 'done'] as const;
export const measureState = z.enum(measureStates);
export type MeasureState = z.output<typeof measureState>;

/** A measure that is taken back in steps. */
export const reopeningView = z.object({
  state: reopeningState,
  plan: reopeningPlan,
  /** Position of the step that it stands at. */
  step: z.int(),
  /** Share of persons that is let through now, in percent. */
  share: z.int(),
  /** When the step began, and when the next may follow by itself; null where none does. */
  since: time,
  next: time.nullable(),
  /** Rules whose next alert closes it. */
  rules: z.array(z.string()),
  /** What was let through within the window of the watch. */
  seen: z.object({ requests: z.int(), errors: z.int(), refused: z.int() }),
  /** Every move, the newest last. */
  moves: z.array(
    z.object({
      at: time,
      by: z.string(),
      state: reopeningState,
      share: z.int(),
      /** What the watch saw; null where a person decided. */
      sign: z.enum(reopeningSigns).nullable(),
      why: bilingual,
    }),
  ),
});
export type ReopeningView = z.output<typeof reopeningView>;

export const measureView = z.object({
  id: measureId,
  kind: z.enum(measureKindIds),
  verb: z.enum(measureVerbs),
  riskClass: z.enum(riskClasses),
  target: z.record(z.string(), z.unknown()),
  reason: z.string(),
  incident: z.string().nullable(),
  state: measureState,
  since: time,
  until: time,
  by: z.string(),
  /** Who approved it; null where one person sufficed, and where it was forced. */
  approvedBy: z.string().nullable(),
  /** Whether one person forced what takes two here. */
  forced: z.boolean(),
  endedAt: time.nullable(),
  endedBy: z.string().nullable(),
  endReason: z.string().nullable(),
  /** What an act has done: sessions ended, keys rotated, secrets replaced, tokens revoked. */
  done: z.number(),
  /** Requests that it has stopped. */
  stopped: z.number(),
  lastStopped: time.nullable(),
  reopening: reopeningView.nullable(),
});
export type MeasureView = z.output<typeof measureView>;

/** What a measure would have stopped in the last hour, counted from the audit index. */
export const measurePreview = z.object({
  from: time,
  to: time,
  riskClass: z.enum(riskClasses),
  /** Whether a second person is needed here. */
  fourEyes: z.boolean(),
  requests: z.number(),
  persons: z.number(),
  /** Of persons and addresses against whom nothing is known. */
  honest: z.object({ requests: z.number(), persons: z.number() }),
  /** Of persons and addresses from whom attacks were refused in that time, or whom an open alert names. */
  attacked: z.object({ requests: z.number(), persons: z.number() }),
  /** Live sessions that it would end; null where it ends none. */
  sessions: z.number().nullable(),
  routes: z.array(z.object({ route: z.string(), count: z.number() })),
  /** Whether only the newest requests were counted. */
  sampled: z.boolean(),
  /** What the counts do not know. */
  notes: z.array(bilingual),
});
export type MeasurePreview = z.output<typeof measurePreview>;

const common = {
  /** When it ends by itself: at least a minute and at most 30 days from now. An act is over at once; what it demands stands until then. */
  until: time,
  reason: adminReason,
  incident: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/)
    .optional(),
  /** A call that is made again with it changes nothing and gets the measure of the first. */
  idempotencyKey: z.string().regex(/^[A-Za-z0-9_.:-]{8,128}$/),
  /**
   * Has a measure that does the same already, and stands for at least half of the time, be the answer in place of a second one. Without effect on what is
   * done once: sessions that began since are not ended by it.
   */
  ifNoneStands: z.boolean().optional(),
} as const;

const t = measureTargets;
const kind = <K extends keyof typeof t>(id: K) => ({ kind: z.literal(id), target: t[id] });

const chosen = z.discriminatedUnion('kind', [
  z.strictObject(kind('end_sessions')),
  z.strictObject(kind('lock_accounts')),
  z.strictObject(kind('force_step_up')),
  z.strictObject(kind('block_addresses')),
  z.strictObject(kind('stop_route')),
  z.strictObject(kind('stop_campaign')),
  z.strictObject(kind('stop_version')),
  z.strictObject(kind('stop_app')),
  z.strictObject(kind('read_only')),
  z.strictObject(kind('isolate_backend')),
  z.strictObject(kind('rotate_keys')),
  z.strictObject(kind('rotate_secret')),
  z.strictObject(kind('revoke_tokens')),
]);

/** A measure as it is asked for. */
export const measureRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...kind('end_sessions'), ...common }),
  z.strictObject({ ...kind('lock_accounts'), ...common }),
  z.strictObject({ ...kind('force_step_up'), ...common }),
  z.strictObject({ ...kind('block_addresses'), ...common }),
  z.strictObject({ ...kind('stop_route'), ...common }),
  z.strictObject({ ...kind('stop_campaign'), ...common }),
  z.strictObject({ ...kind('stop_version'), ...common }),
  z.strictObject({ ...kind('stop_app'), ...common }),
  z.strictObject({ ...kind('read_only'), ...common }),
  z.strictObject({ ...kind('isolate_backend'), ...common }),
  z.strictObject({ ...kind('rotate_keys'), ...common }),
  z.strictObject({ ...kind('rotate_secret'), ...common }),
  z.strictObject({ ...kind('revoke_tokens'), ...common }),
]);
export type MeasureRequest = z.output<typeof measureRequest>;

/** So many at once: a flood has as many addresses blocked, one by one. */
export const mostMeasures = 500;

export const listMeasures = defineEndpoint({
  id: 'listMeasures',
  method: 'GET',
  path: '/api/v1/containment/measures',
  group: 'containment',
  summary: { zh: '遏制措施', en: 'Measures of containment' },
  access: 'admin',
  powers: ['system', 'security', 'audit'],
  scopes: ['audit:read', 'reopen'],
  query: z.object({
    show: z.enum(['active', 'ended', 'all']).default('all'),
    incident: z.string().max(40).optional(),
    limit: z.coerce.number().int().min(1).max(mostMeasures).default(50),
    /** Those that began before. */
    before: z.coerce.number().int().min(0).optional(),
  }),
  response: z.object({
    measures: z.array(measureView),
    /** Measures in force, also those that are not listed. */
    inForce: z.number(),
    /** Classes that take two persons here. */
    fourEyes: z.array(z.enum(riskClasses)),
    now: time,
  }),
  errors: [],
});

export const getMeasure = defineEndpoint({
  id: 'getMeasure',
  method: 'GET',
  path: '/api/v1/containment/measures/{id}',
  group: 'containment',
  summary: { zh: '一项遏制措施', en: 'A measure of containment' },
  access: 'admin',
  powers: ['system', 'security', 'audit'],
  scopes: ['audit:read', 'reopen'],
  params: z.object({ id: measureId }),
  response: measureView,
  errors: ['not_found'],
});

export const previewMeasure = defineEndpoint({
  id: 'previewMeasure',
  method: 'POST',
  path: '/api/v1/containment/preview',
  group: 'containment',
  summary: { zh: '试算一项措施在过去一小时会拦下什么', en: 'What a measure would have stopped in the last hour' },
  access: 'admin',
  powers: ['security'],
  body: chosen,
  response: measurePreview,
  errors: ['validation_failed', 'store_unavailable'],
});

export const applyMeasure = defineEndpoint({
  id: 'applyMeasure',
  method: 'POST',
  path: '/api/v1/containment/measures',
  group: 'containment',
  summary: { zh: '采取遏制措施', en: 'Take a measure of containment' },
  access: 'admin',
  powers: ['security'],
  /** By risk class; what is approved is carried out at once, the asker need not come back. */
  approval: {
    approvers: ['security', 'system'],
    breakGlass: true,
    riskClass: ({ body }) => riskClassOf(body),
  },
  body: measureRequest,
  response: measureView,
  status: 201,
  errors: ['approval_required', 'approval_invalid', 'audit_unwritable', 'validation_failed', 'conflict'],
});

export const liftMeasure = defineEndpoint({
  id: 'liftMeasure',
  method: 'POST',
  path: '/api/v1/containment/measures/{id}/lift',
  group: 'containment',
  summary: { zh: '解除一项措施', en: 'Lift a measure' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: measureId }),
  body: z.strictObject({ reason: adminReason }),
  response: measureView,
  errors: ['not_found', 'conflict', 'audit_unwritable'],
});

export const liftMeasures = defineEndpoint({
  id: 'liftMeasures',
  method: 'POST',
  path: '/api/v1/containment/lift',
  group: 'containment',
  summary: { zh: '一次解除多项措施', en: 'Lift several measures at once' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({ measures: z.array(measureId).min(1).max(mostMeasures), reason: adminReason }),
  /** What was not lifted, with the code of why: mostly because it had ended meanwhile. */
  response: z.object({ lifted: z.number(), left: z.array(z.object({ id: measureId, code: z.string() })) }),
  errors: ['validation_failed', 'audit_unwritable'],
});

export const reopenMeasure = defineEndpoint({
  id: 'reopenMeasure',
  method: 'POST',
  path: '/api/v1/containment/measures/{id}/reopening',
  group: 'containment',
  summary: {
    zh: '分步恢复：按比例放行，观察异常，出现异常自动收回',
    en: 'Take a measure back in steps: a share of persons at a time, under a watch that closes it again',
  },
  access: 'admin',
  powers: ['security'],
  scopes: ['reopen'],
  params: z.object({ id: measureId }),
  body: z.strictObject({ plan: reopeningPlan.prefault({}), reason: adminReason }),
  response: measureView,
  errors: ['validation_failed', 'not_found', 'conflict', 'audit_unwritable'],
});

export const moveReopening = defineEndpoint({
  id: 'moveReopening',
  method: 'POST',
  path: '/api/v1/containment/measures/{id}/reopening/moves',
  group: 'containment',
  summary: { zh: '推进、暂停、继续或收回分步恢复', en: 'Move a reopening: next step, pause, resume, close' },
  access: 'admin',
  powers: ['security'],
  scopes: ['reopen'],
  params: z.object({ id: measureId }),
  body: z.strictObject({
    /** `next`: the next share, and after the last one the measure is lifted. `resume`: a paused step goes on, a closed reopening begins again. */
    move: z.enum(['next', 'pause', 'resume', 'close']),
    reason: adminReason,
  }),
  response: measureView,
  errors: ['validation_failed', 'not_found', 'conflict', 'audit_unwritable'],
});
