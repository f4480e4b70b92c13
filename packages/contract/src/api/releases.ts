import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { ok, time } from './common.ts';

const app = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const version = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}$/);
const buildId = z.string().regex(/^[0-9a-f]{64}$/);
const names = z.array(z.string().min(1).max(4_096)).max(50);
const reason = z.string().min(4).max(300);

export const releaseView = z.object({
  id: z.string(),
  app: z.string(),
  kind: z.enum(['miniprogram', 'backend']),
  version: z.string(),
  buildId: z.string(),
  state: z.enum(['registered', 'revoked']),
  files: z.number(),
  /** Id of the key that signed it. */
  key: z.string(),
  /** What the scan found; null where none is named. */
  scan: z.object({ tool: z.string(), critical: z.number(), high: z.number(), medium: z.number(), low: z.number() }).nullable(),
  built: time,
  registered: time,
  registeredBy: z.string(),
  /** Why it was taken in spite of its scan, or revoked. */
  reason: z.string().nullable(),
});
export type ReleaseView = z.output<typeof releaseView>;

/** What a watcher last said of a deployment. */
/** How what runs may stand among what is registered. */
export const releaseStandings = ['current', 'older', 'revoked', 'unregistered'] as const;

export const deploymentView = z.object({
  app: z.string(),
  version: z.string(),
  buildId: z.string(),
  /** Address of the watcher. */
  host: z.string(),
  ok: z.boolean(),
  changed: z.array(z.string()),
  missing: z.array(z.string()),
  added: z.array(z.string()),
  total: z.number(),
  /** Since when it is so, and when it was last heard. */
  since: time,
  heard: time,
  /**
   * How the build stands among the registered ones: `older` where a newer release of its kind is registered and not revoked; null until it is heard of.
   */
  standing: z.enum(releaseStandings).nullable(),
});
export type DeploymentView = z.output<typeof deploymentView>;

export const listReleases = defineEndpoint({
  id: 'listReleases',
  method: 'GET',
  path: '/api/v1/releases',
  group: 'releases',
  summary: { zh: '登记的发布与部署状态', en: 'Registered releases, and whether deployments still are what was signed' },
  access: 'admin',
  powers: ['system', 'security', 'audit'],
  scopes: ['release'],
  response: z.object({
    releases: z.array(releaseView),
    deployments: z.array(deploymentView),
    /** Apps that name keys for releases, and the least severity that holds one back. */
    apps: z.array(z.object({ app: z.string(), keys: z.array(z.string()), gate: z.enum(['critical', 'high', 'medium', 'none']) })),
  }),
  errors: [],
});

export const registerRelease = defineEndpoint({
  id: 'registerRelease',
  method: 'POST',
  path: '/api/v1/releases',
  group: 'releases',
  summary: { zh: '登记一个签名的发布', en: 'Register a signed release' },
  access: 'admin',
  powers: ['security'],
  scopes: ['release'],
  bodyBytes: 32 * 1_048_576,
  /** What the scan gate holds back takes two; a machine cannot ask for it. */
  approval: { approvers: ['security', 'system'], when: ({ body }) => body.inSpiteOf !== undefined },
  body: z.strictObject({
    /** The manifest of `menshen release sign`: a DSSE envelope. */
    manifest: z
      .string()
      .min(1)
      .max(30 * 1_048_576),
    /** Why it is taken although its scan found what the gate holds back. */
    inSpiteOf: reason.optional(),
  }),
  status: 201,
  response: releaseView,
  errors: [
    'release_unsigned',
    'release_gate',
    'release_known',
    'release_version_revoked',
    'not_found',
    'token_scope',
    'approval_required',
    'approval_invalid',
    'audit_unwritable',
    'validation_failed',
  ],
});

export const revokeRelease = defineEndpoint({
  id: 'revokeRelease',
  method: 'POST',
  path: '/api/v1/releases/{id}/revoke',
  group: 'releases',
  summary: { zh: '撤销一个发布', en: 'Revoke a release' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: z.object({ id: z.string().regex(/^r_[A-Za-z0-9_-]{22}$/) }),
  body: z.strictObject({ reason }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});

/** What `menshen release watch --report` says. The token needs the scope `release` and a grant `release:APP`. */
export const reportDrift = defineEndpoint({
  id: 'reportDrift',
  method: 'POST',
  path: '/api/v1/releases/drift',
  group: 'releases',
  summary: { zh: '上报部署代码与签名不一致', en: 'Report that deployed code is not what was signed' },
  access: 'admin',
  powers: [],
  scopes: ['release'],
  body: z.strictObject({
    app,
    version,
    buildId,
    ok: z.boolean(),
    changed: names,
    missing: names,
    added: names,
    total: z.int().min(0).max(1_000_000),
  }),
  response: ok,
  errors: ['not_found', 'token_scope', 'audit_unwritable', 'validation_failed'],
});
