import * as z from 'zod';
import { isTimeZone, secret } from './words.ts';

const path = z.string().min(1).max(500);

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** https, or plain http on the own machine: events of people never travel in clear over a network. */
const address = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((url) => URL.parse(url)?.protocol === 'https:' || loopback.test(URL.parse(url)?.hostname ?? ''), {
    message: 'https://... (http:// to this machine only)',
  });

const place = z.union([
  z.strictObject({
    /** RFC 5424 over TLS (RFC 5425), or over TCP with octet counting (RFC 6587) to this machine. */
    syslog: z
      .strictObject({
        host: z.string().min(1).max(253),
        port: z.int().min(1).max(65_535).default(6514),
        tls: z.boolean().default(true),
        /** PEM files: who may have signed the receiver's certificate, and our own certificate where it asks for one. */
        ca: path.optional(),
        cert: path.optional(),
        key: path.optional(),
        /** HOSTNAME of each message; this machine's own name when absent. */
        hostname: z.string().min(1).max(255).optional(),
        /** Private enterprise number of the structured data. */
        enterprise: z.int().min(1).max(4_294_967_295).default(32_473),
      })
      .refine(({ tls, host }) => tls || loopback.test(host), { message: 'tls: true (without TLS to this machine only)' })
      .refine(({ cert, key }) => (cert === undefined) === (key === undefined), { message: 'cert and key, or neither' }),
  }),
  z.strictObject({
    webhook: z.strictObject({
      url: address,
      /** Signs each delivery: `X-Menshen-Signature: t=SECONDS,v1=HEX` with HMAC-SHA-256 over `SECONDS.BODY`. */
      secret,
    }),
  }),
  z.strictObject({
    /** OTLP over HTTP with JSON; the path `/v1/logs` is part of the address. */
    otlp: z.strictObject({ url: address, headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/), secret).default({}) }),
  }),
  z.strictObject({ folder: path }),
  /** A program that reads lines on its standard input, started without a shell. */
  z.strictObject({ command: z.array(z.string().min(1).max(1_000)).min(1).max(50) }),
]);

/** A place that every entry of the audit log is sent to, in order and at least once. */
export const auditExportSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  /** What a folder, a command or a webhook gets; syslog always carries RFC 5424 and OTLP its own form. */
  format: z.enum(['ocsf', 'ecs', 'cef', 'syslog']).default('ocsf'),
  /** Least OCSF severity: 1 everything, 2 low, 3 medium, 4 high, 5 critical. */
  severity: z.int().min(1).max(5).default(1),
  to: place,
});

export type AuditExportConfig = z.output<typeof auditExportSchema>;

/** Another machine that looks at every checkpoint and signs it only when it continues the last; see `menshen witness`. */
export const auditWitnessSchema = z.strictObject({
  /** What it signs names nobody: plain http is enough, because its answer is verified with its key. */
  url: z.url({ protocol: /^https?$/ }).max(500),
  /** Its verifier key, of type 0x04. */
  vkey: z.string().regex(/^[^\s+]{1,200}\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43,44}=?$/, 'the key that menshen witness prints'),
});
export type AuditWitnessConfig = z.output<typeof auditWitnessSchema>;

export const auditSchema = z
  .strictObject({
    origin: z
      .string()
      .regex(/^[^\s+]{1,200}$/)
      .default('menshen.local/audit'),
    /** Folder of the log, starting at the data folder; `tlog` when absent. */
    directory: path.optional(),
    /**
     * Several processes of one machine write one log: one of them owns it, and another takes over when it ends. All have the same `origin`, `directory`
     * and master key, and share a PostgreSQL. Never on a network file system.
     */
    shared: z.boolean().default(false),
    checkpointIntervalMs: z.int().min(100).max(60_000).default(1_000),
    publicTiles: z.boolean().default(false),
    /**
     * People stand in the log under pseudonyms made from keys of their own: destroying a key makes its entries nobody's, and the log stays whole. Who may
     * search sees uids as before; whoever reads entries themselves (exports, tiles) sees pseudonyms.
     */
    pseudonyms: z.boolean().default(false),
    /** Where days of the log are kept for themselves, each with what proves it; see docs/guides/auditor.md. */
    archive: z
      .strictObject({
        /** Folder of the days, starting at the log's folder. */
        directory: path.default('archive'),
        /** Days for which an archived day is kept; at least as long as the log keeps its entries (`retention.audit`). */
        days: z.int().min(180).max(36_500).default(365),
        /** Where a day begins and ends. */
        timeZone: z.string().max(64).refine(isTimeZone, 'an IANA time zone such as "Asia/Shanghai"').default('Asia/Shanghai'),
      })
      .prefault({}),
    /** Other systems that every entry is sent to; see docs/guides/audit-export.md. */
    export: z.array(auditExportSchema).max(10).default([]),
    witnesses: z.array(auditWitnessSchema).max(15).default([]),
    /** How many witnesses must have signed a checkpoint before it is published; all when absent. */
    witnessQuorum: z.int().min(1).max(15).optional(),
  })
  .refine(({ witnesses, witnessQuorum = 0 }) => witnessQuorum <= witnesses.length, {
    path: ['witnessQuorum'],
    message: 'no more than there are witnesses',
  })
  // Under two names one key would count for two of the quorum.
  .refine(
    ({ witnesses }) => new Set(witnesses.map(({ vkey }) => vkey.replace(/^[^+]*\+[^+]*\+/, ''))).size === witnesses.length,
    {
      path: ['witnesses'],
      message: 'each key once',
    },
  )
  .refine(({ export: places }) => new Set(places.map(({ id }) => id)).size === places.length, {
    path: ['export'],
    message: 'each id once',
  });
