import {
  type AuthorizationRequest,
  type CedarRecord,
  type CedarValue,
  type Entity,
  EntityRef,
  type EntityUid,
  parseIpAddress,
} from '@menshen/policy';
import * as z from 'zod';

/** A question with the entities as they were; null for one that the directory has and will tell anew. */
export interface NotedQuestion {
  readonly request: AuthorizationRequest;
  readonly principal: Entity | null;
  readonly resource: Entity | null;
}

/** A text that only its digest is kept of, unless it is one that can be guessed again: see {@link decodeQuestion}. */
export type Pseudonym = (text: string) => string;

const uid = z.tuple([z.string(), z.string()]);
const value = z.union([
  z.boolean(),
  z.number(),
  /** A text by its pseudonym. */
  z.strictObject({ s: z.string() }),
  /** An entity of the house by its name, another by its type and the pseudonym of its id. */
  z.strictObject({ e: uid }),
  z.strictObject({ x: uid }),
]);
const entity = z.strictObject({ attrs: z.record(z.string(), value), up: z.array(z.string()) });
const circumstance = z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]);
const saved = z.strictObject({
  principal: uid,
  action: uid,
  resource: uid,
  context: z.record(z.string(), circumstance),
  guest: z.record(z.string(), z.string()).nullable(),
  entity: entity.nullable(),
});
type Value = z.output<typeof value>;

const ofTheHouse = (type: string): boolean => type.startsWith('Menshen::');

function encodeValue(given: CedarValue, pseudonym: Pseudonym): Value | undefined {
  if (typeof given === 'boolean' || typeof given === 'number') return given;
  if (typeof given === 'string') return { s: pseudonym(given) };
  if (!(given instanceof EntityRef)) return undefined;
  return ofTheHouse(given.type) ? { e: [given.type, given.id] } : { x: [given.type, pseudonym(given.id)] };
}

function encodeEntity({ attrs, ancestors }: Entity, pseudonym: Pseudonym): z.output<typeof entity> | undefined {
  const encoded: Record<string, Value> = {};
  for (const [name, given] of Object.entries(attrs)) {
    const one = encodeValue(given, pseudonym);
    if (one === undefined) return undefined;
    encoded[name] = one;
  }
  return { attrs: encoded, up: [...ancestors].filter(ofTheHouse) };
}

/** `ip` is read from `address` again; the rest is text, numbers, truth values and lists of text. */
function encodeContext(context: CedarRecord): Record<string, z.output<typeof circumstance>> | undefined {
  const parsed = z.record(z.string(), circumstance).safeParse({ ...context, ip: '' });
  return parsed.success ? parsed.data : undefined;
}

/**
 * A question as it is kept in the store: names and circumstances as the log has them, and of what a backend or a body says of the object only numbers,
 * truth values, names of the house and pseudonyms. Undefined for a question with values of another kind, which is not kept.
 */
export function encodeQuestion({ request, principal, resource }: NotedQuestion, pseudonym: Pseudonym): string | undefined {
  const context = encodeContext(request.context);
  const described = resource === null ? null : encodeEntity(resource, pseudonym);
  if (context === undefined || described === undefined) return undefined;
  const guest =
    principal === null ? null : Object.fromEntries(Object.entries(principal.attrs).map(([name, one]) => [name, String(one)]));
  const name = ({ type, id }: EntityUid): [string, string] => [type, id];
  return JSON.stringify({
    principal: name(request.principal),
    action: name(request.action),
    resource: name(request.resource),
    context,
    guest,
    entity: described,
  } satisfies z.output<typeof saved>);
}

/**
 * Reads a question back. `known` gives a text for its pseudonym where there is one (a literal of a policy, somebody's uid): texts that nothing names can
 * only be compared with each other. Throws ZodError for what {@link encodeQuestion} did not write.
 */
export function decodeQuestion(text: string, known: (pseudonym: string) => string | undefined): NotedQuestion {
  const question = saved.parse(JSON.parse(text));
  const plain = (pseudonym: string): string => known(pseudonym) ?? `~${pseudonym}`;
  const decode = (one: Value): CedarValue => {
    if (typeof one !== 'object') return one;
    if ('s' in one) return plain(one.s);
    return 'e' in one ? new EntityRef(...one.e) : new EntityRef(one.x[0], plain(one.x[1]));
  };
  const { ip: _, ...circumstances } = question.context;
  const address = typeof circumstances['address'] === 'string' ? circumstances['address'] : '';
  const ip = parseIpAddress(address.replace(/^::ffff:(?=\d+\.)/i, ''));
  const named = ([type, id]: readonly [string, string]): EntityUid => ({ type, id });
  const entityOf = (of: readonly [string, string], attrs: CedarRecord, up: readonly string[]): Entity => ({
    ...named(of),
    attrs,
    ancestors: new Set(up),
  });
  return {
    request: {
      principal: named(question.principal),
      action: named(question.action),
      resource: named(question.resource),
      context: ip === undefined ? circumstances : { ...circumstances, ip },
    },
    principal: question.guest === null ? null : entityOf(question.principal, question.guest, []),
    resource:
      question.entity === null
        ? null
        : entityOf(
            question.resource,
            Object.fromEntries(Object.entries(question.entity.attrs).map(([name, one]) => [name, decode(one)])),
            question.entity.up,
          ),
  };
}

/** The texts that policies compare with: what stands in quotes. Bounded by the policies' own size; runs in linear time. */
export function literalsOf(texts: readonly string[]): readonly string[] {
  const literals = new Set<string>();
  for (const text of texts) for (const [, literal] of text.matchAll(/"([^"\\\n]{1,256})"/g)) literals.add(literal ?? '');
  return [...literals];
}
