import type { Body, CleanedField, SchemaMismatch, SettledFields } from '@menshen/inspect';
import { cleanRichFields, expandJsonText } from '@menshen/inspect';
import type { RequestContext } from '../gateway/context.ts';
import { type Refusal, refuse } from '../gateway/refusal.ts';
import type { CleaningCounts } from './rich-text/counts.ts';
import type { RouteProtection, TypedPart, TypedRequest } from './route-protection.ts';
import { shadowOf } from './schemas/refusal-counts.ts';
import type { SchemaService } from './schemas/service.ts';
import type { RouteRef } from './schemas/store.ts';

/** What a request's fields turned out to be. */
export interface CheckedFields {
  readonly mismatch: Refusal | undefined;
  /** What the look for attacks need not read; nothing where the request does not conform. */
  readonly settled: SettledFields | undefined;
  /** The body with words in place of rich text and values in place of nested JSON: what a look for attacks reads. */
  readonly body: Body | null;
}

export type FieldCheck = (context: RequestContext, body: Body | null) => CheckedFields;

export interface FieldCheckParts {
  readonly schemas: Pick<SchemaService, 'snapshot' | 'counts'>;
  readonly cleanings: CleaningCounts;
}

/**
 * Holds path, query and body to the types that the configuration declares, or else to the learned schemas in force, and cleans rich text on the way in.
 * Open proposals are tried on the same request, without effect.
 */
export function createFieldCheck({ schemas, cleanings }: FieldCheckParts): FieldCheck {
  return (context, received) => {
    const { route, app } = context;
    if (route === null || app === null) return { mismatch: refuse('route_undeclared'), settled: undefined, body: received };
    const { protection } = route;
    const snapshot = schemas.snapshot();
    const learned = protection.learns ? snapshot.approved.get(protection.key) : undefined;
    const inForce = learned ?? protection.declared;
    const rich = received === null ? null : cleanBody(context, received, protection, inForce, cleanings);
    if (rich !== null && 'code' in rich) return { mismatch: rich, settled: undefined, body: received };
    const body = rich?.body ?? received;
    const found = mismatchOf(context, inForce, received === null ? null : context.parsedBody, received !== null);
    const of = { app: app.id, route: route.match };
    if (learned !== undefined) count(schemas, of, learned.version, found);
    const proposed = protection.learns ? snapshot.proposed.get(protection.key) : undefined;
    if (proposed !== undefined)
      count(
        schemas,
        of,
        shadowOf(proposed.version),
        mismatchOf(context, proposed, received === null ? null : context.parsedBody, received !== null),
      );
    if (found !== null)
      return {
        mismatch: refuse('schema_mismatch', `${found.where === '' ? '/' : found.where} ${found.keyword}`),
        settled: undefined,
        body,
      };
    const read =
      inForce.body?.fields.hasJsonText === true && body !== null
        ? { ...body, value: expandJsonText(body.value, inForce.body.fields) }
        : body;
    return { mismatch: undefined, settled: settledOf(inForce), body: read };
  };
}

function count(schemas: FieldCheckParts['schemas'], of: RouteRef, version: number, found: SchemaMismatch | null): void {
  schemas.counts.checked(of, version);
  if (found !== null) schemas.counts.refused(of, version, found.where, found.keyword);
}

/** The first departure, with the part of the request in front of its place. */
function mismatchOf(context: RequestContext, typed: TypedRequest, value: unknown, hasBody: boolean): SchemaMismatch | null {
  const path = typed.path?.check.check(context.params) ?? null;
  if (path !== null) return { ...path, where: `path${path.where}` };
  const query = typed.query?.check.check(context.parsedQuery ?? noParameters) ?? null;
  if (query !== null) return { ...query, where: `query${query.where}` };
  return hasBody ? (typed.body?.check.check(value) ?? null) : null;
}

const noParameters = Object.freeze(Object.create(null));
const settledMemory = new WeakMap<TypedRequest, SettledFields>();

/** Made once for each typed request. Of rich text its words are read, so that its fields are never settled. */
function settledOf(typed: TypedRequest): SettledFields | undefined {
  const { query, body } = typed;
  if (query === null && body === null) return undefined;
  const known = settledMemory.get(typed);
  if (known !== undefined) return known;
  const made: SettledFields = (source, path) => part(source === 'query' ? query : body, path);
  settledMemory.set(typed, made);
  return made;
}

const part = (typed: TypedPart | null, path: readonly string[]): boolean => typed?.fields.settlesAt(path) === true;

/**
 * Cleans the rich text of a body and writes it anew. In monitor mode nothing is written: what would have been taken is noted. Null where there is no
 * rich text; a refusal where it is larger than any article.
 */
function cleanBody(
  context: RequestContext,
  body: Body,
  protection: RouteProtection,
  typed: TypedRequest,
  cleanings: CleaningCounts,
): { readonly body: Body } | Refusal | null {
  const declared = typed.body?.fields.hasRichText === true ? typed.body.fields : null;
  if (protection.richIn.length === 0 && declared === null) return null;
  if (body.kind !== 'json' && body.kind !== 'form' && body.kind !== 'text') return null;
  const cleaned = cleanRichFields(body.value, { names: protection.richIn, declared });
  if (cleaned.kind === 'too_large') return refuse('body_too_large', `rich text ${cleaned.field}`);
  const enforced = context.mode === 'enforce';
  record(context, cleanings, cleaned.fields, enforced ? 'in' : 'in_noted');
  if (cleaned.changed && enforced) {
    const bytes = bytesOf(body, cleaned.value);
    context.body = bytes;
    context.parsedBody = cleaned.value;
  }
  return { body: { ...body, value: cleaned.words } };
}

function bytesOf({ kind }: Body, value: unknown): Buffer {
  if (kind === 'text') return Buffer.from(String(value));
  if (kind === 'json') return Buffer.from(JSON.stringify(value));
  const pairs: string[] = [];
  for (const [name, given] of Object.entries(value as Readonly<Record<string, string | readonly string[]>>))
    for (const text of typeof given === 'string' ? [given] : given)
      pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  return Buffer.from(pairs.join('&'));
}

function record(
  context: RequestContext,
  cleanings: CleaningCounts,
  fields: readonly CleanedField[],
  way: 'in' | 'in_noted',
): void {
  if (fields.length > 0 && context.app !== null && context.route !== null)
    cleanings.add({ app: context.app.id, route: context.route.match, way, requestId: context.id }, fields);
}
