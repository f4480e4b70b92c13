import { cloudEvent } from '../libraries/cloud.ts';
import { construct } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { getMember } from '../machine/members.ts';
import { loadModule } from '../machine/modules.ts';
import type { Entry } from '../machine/trace.ts';
import { type ClassRef, identityValue, literal } from '../machine/value.ts';
import { isAdminName } from '../names.ts';
import { folderOf } from '../sources.ts';
import { placeOfClosure, prelude, type Runnable, siteOf } from './runnable.ts';

/** `'order/pay': 'order_controller@pay'`: at least two lines of such a table. */
const tableText = /(?:['"][\w/-]{1,80}['"]\s{0,4}:\s{0,4}['"][\w/.-]{1,80}@\w{1,60}[^'"\n]{0,40}['"]\s{0,8},?[^'"]{0,200}){2}/;
const target = /^([\w/.-]{1,80})@(\w{1,60})(?:#.*)?$/;

/**
 * One cloud function for a whole program, as the CCMiniCloud framework has it: a table gives each route a class and a method, the dispatcher makes the
 * class of the route, the caller's openid and the event, and calls the method. Each line of the table is an entry point of its own.
 */
export function actionTableEntries(m: Machine, file: string, text: string): Runnable[] {
  if (!tableText.test(text)) return [];
  const found: Runnable[] = [];
  for (const [route, value] of loadModule(m, file).shape?.props ?? []) {
    const [, holder, method] = target.exec(String(value.literal ?? '')) ?? [];
    const path = holder === undefined ? undefined : controllerFile(m, file, holder);
    if (path === undefined || method === undefined) continue;
    const exported = loadModule(m, path);
    const held = exported.callable ?? exported.shape?.props.get('default')?.callable;
    if (held?.kind === 'class') found.push(runnable(held, method, route, path));
  }
  return found.slice(0, 600);
}

function runnable(held: ClassRef, method: string, route: string, file: string): Runnable {
  const whole = { file, start: held.node.start, end: held.node.end };
  const own = held.node.body.body.find(
    (member) => member.type === 'MethodDefinition' && member.key.type === 'Identifier' && member.key.name === method,
  );
  const place =
    own?.type === 'MethodDefinition'
      ? placeOfClosure({ kind: 'closure', node: own.value, scope: held.scope, module: held.module, name: method })
      : whole;
  const entry: Entry = {
    kind: 'cloud',
    framework: 'cloud',
    name: route,
    method: '',
    path: '',
    file,
    place,
    admin: isAdminName(route),
    route: undefined,
  };
  return {
    entry,
    run: (machine) => {
      const { node } = siteOf(place);
      const openid = { ...identityValue, field: 'OPENID' };
      const self = construct(machine, held, [literal(route), openid, cloudEvent()], node);
      const before = getMember(machine, self, 'initSetup', node);
      if (before.callable) {
        prelude(machine, before, [], place, self, true);
        // What the framework itself sets up the first time is nobody's request.
        if (machine.trace) machine.trace.accesses.length = 0;
      }
      prelude(machine, getMember(machine, self, method, node), [], place, self, false);
    },
  };
}

/** The file of a class that a table names, in the folder of controllers next to the table. */
function controllerFile(m: Machine, table: string, name: string): string | undefined {
  const ending = `/controller/${name.toLowerCase()}.`;
  let best: string | undefined;
  for (let folder = folderOf(table), up = 0; best === undefined && up < 3; folder = folderOf(folder), up += 1)
    best = m.sources.files.find(
      (path) => path.startsWith(`${folder}/`) && /\.[jt]s$/.test(path) && path.toLowerCase().includes(ending),
    );
  return best;
}
