import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createContext, Script } from 'node:vm';

type Definition = Record<string, unknown>;

/** A page as the runtime runs it: its own methods, `data`, and `setData`. */
export interface PageInstance {
  readonly data: Record<string, unknown>;
  /** Calls a life-cycle function or a handler; undefined when the page has none of that name. */
  call(name: string, ...values: readonly unknown[]): unknown;
}

export interface MiniProgram {
  /** What the file handed to `Page` or `Component`. */
  define(file: string): Definition;
  open(page: string): PageInstance;
}

/**
 * As much of the mini program runtime as pages need: CommonJS modules that live once, `Page`, `Component`, `App` and `setData`, in a realm that has no Node
 * globals. Files in `given` (by path below the root) are not read but taken from there.
 */
export function loadMiniProgram(root: string, wx: object, given: Readonly<Record<string, unknown>> = {}): MiniProgram {
  const modules = new Map<string, { exports: unknown }>();
  const definitions = new Map<string, Definition>();
  let current = '';
  const define = (definition: Definition): void => void definitions.set(current, definition);
  const context = createContext(
    { wx, Page: define, Component: define, App: define },
    { codeGeneration: { strings: false, wasm: false } },
  );

  const load = (file: string): unknown => {
    const path = relative(root, file).replaceAll('\\', '/');
    if (Object.hasOwn(given, path)) return given[path];
    const known = modules.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    modules.set(path, module);
    const script = new Script(`(function (module, exports, require) {${readFileSync(file, 'utf8')}\n})`, { filename: file });
    const run: unknown = script.runInContext(context);
    if (typeof run !== 'function') throw new TypeError('not a module');
    const before = current;
    current = path;
    run(module, module.exports, (target: string) => load(join(dirname(file), target)));
    current = before;
    return module.exports;
  };

  const defined = (file: string): Definition => {
    load(join(root, file));
    const definition = definitions.get(file);
    if (definition === undefined) throw new Error(`${file} defines neither page nor component`);
    return definition;
  };

  return {
    define: defined,
    open(page) {
      const definition = defined(page);
      const instance: Record<string, unknown> = {
        ...definition,
        data: structuredClone(definition['data'] ?? {}),
        setData(change: Record<string, unknown>) {
          // The runtime copies what it is given: only data arrives in the view.
          Object.assign(instance['data'] as object, structuredClone(change));
        },
      };
      return {
        get data() {
          return instance['data'] as Record<string, unknown>;
        },
        call(name, ...values) {
          const method = instance[name];
          return typeof method === 'function' ? method.apply(instance, values) : undefined;
        },
      };
    },
  };
}
