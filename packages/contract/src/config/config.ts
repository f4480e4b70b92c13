import * as z from 'zod';
import { campaignSchema, guardRuleSchema } from '../campaign.ts';
import { factorKind } from '../client-mfa.ts';
import { containmentSchema } from '../containment.ts';
import { fourEyesSettings } from '../endpoint.ts';
import { auditSchema } from './audit.ts';
import { complianceSchema, reportsSchema } from './compliance.ts';
import { directorySchema } from './directory.ts';
import { disclosureSchema, maskSchema } from './disclosure.ts';
import { incidentsSchema } from './incidents.ts';
import { inspectSchema } from './inspection.ts';
import { keysSchema, sealedFieldSchema } from './keys.ts';
import { notifySchema } from './notify.ts';
import { privacySchema, retentionSchema, subjectDataSchema } from './privacy.ts';
import { richTextSchema, uploadsSchema, uploadsTopSchema } from './protect.ts';
import { botRulesSchema, limitsSchema, ratesSchema, riskRulesSchema } from './rates.ts';
import { recoverySchema } from './recovery.ts';
import { releaseSchema } from './release.ts';
import { riskSchema } from './risk.ts';
import { scansSchema } from './scans.ts';
import { socketSchema } from './socket.ts';
import { trainingSchema } from './training.ts';
import { versionDemand, versionsSchema } from './versions.ts';
import { apiSecuritySchema, paySchema, wechatLogsSchema } from './wechat.ts';
import { identifier, isPort, isTimeZone, secret, timeZone } from './words.ts';

const bytes = z.int().min(1).max(1_073_741_824);
const milliseconds = z.int().min(1).max(86_400_000);
const cidr = z.string().regex(/^[0-9a-fA-F.:]{2,45}(\/\d{1,3})?$/, 'an address or CIDR range, such as 10.0.0.0/8');
const listen = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]{2,45}\]|[A-Za-z0-9.-]{1,253}):\d{1,5}$/, 'host:port, such as 127.0.0.1:8443')
  .refine(isPort, 'a port is at most 65535');
const httpUrl = z.url({ protocol: /^https?$/ });
const wechatId = z.string().regex(/^[A-Za-z0-9_-]{4,64}$/);

/**
 * A route's path pattern: literal segments, `:name` parameters and a final `*`. A `*` elsewhere is refused, because the router ends a pattern at
 * its first `*`; so are two parameters of one name, because the second would hide the first from the policies.
 */
const routePattern = z
  .string()
  .max(512)
  .regex(
    /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/([^\s*?#]*\/)?(\*|[^\s*?#]*)$/,
    'a method and a path with "*" only as its last segment, such as "POST /api/orders/:id"',
  )
  .refine((match) => {
    const names = match.split('/').flatMap((segment) => (segment.startsWith(':') ? [segment.slice(1)] : []));
    return new Set(names).size === names.length && names.every((name) => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name));
  }, 'parameters need distinct names of letters, digits and underscores');

/** Where a value comes from: `path.id`, `query.page`, `body.order.amount`, `principal` (the caller's own uid) or `=text` for a constant. */
const valueSource = z
  .string()
  .max(200)
  .regex(/^(principal|=[\x20-\x7e]{1,100}|(path|query|body)(\.[A-Za-z_][A-Za-z0-9_]{0,63}){1,6})$/);

/**
 * Where an attribute comes from: as {@link valueSource}, or `lookup.a.b` and `answer.a.b` from the backend's object, text unless it says
 * ` as Long`, ` as Bool` or ` as Some::EntityType`.
 */
const attributeSource = z.union([
  valueSource,
  z
    .string()
    .max(300)
    .regex(/^(lookup|answer)(\.[A-Za-z_][A-Za-z0-9_]{0,63}){1,6}( as (Long|Bool|[A-Z][A-Za-z0-9_]*(::[A-Z][A-Za-z0-9_]*)+))?$/),
]);

export const resourceSchema = z.strictObject({
  /** Cedar entity type, such as `Menshen::User` or `Portal::Order`. */
  type: z.string().regex(/^[A-Z][A-Za-z0-9_]*(::[A-Z][A-Za-z0-9_]*)*$/),
  id: valueSource,
  /**
   * `directory`: attributes and departments of a person or department; `request`: only `attributes` below; `lookup`: the backend is asked for the object
   * before the decision; `answer`: reads only, decided on the backend's answer before anything of it is disclosed.
   */
  from: z.enum(['directory', 'request', 'lookup', 'answer']).default('request'),
  /** `{id}` stands for the id; a path on the backend that answers with the object as JSON, 404 where there is none. */
  lookup: z
    .strictObject({
      path: z
        .string()
        .max(500)
        .regex(/^\/[\x21-\x7e]*\{id\}[\x21-\x7e]*$/, 'a path with {id}'),
      cacheSeconds: z.int().min(0).max(300).default(10),
    })
    .optional(),
  attributes: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/), attributeSource).default({}),
  /** Attributes that name entities which the resource is in, such as its department. */
  parents: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/))
    .max(8)
    .default([]),
});

