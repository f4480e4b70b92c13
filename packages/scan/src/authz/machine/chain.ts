import { type FunctionNode, memberPath, type Node } from '../../parse/ast.ts';
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
      const closure = handler.callable.kind === 'closure' ? handler.callable : undefined;
      const open = !passed && closure !== undefined && letsStrangersPass(closure.node);
      if (!open) pushGuards(m, thrown);
      pushGuards(m, passed);
      if (!passed && !open && m.trace && closure && isGuardName(lastName(texts[i] ?? closure.name))) m.trace.authenticated = true;
    }
    result = value;
  });
  return result;
}

/** Middleware that only remembers who somebody is: it refuses nobody. */
const keepsSessions = /^(?:express|koa|cookie|fastify|redis|mysql)?[-_]?sessions?$/i;

/** What proves who somebody is, by its name. */
const proofName = /token|authori[sz]ation|^auth$|bearer|jwt|session|cookie/i;

/** `if (!token) return` in a hook, which ends it without an answer: who sent no token goes on as nobody. */
function letsStrangersPass(fn: FunctionNode): boolean {
  if (fn.body.type !== 'BlockStatement') return false;
  return fn.body.body.some((statement) => {
    if (statement.type !== 'IfStatement' || !asksForAbsence(statement.test)) return false;
    const [only, ...more] = statement.consequent.type === 'BlockStatement' ? statement.consequent.body : [statement.consequent];
    return only?.type === 'ReturnStatement' && only.argument === null && more.length === 0;
  });
}

function asksForAbsence(test: Node): boolean {
  const asked =
    test.type === 'UnaryExpression' && test.operator === '!'
      ? test.argument
      : test.type === 'BinaryExpression' && /^===?$/.test(test.operator)
        ? test.left
        : undefined;
  return asked !== undefined && proofName.test(memberPath(asked)?.at(-1) ?? '');
}

/** The name that a handler goes by: `auth.required` gives `required`, `checkAuth()` gives `checkAuth`. */
export function lastName(text: string): string {
  const names = text.slice(0, 200).match(/[A-Za-z_$][\w$]*/g) ?? [];
  const call = /([A-Za-z_$][\w$]*)\s*\(/.exec(text);
  if (call) return `${names[0] === call[1] ? '' : (names[0] ?? '')}${call[1] ?? ''}`;
  return names.length > 1 && names.length < 4 ? `${names.at(-2)}${names.at(-1)}` : (names.at(-1) ?? '');
}
