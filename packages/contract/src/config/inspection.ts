import * as z from 'zod';

/** What an attack is after; the names are those of the inspection engine, and a test of the server holds the two lists against each other. */
export const attackClass = z.enum([
  'sqli',
  'xss',
  'rce',
  'lfi',
  'rfi',
  'ssrf',
  'nosqli',
  'ssti',
  'xxe',
  'ldap',
  'xpath',
  'crlf',
  'ssi',
  'prototype_pollution',
  'deserialisation',
  'php',
  'java',
  'nodejs',
  'scanner',
  'upload',
]);
export type AttackClassName = z.output<typeof attackClass>;

/** Where in a request a text stands. */
export const inspectedPlace = z.enum([
  'path',
  'query',
  'form',
  'json',
  'multipart',
  'file',
  'text',
  'xml',
  'header',
  'cookie',
  'key',
]);
export type InspectedPlace = z.output<typeof inspectedPlace>;

/** `sql.tautology`: the name of one feature that a detector reports. */
export const inspectionRule = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}(\.[a-z0-9][a-z0-9_-]{0,59}){1,3}$/, 'a rule such as sql.tautology');

/**
 * A field, as inspection names it: a parameter, header, cookie, file or part by its name, a JSON value by its keys with `[]` for every index
 * (`items[].remark`); empty where the place is a single text (path, text). A `*` stands for one name, and for all that follows when it is the last.
 * What a name may not hold here, inspection writes as `?`: such a field cannot be excepted.
 */
export const fieldPattern = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}?"'<>\\]*$/u, 'names separated by dots, [] for an index, * for any name');

export const inspectedField = z.strictObject({ place: inspectedPlace, name: fieldPattern.default('') });
export type InspectedField = z.output<typeof inspectedField>;

const oneTarget = (given: { class?: unknown; rule?: unknown }): boolean =>
  (given.class === undefined) !== (given.rule === undefined);

/** Takes what names either a class or a rule, not both. */
export const namesOneTarget = [oneTarget, 'needs either a class or a rule'] as const;

/** A false positive that somebody answers for, until a day. Without owner, reason or expiry it is refused. */
export const exceptionSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/)
      .optional(),
    class: attackClass.optional(),
    rule: inspectionRule.optional(),
    where: inspectedField,
    owner: z.string().min(1).max(100),
    reason: z.string().min(4).max(300),
    /** The day after which it no longer holds, in UTC, or a moment. */
    expires: z.union([z.iso.date(), z.iso.datetime({ offset: true })]),
  })
  .refine(...namesOneTarget);
export type ExceptionConfig = z.output<typeof exceptionSchema>;

/** How requests are inspected for attacks; what is absent comes from the app, then from the gateway. Exceptions add up. */
export const inspectSchema = z.strictObject({
  /** `monitor` records what it would block and lets it pass; `off` does not look. */
  mode: z.enum(['enforce', 'monitor', 'off']).optional(),
  /** `strict` blocks with one point less than usual, `relaxed` needs two more. */
  profile: z.enum(['strict', 'standard', 'relaxed']).optional(),
  /** Points from which one text is an attack; instead of a profile. */
  threshold: z.number().min(1).max(50).optional(),
  /** What one request may cost, in steps of about a nanosecond; by default what its size is worth. */
  steps: z.int().min(10_000).max(1_000_000_000).optional(),
  exceptions: z.array(exceptionSchema).max(200).default([]),
});
export type InspectConfig = z.output<typeof inspectSchema>;