export const routeSchema = z.strictObject({
  match: routePattern,
  /**
   * `mfa` takes the greatest age of the second factor in seconds: `mfa` alone means 300. `approval` wants a second factor for this one request
   * (`X-Menshen-Approval`).
   */
  auth: z
    .union([
      z.enum(['none', 'session', 'mfa', 'approval']),
      z.strictObject({ mfa: z.strictObject({ maxAgeSeconds: z.int().min(30).max(86_400) }) }),
    ])
    .default('session'),
  action: z
    .string()
    .regex(/^[a-z][A-Za-z0-9_.-]{0,99}$/)
    .optional(),
  resource: resourceSchema.optional(),
  /** JSON Schema of the body, in place or `openapi:` to take it from the app's OpenAPI document. */
  schema: z.union([z.record(z.string(), z.unknown()), z.literal('openapi')]).optional(),
  body: z
    .strictObject({
      /** Media types accepted; JSON alone when absent. */
      types: z
        .array(z.enum(['json', 'form', 'multipart', 'text', 'binary']))
        .min(1)
        .optional(),
      maxBytes: bytes.optional(),
      /** Pass the body on as it arrives instead of holding it: for uploads; only its size is checked. */
      stream: z.boolean().optional(),
      optional: z.boolean().optional(),
    })
    .optional(),
  limit: limitsSchema.optional(),
  /** What a request of this route takes from the limits of its app; 1 when absent. */
  cost: z.int().min(1).max(10_000).optional(),
  risk: riskRulesSchema.optional(),
  bot: botRulesSchema.optional(),
  timeoutMs: milliseconds.optional(),
  /** Further tries of an idempotent request (GET, HEAD, OPTIONS) after a connection failure. */
  retries: z.int().min(0).max(3).optional(),
  mode: z.enum(['enforce', 'monitor']).optional(),
  inspect: inspectSchema.optional(),
  /**
   * The encrypted channel between mini program and gateway (docs/reference/client-protocol.md): bodies in envelopes, on top of TLS. `required` refuses
   * bodies and answers in clear; it needs sessions that were opened by a sealed login.
   */
  seal: z.enum(['off', 'optional', 'required']).default('off'),
  /**
   * The route takes notifications of WeChat Pay v3 and nothing else: signature, time and serial are verified by the app's `pay`, and what the backend
   * has taken once is not sent to it again. `verify` passes the notification on as it is, `decrypt` as JSON `{id, eventType, originalType, resource}`.
   */
  payment: z.enum(['verify', 'decrypt']).optional(),
  /** The route takes WebSocket handshakes, and nothing else. */
  socket: socketSchema.optional(),
  /** Fields of the answer that are masked. */
  mask: z.array(maskSchema).max(100).optional(),
  /** What is done when an answer holds what it perhaps should not. */
  disclosure: disclosureSchema.optional(),
  richText: richTextSchema.optional(),
  uploads: uploadsSchema.optional(),
  /** Whether the form of accepted requests is learned, for a proposal of a schema; where no `schema` is given, unless it says `false`. */
  learn: z.boolean().optional(),
  /** Rules on the route's values: ranges, sizes, states that only go forward, ids of one's own, totals. */
  guards: z.array(guardRuleSchema).max(20).optional(),
  /** Purposes of `privacy.purposes` that the person must have consented to, in their present version. */
  consent: z.array(identifier).min(1).max(10).optional(),
  /** Which versions of the mini program may ask, in place of what the app says. */
  versions: versionDemand.optional(),
});

