import * as z from 'zod';
import { identifier, isPort, isTimeZone } from './words.ts';

const httpUrl = z.url({ protocol: /^https?$/ });
const listen = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]{2,45}\]|[A-Za-z0-9.-]{1,253}):\d{1,5}$/, 'host:port, such as 127.0.0.1:8483')
  .refine(isPort, 'a port is at most 65535');

/** A name in which drills write: an address that this company owns for it, so that people can learn to look at it. */
const drillSender = z.strictObject({
  id: identifier,
  name: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[^\p{Cc}<>"]*$/u, 'a name without control characters, < > or "'),
  from: z.email().max(254),
  /** Address that links begin with: a host of its own that leads to `training.listen`. */
  url: httpUrl.refine(
    (url) => URL.canParse(url) && new URL(url).pathname === '/' && new URL(url).search === '',
    'scheme and host alone',
  ),
  /** A `mail` channel of `notify` through whose server it sends; `mailChannel` when absent. */
  channel: identifier.optional(),
});
export type DrillSender = z.output<typeof drillSender>;

export const trainingSchema = z.strictObject({
  /** Where the page for employees is served; without it nobody learns here, and courses can still be exported. */
  listen: listen.optional(),
  /** Its address as employees reach it; where it is absent, that of `listen`. WeCom must trust its host (可信域名). */
  publicUrl: httpUrl.optional(),
  /** Proxies in front of it whose X-Forwarded-For is believed. */
  trustedProxies: z.array(z.string().max(64)).max(64).default([]),
  /** The app whose WeCom credentials sign employees in and send reminders; the first that is in WeCom when absent. */
  app: identifier.optional(),
  /** WeCom's page that signs a member in inside WeCom (path/91022), and the one with a code to scan in other browsers (path/98152). */
  authorizeUrl: httpUrl.default('https://open.weixin.qq.com/connect/oauth2/authorize'),
  scanUrl: httpUrl.default('https://login.work.weixin.qq.com/wwlogin/sso/login'),
  /** A `mail` channel of `notify` whose server sends reminders to those whom WeCom does not reach. */
  mailChannel: identifier.optional(),
  /** Who issues certificates. */
  issuer: z
    .strictObject({ zh: z.string().min(1).max(80), en: z.string().min(1).max(80) })
    .default({ zh: '本公司信息安全部门', en: 'Information security' }),
  /** Days before the due day on which a person is reminded; once more on the day after it, and then each week. */
  remindDays: z.array(z.int().min(0).max(60)).max(5).default([7, 1]),
  /** Hours in which people are reminded; what falls outside comes when they begin. */
  remindHours: z
    .strictObject({
      from: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
        .default('09:00'),
      to: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
        .default('19:00'),
      timeZone: z.string().max(60).refine(isTimeZone, 'a time zone, such as Asia/Shanghai').default('Asia/Shanghai'),
    })
    .refine(({ from, to }) => from !== to, { message: 'from and to differ' })
    .prefault({}),
  /** Role of those who write code: what a scan finds concerns them. */
  developers: z.string().min(1).max(100).default('developer'),
  /** Whether alerts and findings of the last week only propose courses to the security team, or assign them. */
  fromEvents: z.enum(['propose', 'assign']).default('propose'),
  /** Figures are shown for groups of at least so many people. */
  minimumGroup: z.int().min(3).max(100).default(5),
  /** Phishing drills. Nobody gets one unless this is switched on, and names who may approve and where mail may go. */
  drills: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** Names of console accounts; one of them, and never the one who starts it, must approve each drill. */
      approvers: z.array(z.string().min(1).max(100)).max(20).default([]),
      /** Domains of the company's own mailboxes; no other address gets a drill. */
      domains: z
        .array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/))
        .max(20)
        .default([]),
      /** People who never get one, such as whom the works council names. */
      exempt: z.array(z.string().min(1).max(128)).max(5_000).default([]),
      /** Whom drills seem to come from, and where their links lead: no drill writes in another name or to another host. */
      senders: z.array(drillSender).max(10).default([]),
    })
    .refine(({ senders }) => new Set(senders.map(({ id }) => id)).size === senders.length, {
      path: ['senders'],
      message: 'each id once',
    })
    .prefault({}),
  /** Mail that comes back: reminders and bulletins are sent with a return path of their own each, so that a report says by its address what it is about. */
  bounces: z
    .strictObject({
      /** Mail comes back to it with a token: `bounces@mail.example.com` → `bounces+TOKEN@mail.example.com`. Absent, it comes back to the sender. */
      address: z
        .email()
        .max(200)
        // A local part has 64 octets (RFC 5321 §4.5.3.1.1), and the token takes 27.
        .refine((address) => address.lastIndexOf('@') <= 37 && !address.includes('+'), 'at most 37 characters before the @, no +')
        .optional(),
      /** Where returned mail is taken by SMTP, from the company's own mail servers; nowhere when absent. */
      listen: listen.optional(),
      /** Who may connect there: addresses or ranges of the company's own mail servers. */
      from: z
        .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
        .max(64)
        .default(['127.0.0.1/32', '::1/128']),
    })
    .refine(({ address, listen: at }) => at === undefined || address !== undefined, {
      path: ['address'],
      message: 'what listens needs an address to which mail comes back',
    })
    .prefault({}),
  /** Digests, tips and warnings to employees. */
  bulletins: z
    .strictObject({
      /** Whether a person may also turn off warnings about what happens right now. */
      warningsOptional: z.boolean().default(false),
      /** Days without work beside Saturdays and Sundays, and Saturdays and Sundays that are worked (调休). */
      holidays: z.array(z.iso.date()).max(400).default([]),
      workdays: z.array(z.iso.date()).max(400).default([]),
    })
    .refine(({ holidays, workdays }) => !holidays.some((day) => workdays.includes(day)), {
      message: 'a day is a holiday or a workday',
    })
    .prefault({}),
  /** Hands-on labs: each learner gets a deployment of their own on loopback, in a process of its own. Off unless this machine has the memory for them. */
  labs: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** Sandboxes of this node at once; each takes about 400 MB. */
      atOnce: z.int().min(1).max(50).default(2),
      /** A sandbox ends by itself after so many minutes, and sooner when nobody has used it for ten. */
      minutes: z.int().min(5).max(120).default(30),
    })
    .default({ enabled: false, atOnce: 2, minutes: 30 }),
  /** Whether people may take part in a leaderboard; each decides for themselves. */
  leaderboard: z.boolean().default(true),
});
export type TrainingConfig = z.output<typeof trainingSchema>;
