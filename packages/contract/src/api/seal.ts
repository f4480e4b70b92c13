import * as z from 'zod';
import { fieldAlgorithms } from '../config/keys.ts';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { ok, time } from './common.ts';

const app = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/);
const rowKey = z.string().min(1).max(200);
/** Base64 of a sealed record. */
const record = z.base64().max(90_000);
const value = z.string().max(65_536);
const person = z.string().min(1).max(200);
const maxItems = 500;

/** What a column's values are asked for. */
const target = { app, table: name, column: name, purpose: name };
const bodyBytes = 40 * 1_048_576;

/** Why one value of a batch could not be had; the others are not touched by it. */
export const sealItemErrors = ['seal_format', 'seal_key_unknown', 'seal_broken', 'seal_value_invalid'] as const;
export type SealItemError = (typeof sealItemErrors)[number];
const itemError = z.object({ error: z.enum(sealItemErrors) });

export const sealEncrypt = defineEndpoint({
  id: 'sealEncrypt',
  method: 'POST',
  path: '/api/v1/seal/encrypt',
  group: 'seal',
  summary: { zh: '加密字段值，并给出其盲索引', en: 'Seal values of a field, with their blind indexes' },
  access: 'admin',
  powers: [],
  scopes: ['seal'],
  bodyBytes,
  body: z.strictObject({
    ...target,
    /** `key`: the row's primary key; `person`: whose value it is, where the field has keys per person. */
    items: z
      .array(z.strictObject({ key: rowKey, value, person: person.optional() }))
      .min(1)
      .max(maxItems),
  }),
  response: z.object({
    items: z.array(z.union([z.object({ record, indexes: z.record(z.string(), z.base64()) }), itemError])),
  }),
  errors: ['seal_field_undeclared', 'seal_not_granted', 'seal_key_unavailable', 'validation_failed', 'audit_unwritable'],
});

export const sealDecrypt = defineEndpoint({
  id: 'sealDecrypt',
  method: 'POST',
  path: '/api/v1/seal/decrypt',
  group: 'seal',
  summary: { zh: '解密字段值', en: 'Open values of a field' },
  access: 'admin',
  powers: [],
  scopes: ['seal'],
  bodyBytes,
  body: z.strictObject({
    ...target,
    items: z
      .array(z.strictObject({ key: rowKey, record }))
      .min(1)
      .max(maxItems),
  }),
  response: z.object({ items: z.array(z.union([z.object({ value: z.string() }), itemError])) }),
  errors: [
    'seal_field_undeclared',
    'seal_not_granted',
    'seal_limit',
    'seal_key_unavailable',
    'coordination_unavailable',
    'validation_failed',
    'audit_unwritable',
  ],
});

export const sealIndex = defineEndpoint({
  id: 'sealIndex',
  method: 'POST',
  path: '/api/v1/seal/index',
  group: 'seal',
  summary: { zh: '计算用于查找的盲索引', en: 'Blind indexes of values to search for' },
  access: 'admin',
  powers: [],
  scopes: ['seal'],
  bodyBytes,
  body: z.strictObject({ ...target, items: z.array(z.strictObject({ value })).min(1).max(maxItems) }),
  response: z.object({ items: z.array(z.union([z.object({ indexes: z.record(z.string(), z.base64()) }), itemError])) }),
  errors: [
    'seal_field_undeclared',
    'seal_not_granted',
    'seal_limit',
    'coordination_unavailable',
    'validation_failed',
    'audit_unwritable',
  ],
});

export const sealReencrypt = defineEndpoint({
  id: 'sealReencrypt',
  method: 'POST',
  path: '/api/v1/seal/reencrypt',
  group: 'seal',
  summary: {
    zh: '用当前密钥重新加密，明文不离开服务',
    en: 'Seal again with the current key; the values stay inside',
  },
  access: 'admin',
  powers: [],
  scopes: ['seal'],
  bodyBytes,
  body: z.strictObject({
    ...target,
    items: z
      .array(z.strictObject({ key: rowKey, record, person: person.optional() }))
      .min(1)
      .max(maxItems),
  }),
  response: z.object({
    /** `changed` is false where the record is of the current key already; it is given back as it came. */
    items: z.array(z.union([z.object({ record, changed: z.boolean() }), itemError])),
  }),
  errors: ['seal_field_undeclared', 'seal_not_granted', 'seal_key_unavailable', 'validation_failed', 'audit_unwritable'],
});

const keyState = z.enum(['active', 'retired', 'destroyed']);

