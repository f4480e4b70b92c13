import { uniCloud } from '../libraries/cloud.ts';
import { serveFunction } from '../libraries/edge.ts';
import { leanCloud } from '../libraries/leancloud.ts';
import { webResponse } from '../libraries/next.ts';
import { thinkGlobal } from '../libraries/think.ts';
import { assignAll } from './builtins.ts';
import { callClosure } from './invoke.ts';
import type { Machine } from './machine.ts';
import { configValue, either, list, mixed, native, origin, unknown, type Value } from './value.ts';

const cast =
  /^(String|Number|parseInt|parseFloat|Boolean|BigInt|Symbol|decodeURIComponent|encodeURIComponent|escape|unescape|isNaN|Array|Date|RegExp|Buffer|URL|Set|Map|atob|btoa|structuredClone)$/;

/** Names that no scope declares. */
export function globalValue(m: Machine, name: string): Value {
  const declared = m.globalScope.names.get(name);
  if (declared) return declared;
  const known = m.globals.get(`global:${name}`);
  if (known) return known;
  const value = make(m, name);
  m.globals.set(`global:${name}`, value);
  return value;
}

function make(m: Machine, name: string): Value {
  if (name === 'think') return thinkGlobal(m);
  if (name === 'uniCloud') return uniCloud(m);
  if (name === 'process')
    return { flags: 0, handle: { kind: 'node-process', get: (inner) => (inner === 'env' ? configValue : undefined) } };
  if (name === 'Deno') return deno(m);
  if (name === 'AV' || name === 'LC') return leanCloud(m);
  if (name === 'global' || name === 'globalThis')
    return { flags: 0, shape: { props: new Map(), rest: undefined, list: false }, handle: { kind: 'process' } };
  if (name === 'Response') return webResponse(m);
  if (name === 'Object') return objectNamespace(m);
  if (name === 'Promise') return promiseNamespace(m);
  if (name === 'JSON')
    return {
      flags: 0,
      handle: { kind: 'json', get: (inner) => native(inner, (args) => (args[0] ? passThrough(args[0]) : unknown)) },
    };
  if (name === 'Math')
    return {
      flags: 0,
      handle: {
        kind: 'math',
        get: (inner) =>
          inner === 'random' ? native(inner, () => ({ flags: origin.fresh })) : native(inner, (args) => mixed(args)),
      },
    };
  if (name === 'console') return { flags: 0, handle: { kind: 'console', get: (inner) => native(inner, () => unknown) } };
  if (name === 'setTimeout' || name === 'setInterval' || name === 'setImmediate') {
    return native(name, (args, site) => {
      const callback = args[0]?.callable;
      if (callback?.kind === 'closure') callClosure(m, callback, [], site, callback.self);
      return unknown;
    });
  }
  if (cast.test(name)) {
    return {
      flags: 0,
      callable: native(name, (args) => (name === 'Date' && args.length === 0 ? { flags: origin.fresh } : scalar(args, name)))
        .callable as NonNullable<Value['callable']>,
      handle: {
        kind: 'builtin',
        get: (inner) => {
          if (name === 'Date') return native(inner, () => ({ flags: origin.fresh }));
          if (inner === 'isArray')
            return native(inner, (args, site) => ({
              flags: 0,
              checks: args[0] && args[0].flags !== 0 ? [{ left: args[0], place: site.place, name: inner }] : [],
            }));
          if (inner === 'from' || inner === 'of') return native(inner, (args) => args[0] ?? unknown);
          return native(inner, (args) => mixed(args));
        },
      },
    };
  }
  return unknown;
}

function scalar(args: readonly Value[], name: string): Value {
  const first = args[0];
  // `new Set([...])` of constants: membership can be decided.
  if (name === 'Set' && first?.shape?.list) return first;
  if (name === 'URL' && first?.handle?.kind === 'request-url') return first;
  if (first && first.literal !== undefined && first.flags === 0 && !first.shape) return first;
  return mixed(args.filter((arg) => !arg.callable));
}

function passThrough(value: Value): Value {
  return value;
}

/** The values of an object, which still knows under which names they stood: a statement may be built from those. */
function valuesOf(of: Value | undefined): Value {
  if (!of?.shape || of.shape.list || of.shape.rest || of.shape.props.size === 0) return of ? mixed([of]) : unknown;
  return { ...list([...of.shape.props.values()]), handle: { kind: 'values', data: of } };
}

function objectNamespace(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'object-namespace',
      get: (name) => {
        if (name === 'assign') return native(name, (args, site) => assignAll(m, args, site));
        if (name === 'entries')
          return native(name, (args) => ({ ...mixed([args[0]]), handle: { kind: 'entries', data: args[0] } }));
        if (name === 'fromEntries')
          return native(name, (args) => (args[0]?.handle?.kind === 'entries' ? (args[0].handle.data as Value) : mixed(args)));
        if (name === 'values') return native(name, (args) => valuesOf(args[0]));
        if (name === 'keys') return native(name, (args) => (args[0] ? mixed([args[0]]) : unknown));
        if (name === 'freeze' || name === 'seal' || name === 'create') return native(name, (args) => args[0] ?? unknown);
        return native(name, (args) => mixed(args.filter((arg) => !arg.callable)));
      },
    },
  };
}

function promiseNamespace(m: Machine): Value {
  return {
    flags: 0,
    callable: native('Promise', (args, site) => {
      let resolved: Value | undefined;
      const resolve = native('resolve', (values) => {
        resolved = resolved ? either(resolved, values[0]) : (values[0] ?? unknown);
        return unknown;
      });
      const executor = args[0]?.callable;
      if (executor?.kind === 'closure') callClosure(m, executor, [resolve, native('reject', () => unknown)], site, executor.self);
      return resolved ?? unknown;
    }).callable as NonNullable<Value['callable']>,
    handle: {
      kind: 'promise-namespace',
      get: (name) => {
        if (name === 'all' || name === 'allSettled' || name === 'race' || name === 'any')
          return native(name, (args) => args[0] ?? list([]));
        if (name === 'resolve') return native(name, (args) => args[0] ?? unknown);
        if (name === 'reject') return native(name, () => unknown);
        return undefined;
      },
    },
  };
}

/** What functions at Deno's and Supabase's edge are given. */
function deno(m: Machine): Value {
  const env: Value = { flags: 0, handle: { kind: 'deno-env', get: (name) => native(name, () => configValue) } };
  return {
    flags: 0,
    handle: {
      kind: 'deno',
      get: (name) => (name === 'env' ? env : name === 'serve' ? native(name, (args) => serveFunction(m, args)) : undefined),
    },
  };
}
