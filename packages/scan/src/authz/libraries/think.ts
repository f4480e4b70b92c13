import { instanceOf } from '../machine/classes.ts';
import { construct } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import { configValue, identityValue, literal, native, unknown, type Value } from '../machine/value.ts';
import { thinkModel } from '../store/think-model.ts';

/** `src/api/` of `src/api/controller/order.js`; `src/` of a project with one module. */
export function thinkModule(file: string): { base: string; module: string } {
  const match = /^(.*?)(?:([\w-]+)\/)?(controller|model|service|logic|config|middleware|extend|bootstrap|adapter)\//.exec(file);
  return { base: match?.[1] ?? '', module: match?.[2] ?? '' };
}

/** A file of one kind by name, in the module of the asker, then `common`, then in any. */
function findFile(m: Machine, kind: string, name: string, from: string, module?: string): string | undefined {
  const { base, module: own } = thinkModule(from);
  for (const folder of [module, own, 'common', '']) {
    if (folder === undefined) continue;
    for (const ending of ['js', 'ts']) {
      const path = `${base}${folder === '' ? '' : `${folder}/`}${kind}/${name}.${ending}`;
      if (m.sources.has(path)) return path;
    }
  }
  return m.sources.files.find(
    (file) => (file.endsWith(`/${kind}/${name}.js`) || file.endsWith(`/${kind}/${name}.ts`)) && !file.includes('node_modules'),
  );
}

function classOf(m: Machine, file: string): Value {
  const exported = loadModule(m, file);
  return exported.shape?.props.get('default') ?? exported;
}

/** `this.model('order')`: the model's class where the project has one, else the table. */
export function thinkModelOf(m: Machine, name: Value | undefined, from: string): Value {
  const text = name?.literal;
  if (typeof text !== 'string' || text.includes('\u0000')) return thinkModel(m, name ?? unknown);
  const file = findFile(m, 'model', text, from);
  if (file) {
    const made = classOf(m, file);
    if (made.callable?.kind === 'class') return instanceOf(m, made.callable);
  }
  return thinkModel(m, text);
}

export function thinkServiceOf(m: Machine, name: Value | undefined, module: Value | undefined, from: string): Value {
  const text = name?.literal;
  if (typeof text !== 'string') return unknown;
  const file = findFile(m, 'service', text, from, typeof module?.literal === 'string' ? module.literal : undefined);
  if (!file) return unknown;
  const made = classOf(m, file);
  return made.callable?.kind === 'class' ? construct(m, made.callable, [], made.callable.node) : made;
}

/** `this.config('publicAction')`: the value in the module's configuration, else in the common one. */
export function thinkConfig(m: Machine, name: Value | undefined, from: string): Value {
  const text = name?.literal;
  if (typeof text !== 'string') return configValue;
  const { base, module } = thinkModule(from);
  for (const folder of [module, 'common', '']) {
    for (const ending of ['js', 'ts']) {
      const file = `${base}${folder === '' ? '' : `${folder}/`}config/config.${ending}`;
      if (!m.sources.has(file)) continue;
      const exported = loadModule(m, file);
      const value = (exported.shape?.props.get('default') ?? exported).shape?.props.get(text.split('.')[0] ?? '');
      if (value) return value;
    }
  }
  return configValue;
}

/** `think.controller.base`, `think.model.relation`: the classes of ThinkJS 2, as members of what makes instances. */
function baseClasses(value: Value, framework: string): Value {
  return {
    ...value,
    handle: {
      kind: 'think-classes',
      get: (name) =>
        /^(?:base|rest|relation|adv|mongo)$/.test(name)
          ? { flags: 0, handle: { kind: 'framework-class', data: framework } }
          : undefined,
    },
  };
}

/** The process-wide `think` object: base classes, containers, and whatever the code leaves on it. */
export function thinkGlobal(m: Machine): Value {
  const known = m.globals.get('#think');
  if (known) return known;
  const self: Value = {
    flags: 0,
    shape: { props: new Map(), rest: undefined, list: false, places: new Map() },
    handle: {
      kind: 'process',
      get: (name) => {
        switch (name) {
          case 'Controller':
          case 'Service':
          case 'Logic':
          case 'Model':
          case 'Mongo':
            return { flags: 0, handle: { kind: 'framework-class', data: `think.${name === 'Mongo' ? 'Model' : name}` } };
          case 'RestController':
            return { flags: 0, handle: { kind: 'framework-class', data: 'think.Controller' } };
          case 'model':
            return baseClasses(
              native(name, (args) => thinkModelOf(m, args[0], m.frames.at(-1)?.file ?? '')),
              'think.Model',
            );
          case 'logic':
            return baseClasses(unknown, 'think.Logic');
          case 'service':
            return baseClasses(
              native(name, (args) => thinkServiceOf(m, args[0], args[1], m.frames.at(-1)?.file ?? '')),
              'think.Service',
            );
          case 'config':
            return native(name, (args) => thinkConfig(m, args[0], m.frames.at(-1)?.file ?? ''));
          case 'isEmpty':
            return native(name, (args, site) => ({
              flags: 0,
              checks: args[0] && (args[0].flags !== 0 || args[0].rows) ? [{ left: args[0], place: site.place }] : [],
            }));
          case 'userId':
          case 'openid':
          case 'user':
            return identityValue;
          case 'ROOT_PATH':
          case 'env':
            return literal('');
          case 'controller':
            return baseClasses(unknown, 'think.Controller');
          default:
            return undefined;
        }
      },
    },
  };
  m.globals.set('#think', self);
  return self;
}