export const appSchema = z.strictObject({
  id: identifier,
  name: z.strictObject({ zh: z.string().min(1).max(60), en: z.string().min(1).max(60) }).optional(),
  hosts: z
    .array(z.string().regex(/^[a-z0-9.-]{1,253}$/))
    .min(1)
    .optional(),
  basePath: z
    .string()
    .regex(/^\/[A-Za-z0-9/_-]{0,100}$/)
    .optional(),
  audience: z.array(z.enum(['employee', 'partner', 'customer'])).min(1),
  wechat: z
    .strictObject({
      appid: wechatId,
      secret,
      apiBase: httpUrl.default('https://api.weixin.qq.com'),
      push: z.strictObject({ token: secret, aesKey: z.string().length(43) }).optional(),
      apiSecurity: apiSecuritySchema.optional(),
      logs: wechatLogsSchema.optional(),
    })
    .optional(),
  /** For routes that take notifications of WeChat Pay; see their `payment`. */
  pay: paySchema.optional(),
  wecom: z
    .strictObject({
      corpid: wechatId,
      agentid: z.int().min(1),
      secret,
      contactsSecret: secret.optional(),
      callback: z.strictObject({ token: secret, aesKey: z.string().length(43) }).optional(),
      apiBase: httpUrl.default('https://qyapi.weixin.qq.com'),
    })
    .optional(),
  upstream: z.union([
    httpUrl,
    z.strictObject({
      url: httpUrl,
      timeoutMs: milliseconds.optional(),
      connections: z.int().min(1).max(1024).optional(),
      /** For an https backend: who may be its issuer in place of the public ones, and what the gateway shows of itself. PEM, by `file:`. */
      tls: z
        .strictObject({
          ca: z.string().min(1).max(262_144).optional(),
          cert: z.string().min(1).max(65_536).optional(),
          key: z.string().min(1).max(65_536).optional(),
        })
        .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key go together')
        .optional(),
      /** Prefix that replaces `basePath` on the way to the backend; the path stays as it is when absent. */
      path: z
        .string()
        .regex(/^\/[A-Za-z0-9/_-]{0,100}$/)
        .optional(),
    }),
  ]),
  openapi: z.string().max(500).optional(),
  session: z
    .strictObject({
      idleSeconds: z.int().min(60).max(86_400).default(3_600),
      absoluteSeconds: z.int().min(300).max(2_592_000).default(43_200),
      perPerson: z.int().min(1).max(50).default(5),
    })
    .prefault({}),
  /** Ways in which a WeChat user may prove to be an employee; `unionid`: by having proved it in another mini program, with an account or a company code. */
  binding: z
    .array(z.enum(['phone', 'account', 'company_code', 'unionid']))
    .default(['phone', 'account', 'company_code', 'unionid']),
  /**
   * Client protocol 1 (docs/reference/client-protocol.md). `required`: logins must be sealed and requests signed. `optional`: a session that was opened by a
   * sealed login must sign, others go by their token alone. `userKey` mixes WeChat's per-user key into the keys of WeChat sessions.
   */
  requestSigning: z
    .strictObject({ mode: z.enum(['off', 'optional', 'required']).default('optional'), userKey: z.boolean().default(false) })
    .prefault({}),
  /** When a second factor is asked for because of the session's risk, whatever the route says. */
  stepUp: z
    .strictObject({
      /** Level from which it is asked: 1 any sign, 4 only the gravest; `null` never. */
      threshold: z.int().min(1).max(4).nullable().default(3),
      /** Hours of the local day that count as night, `from` up to and without `to`. */
      night: z
        .strictObject({ from: z.int().min(0).max(23), to: z.int().min(0).max(23) })
        .nullable()
        .default({ from: 0, to: 6 }),
      timeZone: z.string().max(64).refine(isTimeZone, 'an IANA time zone such as "Asia/Shanghai"').default('Asia/Shanghai'),
      /** Failed proofs within an hour that count as a sign. */
      failures: z.int().min(1).max(1_000).default(5),
      /** Faster than this nobody travels, in km/h. */
      maxKmPerHour: z.int().min(50).max(10_000).default(900),
      /** Asks WeChat for the risk rank of every WeChat login. */
      wechatRisk: z.boolean().default(false),
    })
    .prefault({}),
  /** Second factors of this app's people. */
  factors: z
    .strictObject({
      /** What may be enrolled and proved. `totp` must be among them: SMS is a restricted authenticator, and an alternative must be offered. */
      kinds: z
        .array(factorKind)
        .refine((kinds) => kinds.includes('totp'), 'totp must be among the kinds')
        .default(['totp', 'sms', 'password', 'soter', 'recovery']),
      /** Steps of 30 s by which a TOTP clock may be off. 1 is a deviation from ASVS 5.0 6.5.5, for phones whose clocks nobody sets. */
      totpWindow: z.int().min(0).max(1).default(0),
      /** How long a proved factor raises the session's assurance; routes ask for fresher ones by `mfa.maxAgeSeconds`. */
      assuranceSeconds: z.int().min(30).max(86_400).default(43_200),
      /** How employees may have the proof sent that enrolling asks for; administrators can always give it out. */
      enrolmentCode: z.array(z.enum(['wecom', 'phone'])).default(['wecom']),
    })
    .prefault({}),
  /** What its routes say nothing else about. */
  inspect: inspectSchema.optional(),
  disclosure: disclosureSchema.optional(),
  /** Over all routes of the app, on top of their own. */
  limit: limitsSchema.optional(),
  /** Rules of routes that have none of their own. */
  risk: riskRulesSchema.optional(),
  bot: botRulesSchema.optional(),
  routes: z.array(routeSchema).max(2_000).default([]),
  /** Columns of the backend's own database that are sealed through the seal interface. */
  sealedFields: z.array(sealedFieldSchema).max(500).default([]),
  /** What campaigns may give; see docs/guides/campaigns.md. */
  campaigns: z.array(campaignSchema).max(1_000).default([]),
  /** Who may sign releases of this app, and what a scan may have found in them. */
  release: releaseSchema.optional(),
  /** Which versions of the mini program may ask. */
  versions: versionsSchema.prefault({}),
  /** How the backend is asked for what it holds of a person. */
  subjectData: subjectDataSchema.optional(),
});

