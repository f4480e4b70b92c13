import type { ClassNode, FunctionNode, Node } from '../../parse/ast.ts';
import type { Access } from './trace.ts';

/**
 * Where a value may come from. A value can have several origins at once: an identity that the caller may replace carries
 * `client` and `identity`, and counts as the caller's choice.
 */
export const origin = {
  /** Chosen by whoever sends the request. */
  client: 1,
  /** Says who the caller is, and was verified: platform context, session, checked token. */
  identity: 2,
  /** Read from the data store. */
  row: 4,
  /** The session key of WeChat. */
  sessionKey: 8,
  /** Answer of another service. */
  external: 16,
  /** Configuration, environment, constants. */
  config: 32,
  /** Random or time: not guessable by its nature, or unrelated. */
  fresh: 64,
  /** From an unsigned cookie or a header: the caller's choice, though it looks like the server's. */
  cookie: 128,
  /** A verified identity that the request could replace in one place, which is a finding of its own. */
  overridden: 256,
} as const;

/** A stretch of one module's text. */
export interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** Two values that are compared, or one whose truth is asked. */
export interface Check {
  readonly left: Value;
  readonly right?: Value;
  readonly place: Place;
  /** Operations to which it does not apply: the public ones of a dispatching entry point. */
  readonly except?: ReadonlySet<string>;
  /** The function that decides, where its code is not known. */
  readonly name?: string;
  /** Asks which is larger: nothing that somebody would have to know. */
  readonly ordered?: true;
}

/** Names to values. */
export interface Scope {
  readonly names: Map<string, Value>;
  readonly parent: Scope | undefined;
  /** How many branches were open where it began: an assignment from inside further branches may not happen. */
  readonly conditional: number;
  /** Set for the outermost scope of a module: its names outlive the request. */
  readonly module?: string;
  /** A block inside a function: `var` declares in the function around it. */
  readonly block?: true;
}

/** The module in which a piece of code stands. */
export interface ModuleRef {
  readonly file: string;
}

export interface Closure {
  readonly kind: 'closure';
  readonly node: FunctionNode;
  readonly scope: Scope;
  readonly module: ModuleRef;
  readonly self?: Value;
  /** Class whose method it is. */
  readonly owner?: ClassRef;
  name: string;
}

export interface ClassRef {
  readonly kind: 'class';
  readonly node: ClassNode;
  readonly scope: Scope;
  readonly module: ModuleRef;
  readonly parent: Value | undefined;
  readonly statics: Map<string, Value>;
}

/** A function of a library, given as what it does. */
export interface Native {
  readonly kind: 'native';
  readonly name: string;
  call(args: readonly Value[], call: CallSite): Value;
}

export interface CallSite {
  readonly node: Node;
  readonly args: readonly Node[];
  readonly place: Place;
}

export type Callable = Closure | ClassRef | Native;

/** Something of a framework or library that the engine knows by name. */
export interface Handle {
  readonly kind: string;
  /** Facts that the owner of this kind keeps. */
  readonly data?: unknown;
  /** Members that were not assigned in the code. */
  get?(name: string, self: Value): Value | undefined;
  /** What happens when it is called as a function. */
  call?(args: readonly Value[], site: CallSite, self: Value): Value | undefined;
}

/** Known members of an object; shared, so that a later assignment is seen by everybody who holds it. */
export interface Shape {
  readonly props: Map<string, Value>;
  /** What members that are not known are: the value that was spread, or the elements of an array. */
  rest: Value | undefined;
  readonly list: boolean;
  /** Where each member was written. */
  readonly places?: Map<string, Place>;
}

export interface Value {
  readonly flags: number;
  readonly literal?: string | number | boolean | null;
  readonly shape?: Shape;
  readonly callable?: Callable;
  readonly handle?: Handle;
  /** Names of the request's parameters from which it comes. */
  readonly keys?: ReadonlySet<string>;
  /** Reads from which it comes. */
  readonly rows?: ReadonlySet<Access>;
  /** The last member name taken from a row, a request or an identity. */
  readonly field?: string;
  /** Conditions that hold when it is true. */
  readonly checks?: readonly Check[];
  /** Where the client's value was taken from the request, and the places it went through. */
  readonly from?: Place;
  /** Stands under keys that the program has, not the caller: no more columns than those. */
  readonly listed?: true;
  /** What the caller names was subtracted: it makes the value smaller. */
  readonly taken?: true;
  /** Stands where it does only in the branch that the caller asked for. */
  readonly asked?: Choice;
}

