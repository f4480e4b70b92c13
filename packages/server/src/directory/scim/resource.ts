import * as z from 'zod';
import { ScimError } from './errors.ts';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const text = z.string().max(512);
const contact = z.strictObject({ value: text, type: text.optional(), primary: z.boolean().optional() });

/** What is kept of a user; everything else that an identity provider sends is left alone. */
export const scimUser = z.strictObject({
  userName: z.string().min(1).max(64),
  externalId: text.optional(),
  displayName: text.optional(),
  name: z.strictObject({ formatted: text.optional(), familyName: text.optional(), givenName: text.optional() }).optional(),
  title: text.optional(),
  active: z.boolean(),
  emails: z.array(contact).max(20).optional(),
  phoneNumbers: z.array(contact).max(20).optional(),
  employeeNumber: text.optional(),
  department: text.optional(),
});
export type ScimUser = z.output<typeof scimUser>;

export const scimGroup = z.strictObject({
  displayName: z.string().min(1).max(128),
  externalId: text.optional(),
  members: z.array(z.string().min(1).max(64)).max(20_000),
});
export type ScimGroup = z.output<typeof scimGroup>;

type Json = Readonly<Record<string, unknown>>;

/** Own member by name without regard to case. */
function member(object: Json, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  return Object.entries(object).find(([key]) => key.toLowerCase() === lower)?.[1];
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text, or nothing for null and empty; a number is read as its digits. */
function textAt(object: Json, name: string): string | undefined {
  const value = member(object, name);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Entra ID sends "True" and "False". Anything else that is not a boolean is a mistake: an unclear state must not open a door. */
export function readBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw new ScimError('invalidValue');
}

function contactsAt(object: Json, name: string): ScimUser['emails'] {
  const value = member(object, name);
  if (value === undefined || value === null) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((one) => {
    if (typeof one === 'string') return one === '' ? [] : [{ value: one }];
    if (!isObject(one)) throw new ScimError('invalidValue');
    const found = textAt(one, 'value');
    if (found === undefined) return [];
    const type = textAt(one, 'type');
    const primary = member(one, 'primary');
    return [
      {
        value: found,
        ...(type === undefined ? {} : { type }),
        ...(primary === undefined || primary === null ? {} : { primary: readBoolean(primary) }),
      },
    ];
  });
}

/** Reads a user as an identity provider writes it. @throws ScimError `invalidValue`, `invalidSyntax` */
export function readUser(body: unknown): ScimUser {
  if (!isObject(body)) throw new ScimError('invalidSyntax');
  const extension = member(body, enterpriseSchema);
  const enterprise = isObject(extension) ? extension : {};
  const name = member(body, 'name');
  const active = member(body, 'active');
  const user = {
    userName: textAt(body, 'userName'),
    externalId: textAt(body, 'externalId'),
    displayName: textAt(body, 'displayName'),
    name: isObject(name)
      ? defined({
          formatted: textAt(name, 'formatted'),
          familyName: textAt(name, 'familyName'),
          givenName: textAt(name, 'givenName'),
        })
      : undefined,
    title: textAt(body, 'title'),
    active: active === undefined || active === null ? true : readBoolean(active),
    emails: contactsAt(body, 'emails'),
    phoneNumbers: contactsAt(body, 'phoneNumbers'),
    employeeNumber: textAt(enterprise, 'employeeNumber'),
    department: textAt(enterprise, 'department'),
  };
  const parsed = scimUser.safeParse(defined(user));
  if (!parsed.success) throw new ScimError('invalidValue');
  return parsed.data;
}

/** Reads a group. @throws ScimError `invalidValue`, `invalidSyntax` */
export function readGroup(body: unknown): ScimGroup {
  if (!isObject(body)) throw new ScimError('invalidSyntax');
  const members = member(body, 'members') ?? [];
  if (!Array.isArray(members)) throw new ScimError('invalidValue');
  const ids = (members as unknown[]).map((one) =>
    isObject(one) ? textAt(one, 'value') : typeof one === 'string' ? one : undefined,
  );
  const group = { displayName: textAt(body, 'displayName'), externalId: textAt(body, 'externalId'), members: [...new Set(ids)] };
  const parsed = scimGroup.safeParse(defined(group));
  if (!parsed.success) throw new ScimError('invalidValue');
  return parsed.data;
}

function defined(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

export interface Meta {
  readonly id: string;
  readonly version: number;
  /** Epoch ms. */
  readonly created: number;
  readonly modified: number;
}

export const etagOf = (version: number): string => `W/"${version}"`;

function metaOf(type: 'User' | 'Group', { id, version, created, modified }: Meta, base: string) {
  return {
    resourceType: type,
    created: new Date(created).toISOString(),
    lastModified: new Date(modified).toISOString(),
    location: `${base}/${type}s/${id}`,
    version: etagOf(version),
  };
}

/** A user as SCIM shows it; also what a PATCH is applied to. */
export function showUser(
  user: ScimUser,
  meta: Meta,
  groups: readonly { readonly id: string; readonly displayName: string }[],
  base: string,
): Record<string, unknown> {
  const { employeeNumber, department, ...core } = user;
  const enterprise = defined({ employeeNumber, department });
  return {
    schemas: [userSchema, ...(Object.keys(enterprise).length > 0 ? [enterpriseSchema] : [])],
    id: meta.id,
    ...core,
    ...(Object.keys(enterprise).length > 0 ? { [enterpriseSchema]: enterprise } : {}),
    groups: groups.map(({ id, displayName }) => ({ value: id, display: displayName, $ref: `${base}/Groups/${id}` })),
    meta: metaOf('User', meta, base),
  };
}

export function showGroup(group: ScimGroup, meta: Meta, base: string): Record<string, unknown> {
  return {
    schemas: [groupSchema],
    id: meta.id,
    ...group,
    members: group.members.map((value) => ({ value, $ref: `${base}/Users/${value}` })),
    meta: metaOf('Group', meta, base),
  };
}
