import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import type { Operation } from '../machine/trace.ts';
import { type CallSite, native, unknown, type Value } from '../machine/value.ts';
import { finishAccess, type OrmModel } from './orm.ts';
import { addCondition, addConditions, newQuery } from './query.ts';
import { row } from './rows.ts';

/** `Model.where(...)` and TypeORM's query builder. */
export function builder(m: Machine, model: OrmModel, name: string, args: readonly Value[], site: CallSite): Value {
  const query = newQuery(model.table);
  if (name === 'where') addConditions(m, query, args[0], site.place);
  let operation: Operation = 'read';
  let data: Value | undefined;
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'builder',
      get: (step) => {
        switch (step) {
          case 'where':
          case 'andWhere':
          case 'orWhere':
            return native(step, (values, at) => {
              const text = values[0]?.literal;
              if (typeof text === 'string') {
                const named = values[1];
                for (const match of text.matchAll(/([\w.]+)\s*(=|in)\s*\(?:?:(?:\.\.\.)?(\w+)/gi))
                  addCondition(query, match[1] ?? '', named?.shape?.props.get(match[3] ?? '') ?? unknown, at.place);
              } else addConditions(m, query, values[0], at.place);
              return self;
            });
          case 'update':
          case 'set':
            return native(step, (values) => {
              operation = 'update';
              data = values[0];
              return self;
            });
          case 'delete':
          case 'softDelete':
            return native(step, () => {
              operation = 'delete';
              return self;
            });
          case 'getOne':
          case 'getMany':
          case 'getRawMany':
          case 'getRawOne':
          case 'getManyAndCount':
          case 'execute':
          case 'exec':
          case 'find':
          case 'findOne':
          case 'fetch':
            return native(step, (_values, at) => row(m, model, finishAccess(m, query, operation, at, data), query));
          case 'then':
            return undefined;
          default:
            return native(step, (values, at) => {
              for (const value of values)
                if (value.callable?.kind === 'closure') callClosure(m, value.callable, [self], at, value.callable.self);
              return self;
            });
        }
      },
    },
  };
  return self;
}