const smsTemplates = (id: z.ZodString) => z.strictObject({ zh: id, en: id.optional() });
const signName = z.string().min(1).max(40);

/**
 * The company's account at an SMS provider. A template has two parameters: the code, and its lifetime in minutes; one of `alertTemplates` has the
 * severity and the number of the notice (at Aliyun by the names `severity` and `notice`).
 */
export const smsSchema = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('tencent'),
    secretId: z.string().min(1).max(100),
    secretKey: secret,
    sdkAppId: z.string().regex(/^\d{4,20}$/),
    region: z
      .string()
      .regex(/^[a-z0-9-]{3,40}$/)
      .default('ap-guangzhou'),
    signName,
    templates: smsTemplates(z.string().regex(/^\d{1,20}$/)),
    alertTemplates: smsTemplates(z.string().regex(/^\d{1,20}$/)).optional(),
    apiBase: httpUrl.default('https://sms.tencentcloudapi.com'),
  }),
  z.strictObject({
    provider: z.literal('aliyun'),
    accessKeyId: z.string().min(1).max(100),
    accessKeySecret: secret,
    signName,
    templates: smsTemplates(z.string().regex(/^SMS_\d{1,20}$/)),
    alertTemplates: smsTemplates(z.string().regex(/^SMS_\d{1,20}$/)).optional(),
    apiBase: httpUrl.default('https://dysmsapi.aliyuncs.com'),
  }),
]);

