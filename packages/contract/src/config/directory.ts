import * as z from 'zod';
import { secret } from './words.ts';

const attribute = z.string().regex(/^[A-Za-z][A-Za-z0-9;-]{0,63}$/, 'the name of an LDAP attribute');
const dn = z.string().min(3).max(500);

/** Ids of sources that are always there, and cannot be an LDAP source's. */
export const builtInSources = ['wecom', 'csv', 'scim', 'local'] as const;
const sourceId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'lower-case letters, digits and hyphens, starting with a letter');

const kind = z.enum(['employee', 'partner']);

/** One LDAP directory or Active Directory domain. Defaults are those of Active Directory. */
export const ldapSourceSchema = z
  .strictObject({
    id: sourceId.refine((id) => !(builtInSources as readonly string[]).includes(id), 'this id belongs to a built-in source'),
    url: z
      .string()
      .regex(/^ldaps?:\/\/(\[[0-9a-fA-F:]{2,45}\]|[A-Za-z0-9.-]{1,253})(:\d{1,5})?$/, 'ldaps://host or ldap://host:port'),
    /** `starttls` upgrades an `ldap://` connection before anything is said; `off` is refused for other hosts than loopback. */
    tls: z.enum(['ldaps', 'starttls', 'off']).default('ldaps'),
    /** PEM of the authorities that sign the server's certificate; those of the system when absent. */
    ca: z.string().max(100_000).optional(),
    /** Name in the server's certificate, where it is not the host of the address. */
    serverName: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,253}$/)
      .optional(),
    bind: z.strictObject({ dn, secret }),
    people: z.strictObject({
      base: dn,
      filter: z.string().max(1_000).default('(&(objectCategory=person)(objectClass=user))'),
    }),
    /** `ou`: organisational units above a person are departments; `group`: groups are; `none`: departments come from elsewhere. */
    departments: z.enum(['ou', 'group', 'none']).default('ou'),
    groups: z.strictObject({ base: dn, filter: z.string().max(1_000).default('(objectClass=group)') }).optional(),
    attributes: z
      .strictObject({
        /** Lasting identity: never reused, and not changed by a move or rename. */
        key: attribute.default('objectGUID'),
        uid: attribute.default('sAMAccountName'),
        name: attribute.default('displayName'),
        position: attribute.default('title'),
        phone: attribute.default('mobile'),
        email: attribute.default('mail'),
        number: attribute.default('employeeID'),
        member: attribute.default('member'),
      })
      .prefault({}),
    /** How an account says that it is disabled: Active Directory's bit 2 of `userAccountControl`, or an attribute that is then TRUE. */
    disabled: z.union([z.literal('userAccountControl'), z.strictObject({ attribute })]).default('userAccountControl'),
    kind: kind.default('employee'),
    pageSize: z.int().min(10).max(1_000).default(500),
    timeoutMs: z.int().min(1_000).max(120_000).default(30_000),
    maxEntries: z.int().min(1).max(200_000).default(100_000),
  })
  .refine((source) => (source.tls === 'ldaps') === source.url.startsWith('ldaps:'), {
    path: ['tls'],
    error: 'ldaps goes with an ldaps:// address, starttls and off with an ldap:// address',
  })
  .refine((source) => source.tls !== 'off' || /^ldap:\/\/(127\.\d+\.\d+\.\d+|\[::1\]|localhost)(:|$)/.test(source.url), {
    path: ['tls'],
    error: 'an unencrypted connection is allowed to loopback only',
  })
  .refine((source) => source.departments !== 'group' || source.groups !== undefined, {
    path: ['groups'],
    error: 'groups as departments need groups.base',
  });

export type LdapSourceConfig = z.output<typeof ldapSourceSchema>;

const precedence = z.array(sourceId).max(20);
const field = z.enum(['name', 'departments', 'position', 'phone', 'email', 'number']);

export const directorySchema = z
  .strictObject({
    syncIntervalSeconds: z.int().min(60).max(86_400).default(3_600),
    /** Sources from the most to the least authoritative. The first that lists a person owns them. */
    precedence: precedence.default(['wecom', 'ldap', 'scim', 'csv', 'local']),
    /** Another order for single fields. */
    fields: z.partialRecord(field, precedence).default({}),
    /** By what a source's new record is recognised as a person whom another source knows. */
    match: z.array(z.enum(['uid', 'number', 'phone'])).default(['uid', 'number', 'phone']),
    /** A run in which a greater share of a source's people leaves, and more than `minimum`, waits for an administrator. */
    guard: z
      .strictObject({ share: z.number().min(0).max(1).default(0.1), minimum: z.int().min(0).max(1_000).default(5) })
      .prefault({}),
    /** Days without a login after which an account is reported as dormant. */
    dormantDays: z.int().min(1).max(3_650).default(90),
    ldap: z.array(ldapSourceSchema).max(10).default([]),
    scim: z
      .strictObject({
        enabled: z.boolean().default(false),
        /** What groups of the identity provider stand for. */
        groups: z.enum(['departments', 'roles']).default('departments'),
        kind: kind.default('employee'),
      })
      .prefault({}),
  })
  .refine((directory) => new Set(directory.ldap.map((source) => source.id)).size === directory.ldap.length, {
    path: ['ldap'],
    error: 'two LDAP sources have one id',
  });

export type DirectoryConfig = z.output<typeof directorySchema>;