/** A condition that nothing but the request decides. */
export interface Question {
  /** Parameters that decide. */
  readonly keys: ReadonlySet<string>;
  readonly place: Place;
  /** Of its two sides only one goes on: whoever is behind it came that way. */
  settled: boolean;
}

/** One side of such a condition. */
export interface Choice {
  readonly question: Question;
  readonly side: 'yes' | 'no';
}

/** Name of the check that a token's verification is: it throws for whoever has none. */
export const verifiedToken = 'verify token';

export const unknown: Value = { flags: 0 };
export const clientValue: Value = { flags: origin.client };
export const identityValue: Value = { flags: origin.identity };
export const externalValue: Value = { flags: origin.external };
export const configValue: Value = { flags: origin.config };

export function literal(value: string | number | boolean | null): Value {
  return { flags: 0, literal: value };
}

export function object(props: Iterable<readonly [string, Value]> = [], rest?: Value): Value {
  return { flags: 0, shape: { props: new Map(props), rest, list: false, places: new Map() } };
}

export function list(elements: readonly Value[]): Value {
  const props = new Map<string, Value>();
  for (const [i, element] of elements.entries()) props.set(String(i), element);
  return { flags: 0, shape: { props, rest: undefined, list: true } };
}

export function native(name: string, call: (args: readonly Value[], site: CallSite) => Value): Value {
  return { flags: 0, callable: { kind: 'native', name, call } };
}

/** Middleware of a library that refuses callers who are not logged in; `unless` of express-jwt and koa-jwt keeps it so. */
export function guard(name: string): Value {
  const self: Value = {
    flags: 0,
    handle: { kind: 'guard', data: name, get: (member) => (member === 'unless' ? native(member, () => self) : undefined) },
  };
  return self;
}

export function has(value: Value | undefined, flag: number): boolean {
  return value !== undefined && (value.flags & flag) !== 0;
}

/** The caller cannot choose it and it says who the caller is. */
export function trusted(value: Value | undefined): boolean {
  if (value === undefined || (value.flags & origin.identity) === 0) return false;
  return (value.flags & origin.client) === 0 || (value.flags & origin.overridden) !== 0;
}

const maximumMembers = 60;

/** Values looked at in one walk: hostile code builds structures without end, and members that hold themselves. */
const maximumVisits = 400;

/** Visits a value and its members, each structure once. */
export function visitDeep(value: Value, depth: number, each: (part: Value) => void): void {
  if (!value.shape) {
    each(value);
    return;
  }
  let left = maximumVisits;
  const seen = new Set<Shape>();
  const step = (part: Value, down: number): void => {
    left -= 1;
    if (left < 0) return;
    each(part);
    const shape = part.shape;
    if (!shape || down === 0 || seen.has(shape)) return;
    seen.add(shape);
    let n = 0;
    for (const member of shape.props.values()) {
      n += 1;
      if (n > maximumMembers || left < 0) break;
      step(member, down - 1);
    }
    if (shape.rest) step(shape.rest, down - 1);
  };
  step(value, depth);
}

/** Origins of a value with all its members, for a value that is used as a whole. */
export function deepFlags(value: Value | undefined, depth = 3): number {
  if (value === undefined) return 0;
  let flags = 0;
  visitDeep(value, depth, (part) => {
    flags |= part.flags;
  });
  return flags;
}

/** Request parameters of a value with all its members. */
export function deepKeys(value: Value | undefined, into: Set<string> = new Set(), depth = 3): Set<string> {
  if (value === undefined) return into;
  visitDeep(value, depth, (part) => {
    if (part.keys) for (const key of part.keys) into.add(key);
  });
  return into;
}

/** Reads from which a value with all its members comes. */
export function deepRows(value: Value | undefined, into: Set<Access> = new Set(), depth = 3): Set<Access> {
  if (value === undefined) return into;
  visitDeep(value, depth, (part) => {
    if (part.rows) for (const row of part.rows) into.add(row);
  });
  return into;
}

/** Undefined where there is nothing: `rows` is taken for "comes from rows". */
function union<T>(a: ReadonlySet<T> | undefined, b: ReadonlySet<T> | undefined): ReadonlySet<T> | undefined {
  if (!a?.size || a === b) return b?.size ? b : undefined;
  if (!b?.size) return a;
  if (a.size + b.size > 40) return a;
  return new Set([...a, ...b]);
}

