import * as z from 'zod';
import { botSigns } from '../bots.ts';
import { insteadOfRefusal, limitSubjects } from '../config/rates.ts';
import { defineEndpoint } from '../endpoint.ts';
import { adminReason } from './administrator-model.ts';
import { cursor, ok, time } from './common.ts';

export const listNames = ['deny', 'allow'] as const;
/** What an entry names: an address or CIDR range, a person's uid, what a phone says that it is, or a part of a user agent. */
export const listKinds = ['address', 'person', 'device', 'agent'] as const;
export const listName = z.enum(listNames);
export const listKind = z.enum(listKinds);
export type ListName = z.output<typeof listName>;
export type ListKind = z.output<typeof listKind>;

const entryId = z.string().regex(/^[A-Za-z0-9_-]{16}$/);
const appId = z.string().max(40);

export const listEntry = z.object({
  id: entryId,
  list: listName,
  kind: listKind,
  value: z.string(),
  /** The only app that it is for; null for all. */
  app: z.string().nullable(),
  reason: z.string(),
  /** Who answers for it. */
  owner: z.string(),
  created: time,
  createdBy: z.string(),
  /** Null for a deny entry without an end. */
  expires: time.nullable(),
  hits: z.number(),
  lastHit: time.nullable(),
});
export type ListEntry = z.output<typeof listEntry>;

export const getAccessLists = defineEndpoint({
  id: 'getAccessLists',
  method: 'GET',
  path: '/api/v1/lists',
  group: 'rates',
  summary: { zh: '允许与禁止名单，即将到期的在前', en: 'Allow and deny lists, those that end soon first' },
  access: 'admin',
  powers: ['security', 'audit'],
  query: z.object({
    list: listName.optional(),
    kind: listKind.optional(),
    /** Part of a value, a reason or an owner. */
    q: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: cursor.optional(),
  }),
  response: z.object({ entries: z.array(listEntry), total: z.number(), next: z.string().nullable() }),
  errors: [],
});

export const addListEntries = defineEndpoint({
  id: 'addListEntries',
  method: 'POST',
  path: '/api/v1/lists',
  group: 'rates',
  summary: { zh: '加入名单；允许名单必须有期限', en: 'Add to a list; an allow entry must have an end' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({
    list: listName,
    kind: listKind,
    values: z.array(z.string().trim().min(1).max(300)).min(1).max(1_000),
    app: appId.nullable().default(null),
    reason: adminReason,
    owner: z.string().trim().min(1).max(100),
    /** Hours until it ends; null for no end. */
    hours: z
      .int()
      .min(1)
      .max(24 * 365)
      .nullable(),
  }),
  response: z.object({ added: z.array(listEntry) }),
  status: 201,
  errors: ['validation_failed', 'audit_unwritable'],
});

export const removeListEntries = defineEndpoint({
  id: 'removeListEntries',
  method: 'POST',
  path: '/api/v1/lists/remove',
  group: 'rates',
  summary: { zh: '从名单中移除', en: 'Remove from the lists' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({ ids: z.array(entryId).min(1).max(1_000), reason: adminReason }),
  response: z.object({ removed: z.number() }),
  errors: ['not_found', 'audit_unwritable'],
});

export const limitedSubject = z.object({
  kind: z.enum(limitSubjects),
  who: z.string(),
  /** The person's name, where `who` is one. */
  name: z.string().nullable(),
  app: z.string().nullable(),
  route: z.string().nullable(),
  limit: z.string(),
  since: time,
  last: time,
  until: time,
  refused: z.number(),
});
export type LimitedSubjectView = z.output<typeof limitedSubject>;

export const botSuspect = z.object({
  kind: z.enum(['address', 'device']),
  who: z.string(),
  score: z.number(),
  signs: z.array(z.enum(botSigns)),
  last: time,
  requests: z.number(),
});
export type BotSuspectView = z.output<typeof botSuspect>;

export const limitInForce = z.object({
  app: z.string(),
  /** Null for a limit over the whole app. */
  route: z.string().nullable(),
  per: z.enum(limitSubjects),
  requests: z.number(),
  windowSeconds: z.number(),
  burst: z.number(),
  shared: z.boolean(),
  answer: insteadOfRefusal,
  riskAtLeast: z.number(),
  botAtLeast: z.number(),
  /** Refusals by this limit on this node since it started. */
  refused: z.number(),
});
export type LimitInForce = z.output<typeof limitInForce>;

export const getTrafficLimits = defineEndpoint({
  id: 'getTrafficLimits',
  method: 'GET',
  path: '/api/v1/rates',
  group: 'rates',
  summary: { zh: '谁正被限速、为什么，以及机器人特征', en: 'Who is limited now and why, and signs of bots' },
  access: 'admin',
  powers: ['security', 'audit'],
  query: z.object({ app: appId.optional() }),
  response: z.object({
    now: time,
    /** Each node counts for itself; this is what the node that answers has seen. */
    node: z.object({
      nodes: z.number(),
      /** Set while Redis is away: since when shared limits are counted by each node alone. */
      aloneSince: time.nullable(),
      forgottenBuckets: z.number(),
      connections: z.number(),
      connectionsRefused: z.number(),
      challenges: z.object({ issued: z.number(), solved: z.number(), refused: z.number() }),
      /** Phone checks: asked for, passed, refused, and those that WeChat or a quota left undecided. */
      phones: z.object({ issued: z.number(), passed: z.number(), refused: z.number(), unavailable: z.number() }),
    }),
    limited: z.array(limitedSubject),
    top: z.array(limitedSubject),
    suspects: z.array(botSuspect),
    limits: z.array(limitInForce),
    /** The address bucket that stands before everything. */
    address: z.object({ perSecond: z.number(), burst: z.number(), v4: z.number(), v6: z.number() }),
  }),
  errors: [],
});

export const liftLimits = defineEndpoint({
  id: 'liftLimits',
  method: 'POST',
  path: '/api/v1/rates/lift',
  group: 'rates',
  summary: { zh: '解除一个人或地址当前的限速', en: 'Lift the limits of a person or an address for now' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({
    kind: z.enum(['person', 'address', 'device', 'session']),
    who: z.string().min(1).max(500),
    reason: adminReason,
  }),
  response: ok,
  errors: ['audit_unwritable', 'coordination_unavailable'],
});
