import type { ApprovalView } from '@menshen/contract';
import type { MessageKey } from '../../i18n/dictionary.ts';

/** One value of a call, with how to say it. */
export interface Told {
  /** A known name, or the parameter's own. */
  readonly label: { readonly key: MessageKey } | { readonly text: string };
  readonly value: TextValue;
}

/** A value in words: of a known set, of an administrator, or as it stands. */
export type TextValue =
  | { readonly kind: 'message'; readonly keys: readonly MessageKey[] }
  | { readonly kind: 'administrator'; readonly id: string }
  | { readonly kind: 'files'; readonly files: readonly { readonly name: string; readonly text: string }[] }
  | { readonly kind: 'text'; readonly text: string };

const known: Readonly<Record<string, MessageKey>> = {
  username: 'param.username',
  power: 'param.power',
  status: 'param.status',
  step: 'param.step',
  mode: 'param.mode',
  name: 'param.name',
  scopes: 'param.scopes',
  expiresInDays: 'param.expiresInDays',
  addresses: 'param.addresses',
  provider: 'param.provider',
  subject: 'param.subject',
  files: 'param.files',
  from: 'param.from',
  app: 'param.app',
  route: 'param.route',
  rule: 'param.rule',
  class: 'param.attackClass',
  where: 'param.where',
  routes: 'param.routes',
  rules: 'param.rules',
  expiresAt: 'param.expiresAt',
  until: 'param.expiresAt',
  kind: 'param.kind',
  target: 'param.target',
  incident: 'param.incident',
  idempotencyKey: 'param.key',
  risk: 'param.risk',
  score: 'param.score',
};

const sets: Readonly<Record<string, Readonly<Record<string, MessageKey>>>> = {
  power: { system: 'power.system', security: 'power.security', audit: 'power.audit' },
  status: { active: 'administrators.active', disabled: 'administrators.disabled' },
  mode: { enforce: 'mode.enforce', monitor: 'mode.monitor', bypass: 'mode.bypass' },
  scopes: {
    'audit:read': 'scope.audit:read',
    'people:read': 'scope.people:read',
    'people:write': 'scope.people:write',
    authorize: 'scope.authorize',
    'events:write': 'scope.events:write',
    release: 'scope.release',
    guard: 'scope.guard',
    seal: 'scope.seal',
    scim: 'scope.scim',
  },
};

/** An object of plain values, told member by member; text keeps its quotes, so that no value can look like the next member. */
function members(value: object): string | null {
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.some(([, member]) => typeof member === 'object' && member !== null)) return null;
  return entries.map(([name, member]) => `${name} ${JSON.stringify(member)}`).join(', ');
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(value.some((one) => typeof one === 'object') ? '; ' : ', ');
  if (typeof value === 'object' && value !== null) {
    const told = members(value);
    if (told !== null) return told;
  }
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

const isFile = (value: unknown): value is { readonly name: string; readonly text: string } =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 2 &&
  'name' in value &&
  'text' in value &&
  typeof value.name === 'string' &&
  typeof value.text === 'string';

/** Epoch milliseconds that a date can hold. */
const isTime = (value: unknown): value is number => Number.isInteger(value) && Math.abs(Number(value)) <= 8.64e15;

function wordsOf(name: string, value: unknown): TextValue {
  if (name === 'files' && Array.isArray(value) && value.length > 0 && value.every(isFile)) return { kind: 'files', files: value };
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
  const values = (Array.isArray(value) ? value : [value]).map(String);
  const keys = values.flatMap((one) => (set !== undefined && Object.hasOwn(set, one) ? (set[one] ?? []) : []));
  if (set !== undefined && keys.length > 0 && keys.length === values.length) return { kind: 'message', keys };
  const text = (name === 'expiresAt' || name === 'until') && isTime(value) ? new Date(value).toISOString() : plain(value);
  return text === '' ? { kind: 'message', keys: ['param.none'] } : { kind: 'text', text };
}

/**
 * What a call will do, line by line. Nothing of the call is left out but its reason, which stands apart: an unknown parameter is told
 * by its own name, so that an approver never agrees to what was not shown.
 */
export function describeCall({ params, query, body }: Pick<ApprovalView, 'params' | 'query' | 'body'>): readonly Told[] {
  const all = [...Object.entries(params), ...Object.entries(query), ...Object.entries(body)];
  return all
    .filter(([name]) => name !== 'reason')
    .map(([name, value]): Told => {
      if (name === 'id' && typeof value === 'string' && value.startsWith('a_'))
        return { label: { key: 'param.administrator' }, value: { kind: 'administrator', id: value } };
      const key = Object.hasOwn(known, name) ? known[name] : undefined;
      return { label: key === undefined ? { text: name } : { key }, value: wordsOf(name, value) };
    });
}
