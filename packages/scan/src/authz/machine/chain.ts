import { isGuardName } from '../names.ts';
import { invoke } from './invoke.ts';
import { type Machine, pushGuards } from './machine.ts';
import { type CallSite, type Check, identityValue, native, unknown, type Value } from './value.ts';

/**
 * Runs middleware and handler one after the other. What a middleware demands before it calls `next` holds for everything
 * behind it; one whose code is not known counts by its name.
 */
export function runChain(
  m: Machine,
  handlers: readonly Value[],
  argumentsOf: () => readonly Value[],
  site: CallSite,
  texts: readonly string[],
): Value {
  let result: Value = unknown;
  handlers.forEach((handler, i) => {
    if (handler.handle?.kind === 'guard') {
      if (m.trace) m.trace.authenticated = true;
      return;
    }
    const last = i === handlers.length - 1;
    if (!handler.callable) {
      const name = lastName(texts[i] ?? '');
      if (!last) m.trace?.middleware.push((texts[i] ?? '').slice(0, 120));
      if (!last && m.trace && isGuardName(name) && !keepsSessions.test(name)) {
        m.trace.authenticated = true;
        // `requireRole('STAFF')`, `checkAdmin`: what it demands is in its name.
        if (/role|admin|perm|staff|power|acl/i.test(name)) pushGuards(m, [{ left: identityValue, place: site.place, name }]);
      }
      return;
    }
    if (last && m.trace) m.trace.guards = [...m.guards];
    const mark = m.guards.length;
    let passed: Check[] | undefined;
    const next = native('next', (args) => {
      // `next(error)` refuses.
      if (args.length === 0 || args[0]?.literal !== undefined)
        passed = passed ? passed.filter((check) => m.guards.includes(check)) : m.guards.slice(mark);
      return unknown;
    });
    const value = invoke(m, handler, [...argumentsOf(), next], site, undefined, texts[i]);
    const thrown = m.guards.slice(mark);
    m.guards.length = mark;
    if (!last) {
      pushGuards(m, thrown);
      pushGuards(m, passed);
      if (!passed && m.trace && handler.callable.kind === 'closure' && isGuardName(lastName(texts[i] ?? handler.callable.name)))
        m.trace.authenticated = true;
    }
    result = value;
  });
  return result;
}

/** Middleware that only remembers who somebody is: it refuses nobody. */
const keepsSessions = /^(?:express|koa|cookie|fastify|redis|mysql)?[-_]?sessions?$/i;

/** The name that a handler goes by: `auth.required` gives `required`, `checkAuth()` gives `checkAuth`. */
export function lastName(text: string): string {
  const names = text.slice(0, 200).match(/[A-Za-z_$][\w$]*/g) ?? [];
  const call = /([A-Za-z_$][\w$]*)\s*\(/.exec(text);
  if (call) return `${names[0] === call[1] ? '' : (names[0] ?? '')}${call[1] ?? ''}`;
  return names.length > 1 && names.length < 4 ? `${names.at(-2)}${names.at(-1)}` : (names.at(-1) ?? '');
}
