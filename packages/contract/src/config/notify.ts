import * as z from 'zod';
import { identifier, isTimeZone, secret } from './words.ts';

const httpsBase = z.url({ protocol: /^https?$/ }).max(300);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
const mailAddress = z.email().max(254);

export const noticeSeverities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export const noticeSeverity = z.enum(noticeSeverities);
export type NoticeSeverity = z.output<typeof noticeSeverity>;

export const noticeKinds = ['alert', 'incident', 'approval', 'health', 'privacy', 'finding', 'test'] as const;
export const noticeKind = z.enum(noticeKinds);
export type NoticeKind = z.output<typeof noticeKind>;

const way = z.union([
  /** Group webhook of WeCom (企业微信消息推送). */
  z.strictObject({ wecomRobot: z.strictObject({ key: secret, apiBase: httpsBase.default('https://qyapi.weixin.qq.com') }) }),
  /** Message of a WeCom application, with the credentials of one of our apps. */
  z.strictObject({
    wecomApp: z
      .strictObject({
        app: identifier,
        users: z.array(z.string().min(1).max(64)).max(200).default([]),
        departments: z.array(z.int().min(1)).max(100).default([]),
      })
      .refine(({ users, departments }) => users.length + departments.length > 0, { message: 'users or departments' }),
  }),
  z.strictObject({
    dingtalkRobot: z.strictObject({ token: secret, secret, apiBase: httpsBase.default('https://oapi.dingtalk.com') }),
  }),
  z.strictObject({
    feishuRobot: z.strictObject({ token: secret, secret, apiBase: httpsBase.default('https://open.feishu.cn') }),
  }),
  z.strictObject({
    mail: z
      .strictObject({
        host: z.string().min(1).max(253),
        port: z.int().min(1).max(65_535).default(465),
        /** `tls` from the first byte (RFC 8314), or `starttls`, which is demanded and never skipped. */
        security: z.enum(['tls', 'starttls']).default('tls'),
        user: z.string().min(1).max(254).optional(),
        password: secret.optional(),
        /** PEM file: who may have signed the server's certificate, where that is none of the public ones. */
        ca: z.string().min(1).max(500).optional(),
        from: mailAddress,
        to: z.array(mailAddress).min(1).max(50),
      })
      .refine(({ user, password }) => (user === undefined) === (password === undefined), {
        message: 'user and password, or neither',
      }),
  }),
  /** JSON with `X-Menshen-Signature: t=SECONDS,v1=HEX`: HMAC-SHA-256 over `SECONDS.BODY`. */
  z.strictObject({ webhook: z.strictObject({ url: httpsBase, secret }) }),
  /** By the account of `sms` and its `alertTemplates`. */
  z.strictObject({
    sms: z.strictObject({
      phones: z
        .array(z.string().regex(/^\+?\d{6,15}$/))
        .min(1)
        .max(20),
    }),
  }),
]);

const channelSchema = z.strictObject({ id: identifier, language: z.enum(['zh', 'en']).default('zh'), by: way });
export type NotifyChannelConfig = z.output<typeof channelSchema>;

const routeSchema = z.strictObject({
  /** All kinds when absent. */
  kinds: z.array(noticeKind).min(1).optional(),
  /** Least severity. */
  severity: noticeSeverity.default('high'),
  /** All apps, and what is of none, when absent. */
  apps: z.array(identifier).min(1).optional(),
  channels: z.array(identifier).min(1).max(20),
  /** What is below `except` waits until the hours end. */
  quiet: z
    .strictObject({
      from: clockTime,
      to: clockTime,
      timeZone: z.string().max(60).default('Asia/Shanghai'),
      except: noticeSeverity.default('critical'),
    })
    .refine(({ from, to }) => from !== to, { message: 'from and to differ' })
    .refine(({ timeZone }) => isTimeZone(timeZone), { path: ['timeZone'], message: 'a time zone, such as Asia/Shanghai' })
    .optional(),
  /** Who hears it when nobody has acknowledged it by then. */
  escalate: z
    .array(z.strictObject({ afterMinutes: z.int().min(1).max(1_440), channels: z.array(identifier).min(1).max(20) }))
    .max(5)
    .default([]),
});
export type NotifyRouteConfig = z.output<typeof routeSchema>;

export const notifySchema = z
  .strictObject({
    channels: z.array(channelSchema).max(50).default([]),
    /** Each that fits is followed. With channels and no routes, everything `high` and above goes to all channels. */
    routes: z.array(routeSchema).max(50).default([]),
    /** What comes again about the same matter within so many minutes is counted, and not sent again. */
    foldMinutes: z.int().min(1).max(1_440).default(30),
  })
  .superRefine(({ channels, routes }, context) => {
    const ids = new Set(channels.map(({ id }) => id));
    if (ids.size !== channels.length) context.addIssue({ code: 'custom', path: ['channels'], message: 'each id once' });
    routes.forEach((route, at) => {
      const named = [...route.channels, ...route.escalate.flatMap(({ channels: more }) => more)];
      const missing = named.find((id) => !ids.has(id));
      if (missing !== undefined)
        context.addIssue({ code: 'custom', path: ['routes', at, 'channels'], message: `there is no channel ${missing}` });
    });
  });
export type NotifyConfig = z.output<typeof notifySchema>;
