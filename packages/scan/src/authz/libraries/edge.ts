import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { addProcedure } from '../machine/procedures.ts';
import { unknown, type Value } from '../machine/value.ts';
import { baseName, folderOf } from '../sources.ts';
import { webRequest } from './next.ts';

/** `Deno.serve(handler)`: the function answers web requests under the name of its folder. */
export function serveFunction(m: Machine, args: readonly Value[]): Value {
  const handler = args.find((arg) => arg.callable?.kind === 'closure')?.callable;
  if (handler?.kind !== 'closure') return unknown;
  const { file } = handler.module;
  const name = baseName(file) === 'index' ? folderOf(file).slice(folderOf(file).lastIndexOf('/') + 1) : baseName(file);
  addProcedure(m, { kind: 'http', framework: 'edge', name: `/${name}`, method: 'post' }, handler, (machine) => {
    const site = { node: handler.node, args: [], place: { file, start: handler.node.start, end: handler.node.end } };
    const request = webRequest(machine);
    machine.request.req = request;
    const value = callClosure(machine, handler, [request], site, handler.self);
    machine.trace?.replies.push({ value, place: site.place, frames: [], branch: undefined, order: ++machine.order });
  });
  return unknown;
}
