import { callClosure } from '../machine/invoke.ts';
import { identityMember, type Machine, pushGuards } from '../machine/machine.ts';
import { addProcedure } from '../machine/procedures.ts';
import { type Check, type Closure, native, object, origin, unknown, type Value } from '../machine/value.ts';
import { baseName } from '../sources.ts';
import { prisma } from '../store/libraries.ts';

/** `@trpc/server`: procedures are what a router is made of, each with the middleware that its builder was given. */
export function trpcPackage(m: Machine): Value {
  const root = (): Value => ({
    flags: 0,
    handle: {
      kind: 'trpc',
      get: (name) => {
        if (name === 'procedure') return procedure([]);
        if (name === 'router' || name === 'mergeRouters') return native(name, (args) => router(m, args[0]));
        if (name === 'middleware') return native(name, (args) => args[0] ?? unknown);
        return undefined;
      },
    },
  });
  const maker: Value = {
    flags: 0,
    handle: {
      kind: 'trpc-init',
      get: (name) =>
        name === 'create' ? native(name, root) : /^(?:context|meta)$/.test(name) ? native(name, () => maker) : undefined,
    },
  };
  return {
    flags: 0,
    handle: { kind: 'package', data: '@trpc/server', get: (name) => (name === 'initTRPC' ? maker : undefined) },
  };
}

interface Built {
  readonly kind: string;
  readonly uses: readonly Value[];
  readonly handler: Closure;
}

function procedure(uses: readonly Value[]): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'trpc-builder',
      data: uses,
      get: (name) => {
        if (name === 'use' || name === 'concat' || name === 'unstable_concat')
          return native(name, (args) =>
            procedure([
              ...uses,
              ...args.flatMap((arg) => (arg.handle?.kind === 'trpc-builder' ? (arg.handle.data as Value[]) : [arg])),
            ]),
          );
        if (name === 'query' || name === 'mutation' || name === 'subscription')
          return native(name, (args) => {
            const handler = args[0]?.callable;
            if (handler?.kind !== 'closure') return unknown;
            const built: Built = { kind: name, uses, handler };
            return { flags: 0, handle: { kind: 'trpc-procedure', data: built } };
          });
        return native(name, () => self);
      },
    },
  };
  return self;
}

function router(m: Machine, members: Value | undefined): Value {
  for (const [name, member] of members?.shape?.props ?? []) {
    if (member.handle?.kind !== 'trpc-procedure') continue;
    const { kind, uses, handler } = member.handle.data as Built;
    const stem = baseName(handler.module.file);
    addProcedure(
      m,
      { kind: 'http', framework: 'trpc', name: `${stem}.${name}`, method: kind === 'query' ? 'get' : 'post' },
      handler,
      (machine) => runProcedure(machine, uses, handler),
    );
  }
  return members ?? unknown;
}

/** What a middleware demands before it calls `next` holds for all behind it. */
function runProcedure(m: Machine, uses: readonly Value[], handler: Closure): void {
  const ctx = context(m);
  const input: Value = { flags: 0, shape: { props: new Map(), rest: { flags: origin.client }, list: false, places: new Map() } };
  const site = {
    node: handler.node,
    args: [],
    place: { file: handler.module.file, start: handler.node.start, end: handler.node.end },
  };
  for (const use of uses) {
    if (use.callable?.kind !== 'closure') continue;
    const mark = m.guards.length;
    let passed: Check[] | undefined;
    const next = native('next', () => {
      passed = passed ? passed.filter((check) => m.guards.includes(check)) : m.guards.slice(mark);
      return unknown;
    });
    callClosure(
      m,
      use.callable,
      [
        object([
          ['ctx', ctx],
          ['input', input],
          ['next', next],
        ]),
      ],
      site,
      use.callable.self,
    );
    m.guards.length = mark;
    pushGuards(m, passed);
  }
  if (m.trace) m.trace.guards = [...m.guards];
  const value = callClosure(
    m,
    handler,
    [
      object([
        ['ctx', ctx],
        ['input', input],
      ]),
    ],
    site,
    handler.self,
  );
  m.trace?.replies.push({ value, place: site.place, frames: [], branch: undefined, order: ++m.order });
}

/** What `createContext` puts together: the caller under the usual names, and the database. */
function context(m: Machine): Value {
  return {
    flags: 0,
    shape: { props: new Map(), rest: undefined, list: false, places: new Map() },
    handle: {
      kind: 'ctx',
      get: (name) => (/^(?:prisma|db)$/.test(name) ? prisma(m) : identityMember(m, name)),
    },
  };
}
