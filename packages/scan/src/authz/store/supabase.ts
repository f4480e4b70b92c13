import { callClosure } from '../machine/invoke.ts';
import { type Machine, noteIdentity, placeOf } from '../machine/machine.ts';
import { recordEffect } from '../machine/record.ts';
import type { Operation } from '../machine/trace.ts';
import { type CallSite, externalValue, identityValue, native, object, unknown, type Value } from '../machine/value.ts';
import { addCondition, addConditions, columnsOf, finish, newQuery, rowsOf } from './query.ts';

/**
 * A client of Supabase. With the service role's key no row rule holds, so what a function does not ask nobody asks; with any other key
 * the rules of the database decide, which stand elsewhere.
 */
export function supabaseClient(m: Machine, args: readonly Value[], site: CallSite): Value {
  const node = site.args[1];
  const place = node === undefined ? undefined : placeOf(m, node);
  const written =
    place === undefined ? '' : m.sources.text(place.file).slice(place.start, Math.min(place.end, place.start + 160));
  const isService =
    /service_?role|service_?key|secret|admin|master/i.test(`${written} ${args[1]?.field ?? ''}`) || namedForService(m, node);
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'supabase',
      get: (name) => {
        if (name === 'from') return native(name, (values) => (isService ? table(m, values[0]) : ruled()));
        if (name === 'schema') return native(name, () => self);
        if (name === 'auth') return auth(m);
        if (name === 'rpc')
          return native(name, (values, at) => {
            recordEffect(m, 'supabase.rpc', values, at, externalValue);
            return object([['data', externalValue]]);
          });
        return undefined;
      },
    },
  };
  return self;
}

/** `createClient(url, key)` where `const key = Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')` stands above. */
function namedForService(m: Machine, node: CallSite['args'][number] | undefined): boolean {
  if (node?.type !== 'Identifier') return false;
  const text = m.sources.text(placeOf(m, node).file);
  return new RegExp(`\\b${node.name}\\b\\s*=[^;\\n]{0,160}SERVICE_?(?:ROLE|KEY)`, 'i').test(text);
}

function auth(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'supabase-auth',
      get: (name) => {
        if (!/^(?:getUser|getSession|getClaims)$/.test(name)) return undefined;
        return native(name, () => {
          noteIdentity(m);
          const user = { ...identityValue, field: 'user' };
          return object([
            [
              'data',
              object([
                ['user', user],
                ['session', object([['user', user]])],
                ['claims', user],
              ]),
            ],
          ]);
        });
      },
    },
  };
}

/** Rows that the database's own rules protect. */
function ruled(): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'supabase-ruled',
      get: (name) => (/^(?:data|error|count|then)$/.test(name) ? unknown : native(name, () => self)),
    },
  };
  return self;
}

const narrowing = /^(?:eq|in|is|contains|match)$/;

/** `from('orders').update({…}).eq('id', id)`: the access is made where its kind is said, its conditions follow. */
function table(m: Machine, name: Value | undefined): Value {
  const query = newQuery(name);
  let started = false;
  const start = (operation: Operation, site: CallSite, data?: Value): void => {
    if (started) return;
    started = true;
    finish(m, query, operation, site, data);
  };
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'supabase-query',
      get: (step) => {
        if (step === 'data') return rowsOf(query.access);
        if (step === 'error' || step === 'count' || step === 'status') return unknown;
        return native(step, (args, site) => {
          if (step === 'select') {
            if (!started && typeof args[0]?.literal === 'string' && args[0].literal.trim() !== '*')
              query.fields = columnsOf(args.slice(0, 1)).fields;
            start(args[1]?.shape?.props.get('head')?.literal === true ? 'count' : 'read', site);
          } else if (step === 'insert' || step === 'upsert') start(step === 'insert' ? 'create' : 'update', site, args[0]);
          else if (step === 'update') start('update', site, args[0]);
          else if (step === 'delete') start('delete', site);
          else if (step === 'match') addConditions(m, query, args[0], site.place);
          else if (step === 'or' || step === 'filter') opaque(query.access);
          else if (step === 'then') {
            const callback = args[0]?.callable;
            if (callback?.kind === 'closure')
              callClosure(m, callback, [object([['data', rowsOf(query.access)]])], site, callback.self);
          } else if (typeof args[0]?.literal === 'string' && args.length > 1) {
            addCondition(query, args[0].literal, args[1] ?? unknown, site.place);
            if (!narrowing.test(step)) {
              const last = query.conditions.pop();
              if (last) query.conditions.push({ ...last, narrowing: false });
            }
          }
          return self;
        });
      },
    },
  };
  return self;
}

function opaque(access: { opaque: boolean } | undefined): void {
  if (access) access.opaque = true;
}
