import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { time } from './common.ts';

const app = z.string().min(1).max(40);
/** A route as its `match` is written. */
const route = z.string().min(1).max(520);
const version = z.number().int().min(1).max(1_000_000);
const reason = z.string().min(4).max(200);
const jsonSchema = z.union([z.boolean(), z.record(z.string(), z.unknown())]).nullable();

const schemas = z.strictObject({ body: jsonSchema, query: jsonSchema, path: jsonSchema });
export type RouteSchemasView = z.output<typeof schemas>;

/** What a text field may be declared or learned to be; `none` where there is no text. */
export const fieldKindNames = [
  'none',
  'enum',
  'date',
  'mobile',
  'id',
  'name',
  'pattern',
  'base64',
  'token',
  'url',
  'rich_text',
  'json',
  'code',
  'short_text',
  'text',
  'unknown',
] as const;
export type FieldKindName = (typeof fieldKindNames)[number];

const field = z.object({
  path: z.string(),
  type: z.string(),
  kind: z.enum(fieldKindNames),
  required: z.boolean(),
  seen: z.number(),
  /** Greatest share of honest requests that may depart from it, with 95 % confidence. */
  departs: z.number(),
  /** Made up from the form of what was seen. */
  example: z.string(),
});
export type SchemaFieldView = z.output<typeof field>;

const versionView = z.object({
  version,
  state: z.enum(['proposed', 'approved', 'rejected', 'replaced', 'withdrawn']),
  requests: z.number(),
  madeAt: time,
  decidedAt: time.nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
});

export type SchemaVersionView = z.output<typeof versionView>;

const refusals = z.array(z.object({ place: z.string(), keyword: z.string(), count: z.number() }));

const routeView = z.object({
  app,
  route,
  /** Where its types come from: the configuration (`declared`), what was learned and approved, or nowhere. */
  source: z.enum(['declared', 'learned', 'none']),
  /** Whether the form of its requests is learned. */
  learns: z.boolean(),
  /** Requests observed on this node; null where nothing was. */
  observed: z.object({ requests: z.number(), first: time, last: time }).nullable(),
  inForce: version.nullable(),
  proposal: version.nullable(),
  /** Requests that the version in force refused in the last day, on all nodes. */
  refused: z.number(),
  /** Requests that the open proposal would have refused. */
  wouldRefuse: z.number(),
});
export type RouteTypesView = z.output<typeof routeView>;

export const listSchemas = defineEndpoint({
  id: 'listSchemas',
  method: 'GET',
  path: '/api/v1/schemas',
  group: 'protection',
  summary: { zh: '各接口的字段类型', en: 'Field types of every route' },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({ routes: z.array(routeView) }),
  errors: [],
});

const place = z.object({ app, route });

export const getSchema = defineEndpoint({
  id: 'getSchema',
  method: 'GET',
  path: '/api/v1/schemas/route',
  group: 'protection',
  summary: { zh: '一个接口的字段类型、提议与历史', en: 'A route: its types, the proposal, the history' },
  access: 'admin',
  powers: ['security', 'audit'],
  query: place,
  response: z.object({
    route: routeView,
    /** The schemas in force, learned or declared. */
    current: schemas.nullable(),
    proposal: z
      .object({ version, schemas, fields: z.array(field), requests: z.number(), edited: z.boolean(), madeAt: time })
      .nullable(),
    /** Whether people were refused for what a new version of the app may do. */
    drifted: z.boolean(),
    refused: refusals,
    wouldRefuse: refusals,
    /** Requests that were held to the open proposal in the last day. */
    checked: z.number(),
    versions: z.array(versionView),
  }),
  errors: ['not_found'],
});

export const proposeSchemas = defineEndpoint({
  id: 'proposeSchemas',
  method: 'POST',
  path: '/api/v1/schemas/propose',
  group: 'protection',
  summary: { zh: '立即生成提议', en: 'Make a proposal now' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({ app, route }),
  response: z.object({}),
  errors: ['not_found', 'conflict'],
});

export const checkSchemas = defineEndpoint({
  id: 'checkSchemas',
  method: 'POST',
  path: '/api/v1/schemas/check',
  group: 'protection',
  summary: { zh: '校验修改后的类型', en: 'Validate edited types' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({ schemas }),
  response: z.object({ ok: z.boolean(), problem: z.string().nullable() }),
  errors: ['validation_failed'],
});

export const editSchemas = defineEndpoint({
  id: 'editSchemas',
  method: 'PUT',
  path: '/api/v1/schemas/proposal',
  group: 'protection',
  summary: { zh: '修改提议', en: 'Edit the proposal' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({ app, route, schemas }),
  response: z.object({}),
  errors: ['not_found', 'conflict', 'validation_failed', 'audit_unwritable'],
});

const decision = z.strictObject({ app, route, version, reason });

export const approveSchemas = defineEndpoint({
  id: 'approveSchemas',
  method: 'POST',
  path: '/api/v1/schemas/approve',
  group: 'protection',
  summary: { zh: '批准提议并生效', en: 'Approve the proposal and put it in force' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  body: decision,
  response: z.object({}),
  errors: ['not_found', 'conflict', 'validation_failed', 'step_up_required', 'audit_unwritable'],
});

export const rejectSchemas = defineEndpoint({
  id: 'rejectSchemas',
  method: 'POST',
  path: '/api/v1/schemas/reject',
  group: 'protection',
  summary: { zh: '拒绝提议', en: 'Reject the proposal' },
  access: 'admin',
  powers: ['security'],
  body: decision,
  response: z.object({}),
  errors: ['not_found', 'conflict', 'audit_unwritable'],
});

export const restoreSchemas = defineEndpoint({
  id: 'restoreSchemas',
  method: 'POST',
  path: '/api/v1/schemas/restore',
  group: 'protection',
  summary: { zh: '恢复较早的版本', en: 'Put an earlier version in force again' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  body: decision,
  response: z.object({}),
  errors: ['not_found', 'conflict', 'validation_failed', 'step_up_required', 'audit_unwritable'],
});

export const withdrawSchemas = defineEndpoint({
  id: 'withdrawSchemas',
  method: 'POST',
  path: '/api/v1/schemas/withdraw',
  group: 'protection',
  summary: { zh: '停用生效的类型', en: 'Take the types in force out of force' },
  access: 'admin',
  powers: ['security'],
  approval: { approvers: ['security', 'audit', 'system'] },
  body: decision,
  response: z.object({}),
  errors: ['not_found', 'conflict', 'approval_required', 'approval_invalid', 'audit_unwritable'],
});
