import * as z from 'zod';
import type { Bilingual } from './bilingual.ts';
import { identifier } from './config/words.ts';

/**
 * Verbs of OpenC2 (Language Specification 1.0, 3.3.1.1) that measures are named by: `stop` ends something that runs, `deny` lets something no longer
 * happen, `contain` isolates, `set` and `update` change a state or bring something to a newer one, `delete` removes.
 */
export const measureVerbs = ['deny', 'contain', 'stop', 'set', 'update', 'delete'] as const;
export type MeasureVerb = (typeof measureVerbs)[number];

/** How much a measure can do to honest people; from which class on two persons are needed is `containment.fourEyes`. */
export const riskClasses = ['low', 'medium', 'high'] as const;
export type RiskClass = (typeof riskClasses)[number];

/** Secrets that a platform gives an app: `wecomContacts` is the one that reads the directory. */
export const appSecretKinds = ['wechat', 'wecom', 'wecomContacts'] as const;
export type AppSecretKind = (typeof appSecretKinds)[number];
/** A secret that somebody has entered and nobody has taken into use yet. */
export const stagedSecretId = z.string().regex(/^s_[A-Za-z0-9_-]{16}$/);

const uid = z.string().min(1).max(128);
const app = identifier;
/** As the gateway sees it: WeChat's own count of releases in the Referer, `0` or `devtools`; or what the SDK says of its build. */
export const appVersion = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}$/);
const versions = z.array(appVersion).min(1).max(50);
const ranges = z.array(z.string().regex(/^[0-9a-fA-F.:]{2,45}(\/\d{1,3})?$/));
const text = z.string().trim().min(1).max(200);
/** What the mini program shows to people; a text of ours when absent. */
const notice = z.strictObject({ zh: text, en: text }).optional();

const person = z.strictObject({ scope: z.literal('person'), person: uid });
const department = z.strictObject({ scope: z.literal('department'), department: z.string().min(1).max(128) });
const wholeApp = z.strictObject({ scope: z.literal('app'), app });
const everyone = z.strictObject({ scope: z.literal('everyone') });

const peopleScope = z.discriminatedUnion('scope', [person, department, wholeApp, everyone]);
const sessionScope = z.discriminatedUnion('scope', [
  person,
  department,
  /** What a phone says that it is, as sessions show it; of one person where `person` is given. */
  z.strictObject({ scope: z.literal('device'), device: z.string().min(1).max(200), person: uid.optional() }),
  z.strictObject({ scope: z.literal('version'), app, version: appVersion }),
  wholeApp,
  everyone,
]);

/** What each kind of measure acts on. */
export const measureTargets = {
  end_sessions: sessionScope,
  lock_accounts: z.strictObject({ persons: z.array(uid).min(1).max(100) }),
  force_step_up: peopleScope,
  block_addresses: z.strictObject({ addresses: ranges.min(1).max(500), app: app.optional() }),
  stop_route: z.strictObject({ app, route: z.string().min(3).max(512) }),
  stop_campaign: z.strictObject({ app, campaign: identifier }),
  stop_version: z.strictObject({ app, versions }),
  stop_app: z.strictObject({ app, notice }),
  read_only: z.strictObject({ app, notice }),
  /** No traffic reaches the backend of the app, nor through any other app in front of it, but of the named. */
  isolate_backend: z.strictObject({
    app,
    persons: z.array(uid).max(100).default([]),
    addresses: ranges.max(100).default([]),
    notice,
  }),
  /** New data keys for the sealed fields of an app; those before go on opening. */
  rotate_keys: z.strictObject({ app }),
  /** A secret of WeChat or WeCom by one that was entered before; until the measure's end the old one is tried where the new one is refused. */
  rotate_secret: z.strictObject({ app, secret: z.enum(appSecretKinds), staged: stagedSecretId }),
  /** API tokens of machines, by id; all of them when absent. */
  revoke_tokens: z.strictObject({ tokens: z.array(z.string().min(1).max(64)).min(1).max(200).optional() }),
} as const;

export type MeasureKindId = keyof typeof measureTargets;
export const measureKindIds = Object.keys(measureTargets) as [MeasureKindId, ...MeasureKindId[]];

/** A kind of measure with its target. */
export type Measured = {
  [K in MeasureKindId]: { readonly kind: K; readonly target: z.output<(typeof measureTargets)[K]> };
}[MeasureKindId];
export type TargetOf<K extends MeasureKindId> = z.output<(typeof measureTargets)[K]>;

const widest: Readonly<Record<'person' | 'device' | 'department' | 'version' | 'app' | 'everyone', RiskClass>> = {
  person: 'low',
  device: 'low',
  department: 'medium',
  version: 'medium',
  app: 'high',
  everyone: 'high',
};

const few = 3;
/** Ranges at most so wide are `low`: what one household or office has. */
const narrow = { v4: 24, v6: 48 } as const;

