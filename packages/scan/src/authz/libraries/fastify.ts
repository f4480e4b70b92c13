import { callClosure } from '../machine/invoke.ts';
import { type Machine, placeOf, type RouterState } from '../machine/machine.ts';
import { type CallSite, native, object, unknown, type Value } from '../machine/value.ts';
import { createRouter, pathText, push, routerOf } from './routers.ts';

/** The hooks of a Fastify route, each with its own text. */
export function pushHook(m: Machine, options: Value, key: string, handlers: Value[], names: string[]): void {
  const value = options.shape?.props.get(key);
  if (!value) return;
  const place = options.shape?.places?.get(key);
  const text = place ? m.sources.text(place.file).slice(place.start, Math.min(place.end, place.start + 400)) : key;
  const parts = splitList(text.replace(/^\s*\w+\s*:\s*\[?/, '').replace(/\]?\s*$/, ''));
  const hooks = value.shape?.list ? [...value.shape.props.values()] : [value];
  hooks.forEach((hook, i) => {
    handlers.push(hook);
    names.push(parts[i] ?? key);
  });
}

/** Parts of a list's text, at commas that stand in no brackets. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = '';
  for (const char of text) {
    if (char === '(' || char === '[' || char === '{') depth += 1;
    if (char === ')' || char === ']' || char === '}') depth -= 1;
    if (char === ',' && depth === 0) {
      parts.push(current.trim());
      current = '';
    } else current += char;
  }
  parts.push(current.trim());
  return parts;
}

export function addRouteObject(m: Machine, state: RouterState, options: Value | undefined, site: CallSite): void {
  const props = options?.shape?.props;
  const handler = props?.get('handler');
  if (!props || !handler) return;
  const handlers: Value[] = [];
  const names: string[] = [];
  for (const key of ['onRequest', 'preValidation', 'preHandler']) if (options) pushHook(m, options, key, handlers, names);
  handlers.push(handler);
  names.push('handler');
  const method = props.get('method')?.literal;
  push(state, {
    method: typeof method === 'string' ? method.toLowerCase() : 'all',
    path: pathText(props.get('url') ?? props.get('path')) ?? '',
    handlers,
    place: placeOf(m, site.node),
    texts: names,
  });
}

/** `register(plugin, { prefix })` of Fastify: the plugin adds to a child that inherits the hooks. */
export function registerPlugin(m: Machine, state: RouterState, self: Value, args: readonly Value[], site: CallSite): Value {
  const plugin = args[0];
  const prefix = args[1]?.shape?.props.get('prefix')?.literal;
  const child = createRouter(m, 'fastify', state.file, false);
  const childState = routerOf(child);
  if (!childState) return self;
  childState.mounted = true;
  push(state, {
    method: 'use',
    path: typeof prefix === 'string' ? prefix : '',
    handlers: [],
    place: placeOf(m, site.node),
    texts: [],
    router: childState,
  });
  const target = plugin?.shape?.props.get('default') ?? plugin;
  if (target?.callable?.kind === 'closure') runPlugin(m, target, child, site);
  return self;
}

function runPlugin(m: Machine, plugin: Value, child: Value, site: CallSite): void {
  if (plugin.callable?.kind !== 'closure') return;
  callClosure(m, plugin.callable, [child, object(), native('done', () => unknown)], site, undefined);
}

export function fastifyFactory(m: Machine, from: string): Value {
  return {
    ...native('fastify', () => createRouter(m, 'fastify', from, true)),
    handle: {
      kind: 'package',
      data: 'fastify',
      get: (name) => (/^(default|fastify)$/.test(name) ? fastifyFactory(m, from) : undefined),
    },
  };
}
