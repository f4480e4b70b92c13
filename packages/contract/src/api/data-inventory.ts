import * as z from 'zod';
import { dataKinds } from '../config/disclosure.ts';
import { defineEndpoint, everyPower } from '../endpoint.ts';
import { time } from './common.ts';

const kind = z.enum(dataKinds);
const level = z.int().min(1).max(4);

/** A field of the answers of a route: `data.items[].mobile`, with `*` where a member's name may be a value. */
const place = z.strictObject({
  app: z.string().min(1).max(40),
  route: z.string().min(1).max(520),
  field: z.string().min(1).max(400),
});

const correction = z.object({
  kind: kind.nullable(),
  level: level.nullable(),
  owner: z.string(),
  note: z.string(),
  notPersonal: z.boolean(),
  by: z.string(),
  at: time,
});

const fieldView = z.object({
  app: z.string(),
  route: z.string(),
  field: z.string(),
  kind,
  /** 4 does most harm when it gets out, 1 is not personal. */
  level,
  /** What was seen, whatever an administrator said. */
  seenKind: kind,
  kinds: z.array(z.object({ kind, values: z.number() })),
  /**
   * `masked` by the configuration, `policy` where the last answer had it masked by a policy, `clear` where it was shown, `gone` where the route is no
   * longer configured.
   */
  state: z.enum(['clear', 'policy', 'masked', 'gone']),
  /** Sampled answers, values in them, and answers that showed it in clear. */
  answers: z.number(),
  values: z.number(),
  shown: z.number(),
  first: time,
  last: time,
  lastShown: time.nullable(),
  /** Distinct people who read personal data of the route in clear in the last seven days, estimated. */
  readers: z.number(),
  correction: correction.nullable(),
});
export type DataFieldView = z.output<typeof fieldView>;

export const listDataFields = defineEndpoint({
  id: 'listDataFields',
  method: 'GET',
  path: '/api/v1/data',
  group: 'protection',
  summary: { zh: '数据清单：哪些接口返回哪些个人信息', en: 'Data inventory: which routes answer with what personal data' },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({ fields: z.array(fieldView) }),
  errors: [],
});

export const getDataField = defineEndpoint({
  id: 'getDataField',
  method: 'GET',
  path: '/api/v1/data/field',
  group: 'protection',
  summary: { zh: '一个字段：读取者与脱敏建议', en: 'A field: who reads it, and how to mask it' },
  access: 'admin',
  powers: ['security', 'audit'],
  query: place,
  response: z.object({
    field: fieldView,
    /** By day in UTC, the last first; a tag stands for one person on one day. */
    days: z.array(z.object({ day: time, people: z.number(), top: z.array(z.object({ tag: z.string(), count: z.number() })) })),
    /** Lines for `menshen.yaml` that mask the field; null where it is masked, or cannot be by its name. */
    proposal: z.string().nullable(),
  }),
  errors: ['not_found'],
});

export const correctDataField = defineEndpoint({
  id: 'correctDataField',
  method: 'PUT',
  path: '/api/v1/data/field',
  group: 'protection',
  summary: { zh: '更正一个字段的类型、等级与责任人', en: 'Correct the kind, level and owner of a field' },
  access: 'admin',
  powers: ['security'],
  body: place.extend({
    /** Null leaves it to what is seen. */
    kind: kind.nullable(),
    level: level.nullable(),
    owner: z.string().trim().max(100),
    note: z.string().trim().max(500),
    notPersonal: z.boolean(),
  }),
  response: z.object({}),
  errors: ['not_found', 'audit_unwritable'],
});

export const registerExport = defineEndpoint({
  id: 'registerExport',
  method: 'POST',
  path: '/api/v1/exports',
  group: 'audit',
  summary: { zh: '登记一次导出并取得水印', en: 'Register an export and get its watermark' },
  access: 'admin',
  powers: everyPower,
  body: z.strictObject({
    /** What is exported, such as `campaign-codes`. */
    what: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    /** Of what, such as a batch. */
    subject: z
      .string()
      .max(120)
      .regex(/^[^\p{Cc}]*$/u),
    rows: z.int().min(0).max(10_000_000),
  }),
  response: z.object({
    /** Log and number of the entry in the audit log. */
    id: z.string(),
    /** The line that the file ends with: id, who, when, what. */
    line: z.string(),
  }),
  status: 201,
  errors: ['audit_unwritable'],
});
