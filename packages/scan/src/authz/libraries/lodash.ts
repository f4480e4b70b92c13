import { assignAll } from '../machine/builtins.ts';
import type { Machine } from '../machine/machine.ts';
import { mixed, native, object, unknown, type Value } from '../machine/value.ts';

/** `pick(source, ['a', 'b'])`: the named members of an object, and nothing else of it. */
export function picked(args: readonly Value[]): Value {
  const [source] = args;
  const names = args
    .slice(1)
    .flatMap((arg) => (arg.shape?.list ? [...arg.shape.props.values()] : [arg]))
    .map((arg) => arg.literal)
    .filter((name) => typeof name === 'string');
  return object(
    names.map(
      (name) =>
        [
          name,
          source?.shape?.props.get(name) ?? (source ? { ...mixed([source]), keys: new Set([name]), field: name } : unknown),
        ] as const,
    ),
  );
}

export function lodash(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'lodash',
      get: (name) => {
        switch (name) {
          case 'assign':
          case 'extend':
          case 'merge':
          case 'defaults':
            return native(name, (args, site) => assignAll(m, args, site));
          case 'pick':
            return native(name, (args) => picked(args));
          case 'omit':
            return native(name, (args) => args[0] ?? unknown);
          case 'cloneDeep':
          case 'clone':
            return native(name, (args) => args[0] ?? unknown);
          case 'isEmpty':
          case 'isEqual':
            return native(name, (args, site) => ({
              flags: 0,
              checks: args[0]
                ? [args[1] ? { left: args[0], right: args[1], place: site.place } : { left: args[0], place: site.place }]
                : [],
            }));
          default:
            return undefined;
        }
      },
    },
  };
}