/** A way to sign in to the console through a company's own identity provider (OpenID Connect Core 1.0, authorization code with PKCE). */
const oidcProviderSchema = z.strictObject({
  id: identifier,
  name: z.strictObject({ zh: z.string().min(1).max(60), en: z.string().min(1).max(60) }),
  issuer: httpUrl,
  clientId: z.string().min(1).max(255),
  clientSecret: secret.optional(),
  /** `amr` or `acr` values of the ID token that count as a second factor; without one of them ours is asked for. */
  trustedAmr: z.array(z.string().min(1).max(100)).max(20).default([]),
  trustedAcr: z.array(z.string().min(1).max(200)).max(20).default([]),
});

const consoleSchema = z.strictObject({
  listen: listen.default('127.0.0.1:8480'),
  publicUrl: httpUrl.optional(),
  /** Where administrators may come from; anywhere when empty. Machines with API tokens have lists of their own. */
  allowAddresses: z.array(cidr).max(200).default([]),
  /** Proxies in front of the console whose X-Forwarded-For is believed. */
  trustedProxies: z.array(cidr).max(64).default([]),
  /** What set-up makes unless it is told otherwise: three separated accounts, or one with all powers. */
  operators: z.enum(['separated', 'single']).default('separated'),
  /** `optional` lets an account without a second factor in; refused in production. */
  secondFactor: z.enum(['required', 'optional']).default('required'),
  /** How long a single operator waits between asking for a dangerous act and doing it. */
  singleOperatorDelaySeconds: z.int().min(5).max(86_400).default(60),
  /** Acts that take a second administrator here, besides those that always do. */
  fourEyes: z.array(z.enum(fourEyesSettings)).max(fourEyesSettings.length).default([]),
  signIn: z
    .strictObject({
      oidc: z.array(oidcProviderSchema).max(10).default([]),
      /** Scan code of WeCom, for members of one company. */
      wecom: z
        .strictObject({
          id: identifier.default('wecom'),
          corpid: wechatId,
          agentid: z.int().min(1),
          secret,
          apiBase: httpUrl.default('https://qyapi.weixin.qq.com'),
          scanUrl: httpUrl.default('https://login.work.weixin.qq.com/wwlogin/sso/login'),
        })
        .optional(),
    })
    .prefault({}),
});

