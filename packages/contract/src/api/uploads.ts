import * as z from 'zod';
import { fileContentSchema } from '../config/protect.ts';
import { defineEndpoint } from '../endpoint.ts';
import { time } from './common.ts';
import { trafficRow } from './traffic.ts';

const mediaCheck = z.object({
  traceId: z.string(),
  app: z.string(),
  route: z.string(),
  requestId: z.string(),
  uid: z.string().nullable(),
  kind: z.enum(['image', 'audio']),
  state: z.enum(['waiting', 'pass', 'review', 'risky', 'failed']),
  label: z.number().nullable(),
  askedAt: time,
  settledAt: time.nullable(),
});

export const getUploads = defineEndpoint({
  id: 'getUploads',
  method: 'GET',
  path: '/api/v1/uploads',
  group: 'protection',
  summary: { zh: '文件上传：规则、拒绝记录、扫描与内容检查', en: 'Uploads: rules, refusals, scanner and content checks' },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({
    /** Null where none is configured. */
    scanner: z.object({ kind: z.enum(['clamd', 'icap']), failure: z.enum(['closed', 'open']), answers: z.boolean() }).nullable(),
    routes: z.array(
      z.object({
        app: z.string(),
        route: z.string(),
        types: z.array(z.string()),
        maxBytes: z.number(),
        maxFiles: z.number(),
        scan: z.boolean(),
        stripMetadata: z.boolean(),
        mediaCheck: z.boolean(),
        /** What the route, else the top of the configuration, says about kinds of findings in files; what is absent is done by default. */
        content: fileContentSchema,
      }),
    ),
    /** Refused requests of the last week, newest first. */
    refused: z.array(trafficRow),
    media: z.array(mediaCheck),
  }),
  errors: [],
});

export const getRichText = defineEndpoint({
  id: 'getRichText',
  method: 'GET',
  path: '/api/v1/rich-text',
  group: 'protection',
  summary: { zh: '富文本清洗记录', en: 'What was cleaned out of rich text' },
  access: 'admin',
  powers: ['security', 'audit'],
  query: z.object({ days: z.coerce.number().int().min(1).max(90).default(7) }),
  response: z.object({
    fields: z.array(z.object({ app: z.string(), route: z.string(), field: z.string(), clean: z.enum(['in', 'out', 'both']) })),
    cleanings: z.array(
      z.object({
        app: z.string(),
        route: z.string(),
        field: z.string(),
        /** On the way in, on the way out, or only noted by monitor mode. */
        way: z.enum(['in', 'out', 'in_noted']),
        texts: z.number(),
        /** Texts with a script, a handler or an address that runs code. */
        harmful: z.number(),
        /** What was taken: elements by name, `handlers`, `addresses`, `styles`, `attributes`. */
        removed: z.array(z.object({ what: z.string(), count: z.number() })),
        requestId: z.string(),
        last: time,
      }),
    ),
  }),
  errors: [],
});
