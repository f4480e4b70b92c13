import type { FunctionNode, Node } from '../../parse/ast.ts';
import { isIdentityMember } from '../names.ts';
import type { Sources } from '../sources.ts';
import type { Procedure } from './procedures.ts';
import type { Branch, Decision, Entry, Frame, Trace } from './trace.ts';
import { type Check, type Choice, type ClassRef, identityValue, type Place, type Scope, type Value } from './value.ts';

/** Bounds on one scan: hostile code may branch and call without end. */
export interface MachineLimits {
  /** Nodes evaluated for one entry point. */
  readonly entrySteps: number;
  /** Nodes evaluated in the whole run. */
  readonly totalSteps: number;
  readonly depth: number;
}

export const defaultMachineLimits: MachineLimits = { entrySteps: 60_000, totalSteps: 12_000_000, depth: 14 };

/** Where the function that runs collects what it may return. */
export interface Results {
  value: Value | undefined;
  /** Conditions under which the function throws instead of returning. */
  readonly thrown: Check[];
  readonly guardBase: number;
  /** How many branches were open where it began. */
  readonly conditional: number;
}

/** A route, a mount or a middleware, in the order in which it was registered. */
export interface Registration {
  readonly method: string;
  readonly path: string;
  readonly handlers: readonly Value[];
  /** Source text of each handler: a middleware of a library is known by its name only. */
  readonly texts: readonly string[];
  readonly place: Place;
  /** The router that is mounted here. */
  readonly router?: RouterState;
}

/** An application or router object, as far as the code builds it. */
export interface RouterState {
  readonly id: number;
  readonly framework: string;
  readonly file: string;
  prefix: string;
  readonly registrations: Registration[];
  mounted: boolean;
  readonly root: boolean;
}

/** The interpreter's state: one per scan, with one trace at a time. */
export interface Machine {
  readonly sources: Sources;
  readonly limits: MachineLimits;
  readonly modules: Map<string, { exports: Value; done: boolean; scope: Scope }>;
  readonly routers: RouterState[];
  /** Instances of framework classes and containers, once per entry point. */
  readonly instances: Map<string, Value>;
  /** Values that code left on process-wide objects: `think.userId`, `global.user`, module variables set in handlers. */
  readonly globals: Map<string, Value>;
  steps: number;
  entrySteps: number;
  trace: Trace | undefined;
  frames: Frame[];
  guards: Check[];
  /** Above 0 inside code that may not run. */
  conditional: number;
  /** Open branches that nothing but the request chose, the outermost first, each with `conditional` inside of it. */
  choices: { readonly depth: number; readonly choice: Choice }[];
  loops: number;
  /** Open `try` blocks in the function that runs. */
  tries: number;
  /** The function that ended last always throws: `fail(message)`. */
  threw: boolean;
  transactions: number;
  branch: Branch | undefined;
  order: number;
  accessId: number;
  /** The request of the entry point that runs: koa-like context or express-like request. */
  request: { ctx?: Value; req?: Value; res?: Value };
  /** What runs now is middleware: what it passes on when it calls `next`. */
  onNext: (() => void) | undefined;
  readonly active: Set<FunctionNode>;
  /** Results of the functions that run, the innermost last. */
  readonly results: Results[];
  readonly globalScope: Scope;
  /** Writes to names that outlive a request, seen while a request ran. */
  readonly sharedWrites: SharedWrite[];
  readonly sharedReads: SharedRead[];
  readonly classes: Map<string, ClassRef>;
  /** Functions handed to a platform, in the order in which they were. */
  readonly procedures: Procedure[];
}

export interface SharedWrite {
  readonly name: string;
  readonly place: Place;
  readonly value: Value;
  readonly entry: Entry;
  readonly frames: readonly Frame[];
}

export interface SharedRead {
  readonly name: string;
  readonly place: Place;
  readonly entry: Entry;
  readonly frames: readonly Frame[];
  /** Reads of the store that were awaited since the entry point started. */
  readonly awaits: number;
}