export const configSchema = z.strictObject({
  /** Folder of everything that Menshen keeps on disk. */
  data: z.string().min(1).max(500).default('.menshen'),
  environment: z.enum(['production', 'development']).default('production'),
  gateway: z
    .strictObject({
      listen: listen.default('127.0.0.1:8443'),
      tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
      trustedProxies: z.array(cidr).max(64).default([]),
      mode: z.enum(['enforce', 'monitor', 'bypass']).default('enforce'),
      denyAddresses: z.array(cidr).max(10_000).default([]),
      /** How requests are inspected for attacks where neither app nor route says otherwise. */
      inspect: inspectSchema.prefault({}),
      disclosure: disclosureSchema.optional(),
      rates: ratesSchema.prefault({}),
      /** Keys of sealed logins: raise `generation` to rotate; the one before stays good while `previous` is on. */
      clientKeys: z
        .strictObject({
          generation: z.int().min(1).max(1_000_000).default(1),
          previous: z.boolean().default(true),
          suites: z
            .array(z.enum(['A', 'S']))
            .min(1)
            .default(['A', 'S']),
        })
        .prefault({}),
      limits: z
        .strictObject({
          bodyBytes: bytes.default(1_048_576),
          headerBytes: z.int().min(1024).max(65_536).default(16_384),
          uriBytes: z.int().min(256).max(65_536).default(8_192),
          connections: z.int().min(1).max(200_000).default(20_000),
          requestsInFlight: z.int().min(1).max(100_000).default(4_096),
          perAddressPerSecond: z.int().min(1).max(1_000_000).default(200),
          perAddressBurst: z.int().min(1).max(1_000_000).default(400),
          /** Logins of one address, behind which a whole office may be: each costs a call to WeChat. */
          loginsPerAddressPerSecond: z.int().min(1).max(10_000).default(20),
          loginsPerAddressBurst: z.int().min(1).max(100_000).default(400),
          headerTimeoutMs: milliseconds.default(10_000),
          bodyTimeoutMs: milliseconds.default(15_000),
          keepAliveMs: milliseconds.default(65_000),
        })
        .prefault({}),
    })
    .prefault({}),
  console: consoleSchema.prefault({}),
  /** The embedded store lies in the data folder: backups, shipping and restoring look for it there. */
  store: z
    .string()
    .regex(
      /^(file:(?!\/|\\|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)).|postgres(ql)?:\/\/)/,
      'file:NAME in the data folder, or postgres://...',
    )
    .default('file:menshen.db'),
  coordination: z
    .string()
    .regex(/^(memory:$|rediss?:\/\/)/, 'memory: or redis://...')
    .default('memory:'),
  apps: z.array(appSchema).max(200).default([]),
  /** Folder with `.cedar` files and `schema.cedarschema`. */
  policies: z.string().max(500).optional(),
  /** Folder of Sigma rules that run beside the baselines, in place of those that ship; see docs/guides/detection.md. */
  detections: z.string().max(500).optional(),
  /**
   * By whose clock detection tells usual hours from strange ones: a person's own, else that of the nearest department above them that has one, else the
   * company's. Departments and people by their ids.
   */
  timeZones: z
    .strictObject({
      company: timeZone.default('Asia/Shanghai'),
      departments: z.record(z.string().max(200), timeZone).default({}),
      people: z.record(z.string().max(200), timeZone).default({}),
    })
    .prefault({}),
  /** Folder of playbooks beside those that ship; a file with the id of one of these takes its place. See docs/guides/playbooks.md. */
  playbooks: z.string().max(500).optional(),
  keys: keysSchema.prefault({}),
  audit: auditSchema.prefault({}),
  /** List of places by address, a line each `CIDR,country,city,lat,lon`; without it sessions know no place, and detection uses the data that ships. */
  addressPlaces: z.string().max(500).optional(),
  /** For second factors by SMS; without it there are none. */
  sms: smsSchema.optional(),
  uploads: uploadsTopSchema.prefault({}),
  directory: directorySchema.prefault({}),
  /** Consent, requests of people and how they are answered; see docs/guides/privacy.md. */
  privacy: privacySchema.prefault({}),
  /** Who hears of what, and how; see docs/guides/notifications.md. */
  notify: notifySchema.prefault({}),
  /** How risks are computed; see docs/guides/risk.md. */
  risk: riskSchema.prefault({}),
  /** Which level is asked of the company, and how proofs by hand are kept; see docs/guides/compliance.md. */
  compliance: complianceSchema.prefault({}),
  reports: reportsSchema.prefault({}),
  incidents: incidentsSchema.prefault({}),
  containment: containmentSchema.prefault({}),
  /** Scans of source folders, due dates of findings, and what `menshen probe` may call; see docs/guides/findings.md. */
  scans: scansSchema.prefault({}),
  /** Backups, shipping to a second place and drills; see docs/guides/backups.md. */
  recovery: recoverySchema.prefault({}),
  retention: retentionSchema.prefault({}),
  /** Courses, and the page where people take them; see docs/guides/training.md. */
  training: trainingSchema.prefault({}),
  /**
   * Places that the server itself may call besides those that the rest of this file names, such as the token endpoint of an OpenID provider that is
   * not at its issuer's host. Everything else is refused.
   */
  outbound: z.strictObject({ allow: z.array(httpUrl).max(50).default([]) }).prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type AppConfig = z.output<typeof appSchema>;
export type SmsConfig = z.output<typeof smsSchema>;
export type RouteConfig = z.output<typeof routeSchema>;
export type ResourceConfig = z.output<typeof resourceSchema>;
export type Audience = AppConfig['audience'][number];
export type GatewayMode = Config['gateway']['mode'];
