import * as z from 'zod';
import { versionDemands } from '../config/versions.ts';
import { appVersion } from '../containment.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ok, time } from './common.ts';

/** `unknown`: no registered manifest names it. */
const versionState = z.enum(['registered', 'revoked', 'unknown']);

/** What asks for an app, and which releases these are. */
export const appVersionsView = z.object({
  app: z.string(),
  accept: z.enum(versionDemands),
  mode: z.enum(['monitor', 'enforce']),
  /** Versions of the last hour, as the node that answers has seen them; the most used first. */
  seen: z.array(
    z.object({
      /** WeChat's number in the Referer; `0` for trial, development and review, `devtools` for the developer tools. */
      version: z.string(),
      /** The release that it was said to be. */
      release: z.string().nullable(),
      state: versionState,
      requests: z.number(),
      persons: z.number(),
      last: time,
    }),
  ),
  numbers: z.array(z.object({ number: z.number(), version: z.string(), state: versionState, by: z.string(), at: time })),
});
export type AppVersionsView = z.output<typeof appVersionsView>;

export const listAppVersions = defineEndpoint({
  id: 'listAppVersions',
  method: 'GET',
  path: '/api/v1/app-versions',
  group: 'releases',
  summary: { zh: '正在使用的小程序版本', en: 'Versions of mini programs that are in use' },
  access: 'admin',
  powers: ['system', 'security', 'audit'],
  response: z.object({ apps: z.array(appVersionsView) }),
  errors: [],
});

export const nameAppVersion = defineEndpoint({
  id: 'nameAppVersion',
  method: 'PUT',
  path: '/api/v1/app-versions/{app}/{number}',
  group: 'releases',
  summary: { zh: '标明微信版本序号对应的发布', en: "Say which release a number of WeChat's stands for" },
  access: 'admin',
  powers: ['security'],
  params: z.object({ app: z.string().max(40), number: z.coerce.number().int().min(1).max(999_999_999) }),
  body: z.strictObject({
    /** The version of a registered manifest; null takes back what was said. */
    version: appVersion.nullable(),
  }),
  response: ok,
  errors: ['not_found', 'audit_unwritable', 'validation_failed'],
});
