import { frameworkOf } from '../libraries/frameworks.ts';
import { koaContext } from '../libraries/requests.ts';
import { thinkModule } from '../libraries/think.ts';
import { classMember, instanceOf, methodNames, rootOf } from '../machine/classes.ts';
import type { Machine } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import type { Entry } from '../machine/trace.ts';
import { type ClassRef, origin, type Value } from '../machine/value.ts';
import { isAdminName } from '../names.ts';
import { prelude, type Runnable } from './runnable.ts';

export function thinkEntries(m: Machine, file: string): Runnable[] {
  const exported = loadModule(m, file);
  const made = exported.shape?.props.get('default') ?? exported;
  if (made.callable?.kind !== 'class') return [];
  const cls = made.callable;
  if (!frameworkOf(m, rootOf(cls), cls).startsWith('think.Controller')) return [];
  const { module } = thinkModule(file);
  const controller = file
    .slice(file.search(/controllers?\//))
    .replace(/^controllers?\//, '')
    .replace(/\.[jt]s$/, '');
  const rest = rootIsRest(cls);
  const found: Runnable[] = [];
  for (const method of methodNames(cls)) {
    const action = method.endsWith('Action')
      ? method.slice(0, -6)
      : rest && /^(get|post|put|delete|patch)$/.test(method)
        ? method
        : dispatched.test(method)
          ? method
          : undefined;
    if (action === undefined || action === '') continue;
    const member = cls.node.body.body.find(
      (node) => node.type === 'MethodDefinition' && node.key.type === 'Identifier' && node.key.name === method,
    );
    if (!member) continue;
    const path = `${module === '' || module === 'home' ? '' : `/${module}`}/${controller}/${action}`;
    const entry: Entry = {
      kind: 'http',
      framework: 'thinkjs',
      name: `${module === '' ? '' : `${module}/`}${controller}/${action}`,
      method: '',
      path,
      file,
      place: { file, start: member.start, end: member.end },
      admin: isAdminName(`${module}/${controller}`) || isAdminName(module),
      route: undefined,
    };
    found.push({
      entry,
      run: (machine) => {
        const instance = instanceOf(machine, cls);
        machine.request.ctx = koaContext(machine, { path, framework: 'thinkjs', controller, action });
        const logic = thinkLogic(machine, file, controller);
        if (logic) {
          const checks = instanceOf(machine, logic);
          for (const name of ['__before', method]) {
            const target = classMember(machine, logic, name, checks);
            if (target?.callable?.kind === 'closure') prelude(machine, target, [], entry.place, checks, true);
          }
        }
        for (const name of ['__before', method]) {
          const target = classMember(machine, cls, name, instance);
          if (target?.callable?.kind !== 'closure') continue;
          const args = dispatched.test(name) ? [asked(), asked()] : [];
          prelude(machine, target, args, entry.place, instance, name === '__before');
        }
      },
    });
  }
  return found;
}

/** `savePOST(query, body)` of a controller whose base class dispatches by a part of the address. */
const dispatched = /[a-z\d_](?:GET|POST|PUT|DELETE|PATCH)$/;

/** All that the caller sent. */
const asked = (): Value => ({
  flags: 0,
  shape: { props: new Map(), rest: { flags: origin.client }, list: false, places: new Map() },
});

/** ThinkJS runs the logic class of the same name before the controller: checks of parameters and of the caller. */
function thinkLogic(m: Machine, file: string, controller: string): ClassRef | undefined {
  const path = file.replace(/controllers?\/(?!.*controllers?\/).*$/, `logic/${controller}`);
  for (const ending of ['.js', '.ts']) {
    if (!m.sources.has(path + ending)) continue;
    const exported = loadModule(m, path + ending);
    const made = exported.shape?.props.get('default') ?? exported;
    return made.callable?.kind === 'class' ? made.callable : undefined;
  }
  return undefined;
}

function rootIsRest(cls: ClassRef): boolean {
  return (
    cls.node.superClass?.type === 'MemberExpression' &&
    cls.node.superClass.property.type === 'Identifier' &&
    /rest/i.test(cls.node.superClass.property.name)
  );
}