export const dataKeyView = z.object({
  kid: z.int(),
  app: z.string(),
  algorithm: z.enum(fieldAlgorithms),
  state: keyState,
  wrapping: z.int(),
  created: time,
  createdBy: z.string(),
  retiredAt: time.nullable(),
  destroyedAt: time.nullable(),
  /** Values sealed and opened, up to a minute ago. */
  sealed: z.int(),
  opened: z.int(),
  /** Why it should be rotated; null when it is fine. */
  old: z.enum(['age', 'values']).nullable(),
});
export type DataKeyView = z.output<typeof dataKeyView>;

export const listKeys = defineEndpoint({
  id: 'listKeys',
  method: 'GET',
  path: '/api/v1/keys',
  group: 'keys',
  summary: { zh: '密钥环：年龄、用量、包装密钥', en: 'The key ring: age, uses, wrapping keys' },
  access: 'admin',
  powers: ['system', 'security', 'audit'],
  scopes: ['keys'],
  response: z.object({
    keys: z.array(dataKeyView),
    /** Keys of single persons, counted. */
    persons: z.array(z.object({ app: z.string(), state: keyState, keys: z.int() })),
    wrapping: z.array(
      z.object({
        id: z.int(),
        kind: z.enum(['master', 'key', 'passphrase', 'command']),
        current: z.boolean(),
        keys: z.int(),
      }),
    ),
    fields: z.array(
      z.object({
        app: z.string(),
        table: z.string(),
        column: z.string(),
        algorithm: z.enum(fieldAlgorithms),
        perPerson: z.boolean(),
        purposes: z.array(z.string()),
        indexes: z.array(z.object({ name: z.string(), form: z.string(), bits: z.int(), falseMatches: z.number() })),
        /** Bits of a value that all indexes of the column give away together. */
        leakedBits: z.int(),
      }),
    ),
    rotation: z.object({ maxAgeDays: z.int(), maxValues: z.int() }),
    rewrapping: z.object({ running: z.boolean(), moved: z.int() }),
  }),
  errors: [],
});

export const rotateKey = defineEndpoint({
  id: 'rotateKey',
  method: 'POST',
  path: '/api/v1/keys/rotate',
  group: 'keys',
  summary: { zh: '为应用换用新的数据密钥', en: 'Give an app a new data key' },
  access: 'admin',
  powers: ['system'],
  scopes: ['keys'],
  stepUpSeconds: freshSeconds,
  body: z.strictObject({ app, algorithm: z.enum(fieldAlgorithms).default('aes-256-gcm') }),
  response: z.object({ kid: z.int() }),
  status: 201,
  errors: ['not_found', 'step_up_required', 'seal_key_unavailable', 'validation_failed', 'audit_unwritable'],
});

export const rewrapKeys = defineEndpoint({
  id: 'rewrapKeys',
  method: 'POST',
  path: '/api/v1/keys/rewrap',
  group: 'keys',
  summary: {
    zh: '把所有数据密钥改由当前包装密钥保护（后台进行）',
    en: 'Put all data keys under the current wrapping key, in the background',
  },
  access: 'admin',
  powers: ['system'],
  scopes: ['keys'],
  stepUpSeconds: freshSeconds,
  body: z.strictObject({}),
  response: z.object({ running: z.boolean() }),
  status: 202,
  errors: ['step_up_required', 'seal_key_unavailable', 'audit_unwritable'],
});

export const destroyKey = defineEndpoint({
  id: 'destroyKey',
  method: 'POST',
  path: '/api/v1/keys/{kid}/destroy',
  group: 'keys',
  summary: {
    zh: '销毁已退役的密钥；它加密的值从此无法读出',
    en: 'Destroy a retired key; what it sealed can never be opened again',
  },
  access: 'admin',
  powers: ['system'],
  stepUpSeconds: freshSeconds,
  approval: { approvers: ['security'] },
  params: z.object({ kid: z.coerce.number().int().min(1).max(0xffffffff) }),
  body: z.strictObject({ reason: z.string().trim().min(2).max(300) }),
  response: ok,
  errors: [
    'approval_required',
    'approval_invalid',
    'step_up_required',
    'not_found',
    'key_in_use',
    'validation_failed',
    'audit_unwritable',
  ],
});

export const erasePerson = defineEndpoint({
  id: 'erasePerson',
  method: 'POST',
  path: '/api/v1/keys/erase',
  group: 'keys',
  summary: {
    zh: '销毁某人在应用中的全部密钥（加密擦除）',
    en: 'Destroy all keys of a person in an app (crypto-shredding)',
  },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  approval: { approvers: ['system'] },
  body: z.strictObject({ app, person, reason: z.string().trim().min(2).max(300) }),
  response: z.object({ destroyed: z.int() }),
  errors: ['approval_required', 'approval_invalid', 'step_up_required', 'validation_failed', 'audit_unwritable'],
});
