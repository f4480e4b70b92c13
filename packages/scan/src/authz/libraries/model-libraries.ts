import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { native, object, type Value } from '../machine/value.ts';
import { ormModel } from '../store/orm.ts';

/** `define(name, columns)` of Sequelize. */
export function defineModel(m: Machine): Value {
  return native('define', (args) => {
    const name = args[0]?.literal;
    const columns = [...(args[1]?.shape?.props.keys() ?? [])];
    return ormModel(m, { table: typeof name === 'string' ? name : '', statics: new Map(), columns });
  });
}

/** Runs the callback of a transaction; `handle` is what it is handed. */
export function transactionOf(m: Machine, handle?: Value): Value {
  return native('transaction', (args, site) => {
    const callback = args.find((arg) => arg.callable);
    m.transactions += 1;
    if (callback?.callable?.kind !== 'closure') return object();
    const value = callClosure(m, callback.callable, [handle ?? object()], site, callback.callable.self);
    m.transactions -= 1;
    return value;
  });
}

export function sequelizeNames(): Value {
  return {
    flags: 0,
    handle: {
      kind: 'sequelize-names',
      get: (name) => {
        if (name === 'Op') return { flags: 0, handle: { kind: 'operators', get: () => undefined } };
        return undefined;
      },
    },
  };
}

/** `mongoose`: schemas give columns, models give access. */
export function mongooseValue(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'mongoose',
      get: (name) => {
        if (name === 'model') {
          return native(name, (args) => {
            const table = typeof args[0]?.literal === 'string' ? args[0].literal : '';
            const key = `#mongoose:${table}`;
            const known = m.globals.get(key);
            if (known && args.length === 1) return known;
            const schema = args[1]?.handle?.data as { columns: string[]; statics: Map<string, Value> } | undefined;
            const model = ormModel(m, { table, statics: schema?.statics ?? new Map(), columns: schema?.columns ?? [] });
            m.globals.set(key, model);
            return model;
          });
        }
        if (name === 'Schema') {
          return {
            flags: 0,
            callable: native('Schema', (args) => {
              const data = { columns: [...(args[0]?.shape?.props.keys() ?? [])], statics: new Map<string, Value>() };
              const holder = object();
              const statics: Value = { flags: 0, shape: { props: data.statics, rest: undefined, list: false } };
              return {
                ...holder,
                handle: {
                  kind: 'schema',
                  data,
                  get: (inner) => (inner === 'statics' ? statics : inner === 'methods' ? object() : undefined),
                },
              };
            }).callable as NonNullable<Value['callable']>,
            handle: { kind: 'schema-class', get: () => object() },
          };
        }
        return undefined;
      },
    },
  };
}