/** What belongs to one run of one entry point, as it is before the run. */
export const beforeRun = (): Pick<
  Machine,
  | 'frames'
  | 'guards'
  | 'conditional'
  | 'choices'
  | 'loops'
  | 'tries'
  | 'threw'
  | 'transactions'
  | 'branch'
  | 'order'
  | 'entrySteps'
  | 'request'
> => ({
  frames: [],
  guards: [],
  conditional: 0,
  choices: [],
  loops: 0,
  tries: 0,
  threw: false,
  transactions: 0,
  branch: undefined,
  order: 0,
  entrySteps: 0,
  request: {},
});

export function createMachine(sources: Sources, globalScope: Scope, limits: MachineLimits = defaultMachineLimits): Machine {
  return {
    sources,
    limits,
    modules: new Map(),
    routers: [],
    instances: new Map(),
    globals: new Map(),
    ...beforeRun(),
    steps: 0,
    trace: undefined,
    accessId: 0,
    onNext: undefined,
    active: new Set(),
    results: [],
    globalScope,
    sharedWrites: [],
    sharedReads: [],
    classes: new Map(),
    procedures: [],
  };
}

/** True while there is budget; counts one step. */
export function step(m: Machine): boolean {
  m.steps += 1;
  m.entrySteps += 1;
  if (m.entrySteps > m.limits.entrySteps || m.steps > m.limits.totalSteps) {
    if (m.trace) m.trace.incomplete = true;
    return false;
  }
  return true;
}

export function topFrame(m: Machine): Frame | undefined {
  return m.frames.at(-1);
}

export function currentFile(m: Machine): string {
  return m.frames.at(-1)?.file ?? '';
}

export function placeOf(m: Machine, node: Node): Place {
  return { file: currentFile(m), start: node.start, end: node.end };
}

export function declare(scope: Scope, name: string, value: Value): void {
  if (scope.names.size < 4_000) scope.names.set(name, value);
}

export function lookup(scope: Scope, name: string): Value | undefined {
  for (let s: Scope | undefined = scope; s; s = s.parent) {
    const value = s.names.get(name);
    if (value) return value;
  }
  return undefined;
}

export function ownerScope(scope: Scope, name: string): Scope | undefined {
  for (let s: Scope | undefined = scope; s; s = s.parent) if (s.names.has(name)) return s;
  return undefined;
}

export function childScope(m: Machine, parent: Scope): Scope {
  return { names: new Map(), parent, conditional: m.conditional };
}

export function blockScope(m: Machine, parent: Scope): Scope {
  return { names: new Map(), parent, conditional: m.conditional, block: true };
}

/** Where `var` declares. */
export function functionScope(scope: Scope): Scope {
  let s = scope;
  while (s.block && s.parent) s = s.parent;
  return s;
}

/** Notes that an `if` was passed; the checks guard what follows when control leaves otherwise. */
export function decide(m: Machine, decision: Omit<Decision, 'frames' | 'order' | 'branch'>): void {
  if (!m.trace || decision.checks.length === 0) return;
  m.trace.decisions.push({ ...decision, frames: [...m.frames], order: ++m.order, branch: m.branch });
}

export function pushGuards(m: Machine, checks: readonly Check[] | undefined): void {
  if (!checks) return;
  for (const check of checks) {
    if (m.guards.length > 200) return;
    m.guards.push(check);
  }
}

/** Remembers that code in this frame held the caller's verified identity. */
export function noteIdentity(m: Machine): void {
  const frame = m.frames.at(-1);
  if (frame) frame.identity = true;
}

/** A member of a request by whose name middleware leaves the verified caller; undefined for every other name. */
export function identityMember(m: Machine, name: string): Value | undefined {
  if (!isIdentityMember(name)) return undefined;
  noteIdentity(m);
  return { ...identityValue, field: name };
}

export function noteRequest(m: Machine): void {
  const frame = m.frames.at(-1);
  if (frame) frame.request = true;
}

/** Runs a step over scanned code; code that nests deeper than the stack ends the step and nothing else. */
export function tolerant(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
