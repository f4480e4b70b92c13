import { createRouter } from '../libraries/routers.ts';
import { callClosure } from '../machine/invoke.ts';
import type { Machine, RouterState } from '../machine/machine.ts';
import { atLoad, loadModule } from '../machine/modules.ts';
import type { Closure, Value } from '../machine/value.ts';
import { placeOfClosure, siteOf } from './runnable.ts';

const makesApp = /\b(?:[Ff]astify|express)\s*\(|new\s+(?:Koa|Router|Application)\b/;
const addsRoutes = /\.(?:get|post|put|delete|patch|all|route)\s*(?:<[^()]{0,300}>\s*)?\(\s*['"`{]/;
const routerParameter = /^_?(?:app|application|router|routes?|fastify|server|instance|api|koa)$/;

/**
 * Applications that a function builds (`buildApp()`) and routes that a function adds to what it is handed (`routes(app)`), where
 * nothing that was loaded has called them: they are called as the program would.
 */
export function runFactories(m: Machine, serverFiles: readonly string[]): void {
  for (const file of serverFiles) {
    const text = m.sources.text(file);
    if (!makesApp.test(text) || hasRoutes(m, file)) continue;
    for (const closure of exportedClosures(m, file)) {
      if (hasRoutes(m, file)) break;
      if (makesApp.test(textOf(m, closure))) atLoad(m, file, () => void call(m, closure, []));
    }
  }
  for (const file of serverFiles) {
    const text = m.sources.text(file);
    if (!addsRoutes.test(text) || hasRoutes(m, file)) continue;
    for (const closure of exportedClosures(m, file)) {
      const first = closure.node.params[0];
      if (first?.type !== 'Identifier' || !routerParameter.test(first.name) || !addsRoutes.test(textOf(m, closure))) continue;
      const framework = /fastify/i.test(text) ? 'fastify' : /\bctx\b/.test(textOf(m, closure)) ? 'koa' : 'express';
      atLoad(m, file, () => void call(m, closure, [createRouter(m, framework, file, true)]));
    }
  }
}

/** Whether a route was registered by code of a file, or a router that the file made holds any. */
function hasRoutes(m: Machine, file: string): boolean {
  return m.routers.some((router: RouterState) =>
    router.registrations.some(({ place, method }) => place.file === file && method !== 'use'),
  );
}

function textOf(m: Machine, closure: Closure): string {
  return m.sources.text(closure.module.file).slice(closure.node.start, closure.node.end);
}

function call(m: Machine, closure: Closure, args: readonly Value[]): Value {
  return callClosure(m, closure, args, siteOf(placeOfClosure(closure)), closure.self);
}

function exportedClosures(m: Machine, file: string): Closure[] {
  loadModule(m, file);
  const known = m.modules.get(file);
  const found: Closure[] = [];
  const add = (value: Value | undefined): void => {
    const callable = value?.callable;
    if (callable?.kind === 'closure' && callable.module.file === file && !found.includes(callable)) found.push(callable);
  };
  add(known?.exports);
  for (const value of known?.exports.shape?.props.values() ?? []) add(value);
  for (const value of known?.scope.names.values() ?? []) add(value);
  return found.slice(0, 40);
}
