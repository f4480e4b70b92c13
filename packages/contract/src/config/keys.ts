import * as z from 'zod';
import { secret } from './words.ts';

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'a name of letters, digits and underscores');

/** Algorithms of sealed fields; `sm4-ctr-hmac-sm3` where national algorithms are wanted. */
export const fieldAlgorithms = ['aes-256-gcm', 'sm4-ctr-hmac-sm3'] as const;
export type FieldAlgorithm = (typeof fieldAlgorithms)[number];

/** Forms under which equal values are found again. */
export const indexForms = ['text', 'caseless', 'phone', 'identity_card', 'bank_card', 'email', 'last_four'] as const;

/** A column of the business's own database whose values are sealed. */
export const sealedFieldSchema = z.strictObject({
  table: name,
  column: name,
  algorithm: z.enum(fieldAlgorithms).default('aes-256-gcm'),
  /** Whether each person's values have a key of their own, so that deleting it erases the person. */
  perPerson: z.boolean().default(false),
  /** What the values may be opened for; a token is good for some of them. */
  purposes: z.array(name).min(1).max(20),
  /** Ways to find a value without opening all: how long each index is follows from `rows`. */
  indexes: z
    .array(
      z.strictObject({
        name,
        form: z.enum(indexForms),
        /** Rows that the column will hold. */
        rows: z.int().min(1).max(10_000_000_000),
        /** log2 of how many different values there can be. */
        valueBits: z.int().min(1).max(256).default(256),
      }),
    )
    .max(4)
    .default([]),
  /** Values that one token may have opened in a minute, and in a day. */
  limit: z
    .strictObject({
      perMinute: z.int().min(1).max(10_000_000).default(5_000),
      perDay: z.int().min(1).max(1_000_000_000).default(200_000),
    })
    .prefault({}),
});

const wrappingKey = z.union([
  z.strictObject({ id: z.int().min(1).max(65_535), from: z.literal('master') }),
  /** Base64 of 32 bytes, by `${ENV}` or `file:`. */
  z.strictObject({ id: z.int().min(1).max(65_535), key: secret }),
  /** A key file made by `menshen keys passphrase`, and what opens it. */
  z.strictObject({ id: z.int().min(1).max(65_535), passphraseFile: z.string().min(1).max(500), passphrase: secret }),
  /**
   * A program in front of a KMS or HSM: it reads one line of JSON `{"op":"wrap"|"unwrap","data":base64,"context":text}` and writes one
   * `{"data":base64}`. It is run without a shell.
   */
  z.strictObject({
    id: z.int().min(1).max(65_535),
    command: z.array(z.string().min(1).max(1_000)).min(1).max(20),
    timeoutMs: z.int().min(100).max(60_000).default(5_000),
  }),
]);
export type WrappingKeyConfig = z.output<typeof wrappingKey>;

export const keysSchema = z
  .strictObject({
    /** Base64 of the 32-byte key that seals all others; generated into `<data>/keys/` when absent. */
    master: secret.optional(),
    /** Keys that wrap the data keys of sealed fields. To change: add the new one, make it current, rewrap, take the old one out. */
    wrapping: z
      .array(wrappingKey)
      .min(1)
      .max(10)
      .prefault([{ id: 1, from: 'master' }]),
    currentWrapping: z.int().min(1).max(65_535).default(1),
    /** When a data key counts as old: alarms, never a stop. */
    rotation: z
      .strictObject({
        maxAgeDays: z.int().min(1).max(3_650).default(365),
        /** Values under one key; AES-GCM with random IVs asks for far fewer than 2^32. */
        maxValues: z.int().min(1_000).max(4_000_000_000).default(1_000_000_000),
      })
      .prefault({}),
  })
  .refine(({ wrapping, currentWrapping }) => wrapping.some(({ id }) => id === currentWrapping), {
    path: ['currentWrapping'],
    message: 'names none of the wrapping keys',
  })
  .refine(({ wrapping }) => new Set(wrapping.map(({ id }) => id)).size === wrapping.length, {
    path: ['wrapping'],
    message: 'needs distinct ids',
  });

export type KeysConfig = z.output<typeof keysSchema>;
export type SealedFieldConfig = z.output<typeof sealedFieldSchema>;
