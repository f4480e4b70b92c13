import type { Attention, getMode, getSystem, HeldDirectoryChange } from '@menshen/contract';
import type * as z from 'zod';
import { buildEntries, type Entry } from './activity.ts';
import { buildCompany, type Company, now } from './company.ts';
import { heldRun } from './directory-handlers.ts';
import { type IdentityWorld, separatedIdentity, singleIdentity } from './identity.ts';
import { buildLog, type FakeLog } from './log.ts';

type Answer<Schema extends z.ZodType> = z.output<Schema>;

/** Everything that the fake server knows; tests change it to set a scene. */
export interface World {
  company: Company;
  entries: readonly Entry[];
  log: FakeLog;
  mode: Answer<(typeof getMode)['response']>;
  attention: readonly Attention[];
  system: Answer<(typeof getSystem)['response']>;
  identity: IdentityWorld;
  held: readonly HeldDirectoryChange[];
  setupNeeded: boolean;
  /** Whether requests are answered as to a signed-in administrator. */
  signedIn: boolean;
  /** Entries from this index on have no proof yet. */
  unsignedFrom: number;
  /** The entry of this index is shown otherwise than it stands in the log. */
  tampered: number | null;
}

export const setupToken = 'setup-token-0123456789abcdef';
export const password = 'correct horse battery staple';

const attention: readonly Attention[] = [
  {
    id: 'configuration',
    severity: 'high',
    title: { zh: '修改后的配置有误，未生效', en: 'The changed configuration is faulty and was not taken' },
    detail: {
      zh: 'menshen.yaml:41 apps[0].routes[3].auth：应为 none、session 或 mfa',
      en: 'menshen.yaml:41 apps[0].routes[3].auth: must be none, session or mfa',
    },
    since: now - 1_200_000,
    action: { to: '/system', label: { zh: '查看错误', en: 'See the error' } },
  },
  {
    id: 'unknown',
    severity: 'high',
    title: { zh: '3 个请求因崩溃而结果未知', en: 'The outcome of 3 requests is unknown after a crash' },
    detail: { zh: '请与业务数据核对。', en: 'Compare them with the data of the backend.' },
    since: now - 40_000_000,
    action: { to: '/traffic?outcome=unknown', label: { zh: '查看这些请求', en: 'See these requests' } },
  },
  {
    id: 'address',
    severity: 'medium',
    title: { zh: '地址 198.51.100.23 有 41 个请求被拒绝', en: '41 requests from 198.51.100.23 were refused' },
    detail: { zh: '看看它在尝试什么。', en: 'See what it is trying.' },
    since: now - 5_400_000,
    action: { to: '/traffic?address=198.51.100.23', label: { zh: '查看请求', en: 'See its requests' } },
  },
];

/** A world on an ordinary day. */
export function busyWorld(): World {
  const company = buildCompany();
  const entries = buildEntries(company);
  return {
    company,
    entries,
    log: buildLog(entries.map((entry) => entry.event)),
    mode: {
      mode: 'enforce',
      source: 'configuration',
      since: now - 90_000_000,
      by: null,
      reason: null,
      deviation: 'single_operator',
    },
    attention,
    system: {
      version: '0.1.0',
      node: '24.21.0',
      startedAt: now - 93_784_000,
      dependencies: [
        { name: 'store', state: 'ok', detail: 'SQLite, WAL' },
        { name: 'coordination', state: 'ok', detail: null },
        { name: 'audit', state: 'ok', detail: null },
        { name: 'wecom', state: 'degraded', detail: 'errcode 45009' },
      ],
      differingNodes: [{ name: 'menshen/beijing', sections: ['apps', 'policies'] }],
      configuration: {
        file: 'menshen.yaml',
        loadedAt: now - 93_000_000,
        error: 'menshen.yaml:41:15 apps[0].routes[3].auth: must be one of none, session, mfa\n  fix: write auth: session',
      },
      demo: true,
      deviation: 'single_operator',
    },
    identity: singleIdentity(),
    held: [heldRun(company)],
    setupNeeded: false,
    signedIn: true,
    unsignedFrom: entries.length,
    tampered: null,
  };
}

/** An ordinary day of three administrators with separated powers. */
export function separatedWorld(): World {
  return { ...busyWorld(), identity: separatedIdentity() };
}

/** A world right after set-up: nobody and nothing yet. */
export function emptyWorld(): World {
  const busy = busyWorld();
  return {
    ...busy,
    company: { departments: [], people: [], sessions: [] },
    entries: [],
    log: buildLog([]),
    attention: [],
    held: [],
    system: {
      ...busy.system,
      dependencies: [],
      differingNodes: [],
      configuration: { ...busy.system.configuration, error: null },
    },
    unsignedFrom: 0,
  };
}
