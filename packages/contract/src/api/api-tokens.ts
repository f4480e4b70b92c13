import * as z from 'zod';
import { auditScope, defineEndpoint, freshSeconds, tokenScopes, writeScopes } from '../endpoint.ts';
import { addressRange } from './administrator-model.ts';
import { ok, time } from './common.ts';

export const tokenScope = z.enum(tokenScopes);

/**
 * What a token with a scope of that name may touch: `seal:APP/TABLE/COLUMN/PURPOSE`, `guard:APP/CAMPAIGN`, `events:APP`, `release:APP`, `scan:APP`. A `*` stands for any one part after the
 * app. Without a grant such a token may touch nothing.
 */
export const tokenGrant = z
  .string()
  .regex(
    /^(seal:[a-z][a-z0-9-]{0,39}(\/([A-Za-z_][A-Za-z0-9_]{0,62}|\*)){3}|guard:[a-z][a-z0-9-]{0,39}\/([a-z][a-z0-9-]{0,39}|\*)|(events|release|scan):[a-z][a-z0-9-]{0,39})$/,
  );

export const apiTokenView = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(tokenScope),
  grants: z.array(tokenGrant),
  /** Where it may be used from; anywhere when empty. */
  addresses: z.array(z.string()),
  created: time,
  createdBy: z.string(),
  /** Whether the account that issued it can still sign in. */
  issuerActive: z.boolean(),
  expires: time,
  lastUsed: time.nullable(),
  lastAddress: z.string().nullable(),
  state: z.enum(['active', 'expired', 'revoked']),
});
export type ApiTokenView = z.output<typeof apiTokenView>;

export const listApiTokens = defineEndpoint({
  id: 'listApiTokens',
  method: 'GET',
  path: '/api/v1/tokens',
  group: 'tokens',
  summary: { zh: '接口令牌', en: 'API tokens of machines' },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({ tokens: z.array(apiTokenView) }),
  errors: [],
});

export const createApiToken = defineEndpoint({
  id: 'createApiToken',
  method: 'POST',
  path: '/api/v1/tokens',
  group: 'tokens',
  summary: {
    zh: '签发接口令牌，只显示一次；可写的、可读审计日志的须他人批准',
    en: 'Issue an API token, shown once; one that may write, or read the audit log, needs approval',
  },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  approval: {
    approvers: ['system', 'audit'],
    // A security administrator may not read the log, and must not get there by way of a machine of their own.
    approversOf: ({ body }) => (body.scopes.includes(auditScope) ? ['audit'] : ['system']),
    when: ({ body }) => body.scopes.some((scope) => writeScopes.includes(scope) || scope === auditScope),
  },
  body: z.strictObject({
    name: z.string().trim().min(2).max(60),
    scopes: z.array(tokenScope).min(1).max(tokenScopes.length),
    grants: z.array(tokenGrant).max(100).default([]),
    expiresInDays: z.int().min(1).max(365),
    addresses: z.array(addressRange).max(50).default([]),
  }),
  response: z.object({ token: z.string(), view: apiTokenView }),
  status: 201,
  errors: ['approval_required', 'approval_invalid', 'step_up_required', 'validation_failed', 'audit_unwritable'],
});

export const revokeApiToken = defineEndpoint({
  id: 'revokeApiToken',
  method: 'DELETE',
  path: '/api/v1/tokens/{id}',
  group: 'tokens',
  summary: { zh: '吊销接口令牌', en: 'Revoke an API token' },
  access: 'admin',
  powers: ['security', 'system'],
  params: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{22}$/) }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});