/** A value that may be either. */
export function either(a: Value | undefined, b: Value | undefined, depth = 0): Value {
  if (!a) return b ?? unknown;
  if (!b || a === b) return a;
  if (isNothing(a)) return b;
  if (isNothing(b)) return a;
  const checks = a.checks && b.checks ? [...a.checks, ...b.checks].slice(0, 12) : (a.checks ?? b.checks);
  return compact({
    flags: a.flags | b.flags,
    literal: a.literal === b.literal ? a.literal : oneStatement(a.literal, b.literal),
    shape: mergeShapes(a, b, depth),
    callable: a.callable ?? b.callable,
    handle: a.handle ?? b.handle,
    keys: union(a.keys, b.keys),
    rows: union(a.rows, b.rows),
    field: a.field ?? b.field,
    checks,
    from: a.from ?? b.from,
    taken: a.taken && b.taken,
    asked: bothAsked(a.asked, b.asked),
  });
}

/** A value that either side of a condition gives is there whatever the caller asks for. */
const bothAsked = (a: Choice | undefined, b: Choice | undefined): Choice | undefined =>
  a && b && (a.question !== b.question || a.side === b.side) ? a : undefined;

/** Of two statements that do the same to one table or another, either stands for both; their values are merged. */
function oneStatement(a: Value['literal'], b: Value['literal']): string | undefined {
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  const verb = statement.exec(a)?.[1]?.toLowerCase();
  return verb !== undefined && verb === statement.exec(b)?.[1]?.toLowerCase() ? b : undefined;
}

const statement = /^\s*(select|update|delete|insert)\s+[\s\S]{0,400}\b(?:from|set|into)\b/i;

/** Nothing is known of it, or it is one of the values that stand for "none". */
function isNothing(value: Value): boolean {
  if (value.flags !== 0 || value.shape || value.callable || value.handle || value.checks) return false;
  return (
    value.literal === undefined ||
    value.literal === null ||
    value.literal === 0 ||
    value.literal === '' ||
    value.literal === false
  );
}

function mergeShapes(a: Value, b: Value, depth: number): Shape | undefined {
  if (!a.shape || a.shape === b.shape) return b.shape ?? a.shape;
  if (!b.shape || depth > 3) return a.shape;
  const props = new Map(a.shape.props);
  for (const [name, value] of b.shape.props) {
    if (props.size > maximumMembers) break;
    const own = props.get(name);
    props.set(name, own && own !== value ? either(own, value, depth + 1) : value);
  }
  return {
    props,
    rest: a.shape.rest && b.shape.rest ? either(a.shape.rest, b.shape.rest, depth + 1) : (a.shape.rest ?? b.shape.rest),
    list: a.shape.list,
    places: new Map([...(b.shape.places ?? []), ...(a.shape.places ?? [])]),
  };
}

/** What an operation that mixes its operands yields: their origins without their structure. */
export function mixed(values: readonly (Value | undefined)[], keep: number = ~0): Value {
  let flags = 0;
  let keys: ReadonlySet<string> | undefined;
  let rows: ReadonlySet<Access> | undefined;
  let from: Place | undefined;
  let field: string | undefined;
  for (const value of values) {
    if (!value) continue;
    flags |= value.shape ? deepFlags(value) : value.flags;
    keys = union(keys, value.shape ? deepKeys(value) : value.keys);
    rows = union(rows, value.shape ? deepRows(value) : value.rows);
    from ??= value.from;
    field ??= value.field ?? (value.shape && fieldInside(value));
  }
  if (flags === 0 && !rows) return unknown;
  return compact({ flags: flags & keep, keys, rows, from, field });
}

/** The member that was taken from every row inside a value; nothing where a row is there as it was read. */
function fieldInside(value: Value, depth = 3): string | undefined {
  if (!value.shape) return value.field;
  let field: string | undefined;
  for (const member of [...value.shape.props.values(), ...(value.shape.rest ? [value.shape.rest] : [])].slice(0, 40)) {
    if (deepRows(member).size === 0) continue;
    const inner = depth > 0 ? fieldInside(member, depth - 1) : undefined;
    if (inner === undefined) return undefined;
    field ??= inner;
  }
  return field;
}

type Loose<T> = { [K in keyof T]?: T[K] | undefined };

/** Leaves out what is undefined, as exact optional types demand. */
export function compact(value: Loose<Value> & { flags: number }): Value {
  const out: Record<string, unknown> = { flags: value.flags };
  for (const name of Object.keys(value) as (keyof typeof value)[]) if (value[name] !== undefined) out[name] = value[name];
  return out as unknown as Value;
}

/** The value of a name in a scope or in those around it. */
export function lookupIn(scope: Scope, name: string): Value | undefined {
  for (let s: Scope | undefined = scope; s; s = s.parent) {
    const value = s.names.get(name);
    if (value) return value;
  }
  return undefined;
}
