import { callClosure } from '../machine/invoke.ts';
import { type Machine, noteIdentity } from '../machine/machine.ts';
import { addProcedure } from '../machine/procedures.ts';
import { clientValue, externalValue, identityValue, native, origin, unknown, type Value } from '../machine/value.ts';
import { leanObject, leanQuery, tableOf } from '../store/lean-objects.ts';

/** `leanengine` and `leancloud-storage`: functions of the cloud, objects and queries. */
export function leanCloud(m: Machine): Value {
  const classOf = (table: Value | undefined): Value => ({
    ...native('AV.Object', () => leanObject(m, table, undefined)),
    handle: {
      kind: 'lean-class',
      data: tableOf(table),
      get: (name) =>
        name === 'createWithoutData'
          ? native(name, (args) => leanObject(m, table, args[0]))
          : name === 'query'
            ? leanQuery(m, table)
            : undefined,
    },
  });
  const makeQuery = native('AV.Query', (args) => leanQuery(m, args[0]));
  const members: Record<string, () => Value> = {
    Cloud: () => cloud(m),
    Query: () => ({
      ...makeQuery,
      handle: {
        kind: 'lean-query-class',
        get: (name) => (/^(?:or|and)$/.test(name) ? native(name, () => leanQuery(m, undefined)) : undefined),
      },
    }),
    Object: () => ({
      ...native('AV.Object', (args) => leanObject(m, args[0], undefined)),
      handle: {
        kind: 'lean-object-class',
        get: (name) => {
          if (name === 'extend') return native(name, (args) => classOf(args[0]));
          if (name === 'createWithoutData') return native(name, (args) => leanObject(m, args[0], args[1]));
          if (/^(?:saveAll|destroyAll|fetchAll)$/.test(name)) return native(name, () => unknown);
          return undefined;
        },
      },
    }),
    User: () => classOf({ flags: 0, literal: '_User' }),
    File: () => native('AV.File', () => externalValue),
  };
  const self: Value = {
    flags: 0,
    handle: { kind: 'package', data: 'leancloud', get: (name) => (name === 'default' ? self : members[name]?.()) },
  };
  return self;
}

function cloud(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'lean-cloud',
      get: (name) => {
        if (name !== 'define') return undefined;
        return native(name, (args) => {
          const handler = args.find((arg) => arg.callable?.kind === 'closure')?.callable;
          const label = args[0]?.literal;
          if (handler?.kind !== 'closure' || typeof label !== 'string') return unknown;
          addProcedure(m, { kind: 'http', framework: 'leancloud', name: label, method: 'post' }, handler, (machine) => {
            const site = {
              node: handler.node,
              args: [],
              place: { file: handler.module.file, start: handler.node.start, end: handler.node.end },
            };
            const reply = native('response', (values, at) => {
              if (values[0] && machine.trace)
                machine.trace.replies.push({
                  value: values[0],
                  place: at.place,
                  frames: [...machine.frames],
                  branch: machine.branch,
                  order: ++machine.order,
                });
              return unknown;
            });
            const answer: Value = { flags: 0, handle: { kind: 'lean-response', get: () => reply } };
            const value = callClosure(machine, handler, [request(machine), answer], site, handler.self);
            machine.trace?.replies.push({ value, place: site.place, frames: [], branch: undefined, order: ++machine.order });
          });
          return unknown;
        });
      },
    },
  };
}

/** `request.params` is the caller's, `request.currentUser` the platform's word for who calls. */
function request(m: Machine): Value {
  return {
    flags: 0,
    shape: {
      props: new Map([
        ['params', { flags: 0, shape: { props: new Map(), rest: { flags: origin.client }, list: false, places: new Map() } }],
        ['object', clientValue],
      ]),
      rest: undefined,
      list: false,
      places: new Map(),
    },
    handle: {
      kind: 'lean-request',
      get: (name) => {
        if (!/^(?:currentUser|user|sessionToken)$/.test(name)) return undefined;
        noteIdentity(m);
        return { ...identityValue, field: name };
      },
    },
  };
}