/** What a measure can do to honest people, by its kind and whom it reaches. */
export function riskClassOf(measured: Measured): RiskClass {
  switch (measured.kind) {
    case 'end_sessions':
      return widest[measured.target.scope];
    case 'force_step_up':
      // Nobody is kept out by it.
      return measured.target.scope === 'everyone' || measured.target.scope === 'app' ? 'medium' : 'low';
    case 'lock_accounts':
      return measured.target.persons.length <= few ? 'low' : measured.target.persons.length <= 20 ? 'medium' : 'high';
    case 'block_addresses':
      return measured.target.addresses.every(isNarrow) ? 'low' : 'medium';
    case 'stop_campaign':
    case 'stop_route':
    case 'stop_version':
    case 'read_only':
    case 'rotate_keys':
    case 'rotate_secret':
      return 'medium';
    case 'stop_app':
    case 'isolate_backend':
      return 'high';
    case 'revoke_tokens':
      return measured.target.tokens !== undefined && measured.target.tokens.length <= few ? 'medium' : 'high';
  }
}

function isNarrow(range: string): boolean {
  const [address = '', bits] = range.split('/');
  if (bits === undefined) return true;
  return Number(bits) >= (address.includes(':') ? narrow.v6 : narrow.v4);
}

interface MeasureWords {
  readonly verb: MeasureVerb;
  /** The noun that the verb acts on, for playbooks and CACAO: `stop route`. */
  readonly object: string;
  /** `hold` is in force until it ends and leaves nothing behind; `act` is done once and cannot be taken back. */
  readonly nature: 'hold' | 'act';
  /** The highest class that the kind can have. */
  readonly riskClass: RiskClass;
  readonly name: Bilingual;
}

/** What is said of each kind. */
export const measureWords: Readonly<Record<MeasureKindId, MeasureWords>> = {
  end_sessions: {
    ...{ verb: 'stop', object: 'session', nature: 'act', riskClass: 'high' },
    name: { zh: '终止会话', en: 'End sessions' },
  },
  lock_accounts: {
    ...{ verb: 'deny', object: 'account', nature: 'hold', riskClass: 'high' },
    name: { zh: '锁定账号', en: 'Lock accounts' },
  },
  force_step_up: {
    ...{ verb: 'set', object: 'second factor', nature: 'hold', riskClass: 'medium' },
    name: { zh: '强制二次验证', en: 'Demand a second factor' },
  },
  block_addresses: {
    ...{ verb: 'deny', object: 'address', nature: 'hold', riskClass: 'medium' },
    name: { zh: '封禁地址', en: 'Block addresses' },
  },
  stop_route: {
    ...{ verb: 'stop', object: 'route', nature: 'hold', riskClass: 'medium' },
    name: { zh: '停用接口', en: 'Stop a route' },
  },
  stop_campaign: {
    ...{ verb: 'stop', object: 'campaign', nature: 'hold', riskClass: 'medium' },
    name: { zh: '停用活动', en: 'Stop a campaign' },
  },
  stop_version: {
    ...{ verb: 'stop', object: 'app version', nature: 'hold', riskClass: 'medium' },
    name: { zh: '停用小程序版本', en: 'Stop a version of a mini program' },
  },
  stop_app: {
    ...{ verb: 'stop', object: 'app', nature: 'hold', riskClass: 'high' },
    name: { zh: '整体停服', en: 'Stop a whole app' },
  },
  read_only: {
    ...{ verb: 'set', object: 'read-only mode', nature: 'hold', riskClass: 'medium' },
    name: { zh: '只读模式', en: 'Read-only mode' },
  },
  isolate_backend: {
    ...{ verb: 'contain', object: 'backend', nature: 'hold', riskClass: 'high' },
    name: { zh: '隔离后端', en: 'Isolate a backend' },
  },
  rotate_keys: {
    ...{ verb: 'update', object: 'data key', nature: 'act', riskClass: 'medium' },
    name: { zh: '轮换数据密钥', en: 'Rotate data keys' },
  },
  rotate_secret: {
    ...{ verb: 'update', object: 'app secret', nature: 'act', riskClass: 'medium' },
    name: { zh: '更换 AppSecret', en: 'Replace an AppSecret' },
  },
  revoke_tokens: {
    ...{ verb: 'delete', object: 'API token', nature: 'act', riskClass: 'high' },
    name: { zh: '吊销 API 令牌', en: 'Revoke API tokens' },
  },
};

export const containmentSchema = z.strictObject({
  /** Classes of measures that take two persons. */
  fourEyes: z.array(z.enum(riskClasses)).max(riskClasses.length).default(['high']),
  /**
   * Lets administrators who have bound their WeCom identity approve by a button of a card. Off when absent: a tap shows who holds a phone, and no second
   * factor. `app` sends the cards and has the callback; `risk` says for which classes.
   */
  approveInWecom: z
    .strictObject({
      app: identifier,
      risk: z.array(z.enum(riskClasses)).min(1).max(riskClasses.length).default(['low', 'medium']),
    })
    .optional(),
});
export type ContainmentConfig = z.output<typeof containmentSchema>;
