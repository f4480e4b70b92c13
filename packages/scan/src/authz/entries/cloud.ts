import type { Node } from '../../parse/ast.ts';
import { cloudEvent } from '../libraries/cloud.ts';
import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import type { Entry } from '../machine/trace.ts';
import { clientValue, native, unknown, type Value } from '../machine/value.ts';
import { isAdminName } from '../names.ts';
import { baseName, folderOf } from '../sources.ts';
import { placeOfClosure, prelude, type Runnable, siteOf } from './runnable.ts';

export function cloudEntries(m: Machine, file: string, text: string): Runnable[] {
  const exported = loadModule(m, file);
  const main =
    exported.shape?.props.get('main') ??
    exported.shape?.props.get('main_handler') ??
    exported.shape?.props.get('default')?.shape?.props.get('main');
  if (main?.callable?.kind !== 'closure') return [];
  const closure = main.callable;
  // A sub-module of a function with its own `main`, as the official template has them, is reached through the index.
  const folder = folderOf(file);
  if (
    baseName(file) === 'index' &&
    m.sources.files.some(
      (path) =>
        path !== file &&
        folderOf(path) === folderOf(folder) &&
        baseName(path) === 'index' &&
        m.sources.text(path).includes(`./${folder.slice(folder.lastIndexOf('/') + 1)}`),
    )
  )
    return [];
  const name = baseName(file) === 'index' ? folder.slice(folder.lastIndexOf('/') + 1) : baseName(file);
  const config = m.sources.has(`${folder}/config.json`) ? m.sources.text(`${folder}/config.json`) : '';
  const timer = /"triggers"/.test(config) && /"timer"/.test(config);
  const http = /event\.(httpMethod|queryStringParameters|headers)\b/.test(text);
  const entry: Entry = {
    kind: timer ? 'timer' : http ? 'http' : 'cloud',
    framework: 'cloud',
    name,
    method: '',
    path: '',
    file,
    place: placeOfClosure(closure),
    admin: isAdminName(name),
    route: undefined,
  };
  return [
    {
      entry,
      run: (machine) => {
        const callback = native('callback', (args, site) => {
          const value = args[1] ?? args[0];
          if (value && machine.trace)
            machine.trace.replies.push({
              value,
              place: site.place,
              frames: [...machine.frames],
              branch: machine.branch,
              order: ++machine.order,
            });
          return unknown;
        });
        callClosure(
          machine,
          closure,
          [cloudEvent(), { flags: 0, handle: { kind: 'cloud-context' } }, callback],
          siteOf(entry.place),
          undefined,
        );
      },
    },
  ];
}

/** A cloud object of uniCloud (`index.obj.js`): each of its functions can be called by any client with any arguments. */
export function cloudObjectEntries(m: Machine, file: string): Runnable[] {
  const exported = loadModule(m, file);
  const main = exported.shape?.props.get('default') ?? exported;
  const folder = folderOf(file);
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const before = main.shape?.props.get('_before');
  const found: Runnable[] = [];
  for (const [method, value] of main.shape?.props ?? []) {
    if (method.startsWith('_') || value.callable?.kind !== 'closure') continue;
    const closure = value.callable;
    const entry: Entry = {
      kind: 'cloud',
      framework: 'cloud',
      name: `${name}.${method}`,
      method: '',
      path: '',
      file,
      place: placeOfClosure(closure),
      admin: isAdminName(name),
      route: undefined,
    };
    found.push({
      entry,
      run: (machine) => {
        const self = cloudObject(main);
        if (before?.callable?.kind === 'closure') prelude(machine, before, [], entry.place, self, true);
        const args = closure.node.params.map((param) => clientArgument(param));
        callClosure(machine, closure, args, siteOf(entry.place), self);
      },
    });
  }
  return found;
}

function clientArgument(param: Node): Value {
  const inner = param.type === 'AssignmentPattern' ? param.left : param;
  return inner.type === 'Identifier' ? { ...clientValue, keys: new Set([inner.name]), field: inner.name } : clientValue;
}

/** `this` inside a cloud object: its own functions, and what uniCloud offers about the call. */
function cloudObject(main: Value): Value {
  return {
    flags: 0,
    shape: { props: new Map(main.shape?.props), rest: undefined, list: false, places: new Map() },
    handle: {
      kind: 'cloud-object',
      get: (name) => {
        if (name === 'getUniIdToken')
          return native(name, (_args, site) => ({ ...clientValue, keys: new Set(['token']), field: 'token', from: site.place }));
        if (/^get(ClientInfo|CloudInfo|HttpInfo|Params|MethodName)$/.test(name)) return native(name, () => clientValue);
        return undefined;
      },
    },
  };
}
