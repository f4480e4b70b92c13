import type { Node } from '../parse/ast.ts';
import type { Project } from '../project/project.ts';
import { parentOf, type Unit, unitOf } from './links.ts';

/** Which `App({...})` a script's `getApp()` means. */
export interface Apps {
  /** The options of the `App({...})` of the mini program that a script belongs to. */
  appOf(unit: Unit): Node | undefined;
  /** The `getApp()` calls that answer with these options. */
  appCallsOf(options: Node): readonly Node[];
}

export function createApps(project: Project, callsNamed: (name: string) => readonly Node[]): Apps {
  let options: ReadonlyMap<string, Node> | undefined;
  let calls: Map<Node, Node[]> | undefined;
  const rootOf = (unit: Unit): string => project.partOf(unit.file.path)?.root ?? '\0';
  const read = (): ReadonlyMap<string, Node> => {
    const found = new Map<string, Node>();
    for (const call of callsNamed('App')) {
      if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier') continue;
      const first = call.arguments[0];
      const home = unitOf(call);
      if (first?.type !== 'ObjectExpression' || home === undefined || parentOf(call) === undefined) continue;
      if (!found.has(rootOf(home))) found.set(rootOf(home), first);
    }
    return found;
  };
  const appOf = (unit: Unit): Node | undefined => {
    options ??= read();
    return options.get(rootOf(unit));
  };
  return {
    appOf,
    appCallsOf(owner) {
      if (calls === undefined) {
        calls = new Map();
        for (const call of callsNamed('getApp')) {
          const home = unitOf(call);
          const app = home === undefined ? undefined : appOf(home);
          if (app !== undefined) append(calls, app, call);
        }
      }
      return calls.get(owner) ?? [];
    },
  };
}

function append(map: Map<Node, Node[]>, key: Node, value: Node): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
