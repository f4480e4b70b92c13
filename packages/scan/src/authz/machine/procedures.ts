import { isAdminName } from '../names.ts';
import type { Machine } from './machine.ts';
import type { Entry, EntryKind } from './trace.ts';
import type { Closure } from './value.ts';

/** A function that a program hands to its platform to be called from outside: `AV.Cloud.define`, `Deno.serve`, a procedure of tRPC. */
export interface Procedure {
  readonly entry: Entry;
  run(m: Machine): void;
}

const mostProcedures = 2_000;

/** Keeps a procedure until the entry points are gathered. */
export function addProcedure(
  m: Machine,
  facts: { readonly kind: EntryKind; readonly framework: string; readonly name: string; readonly method: string },
  handler: Closure,
  run: (m: Machine) => void,
): void {
  if (m.trace || m.procedures.length >= mostProcedures) return;
  const { file } = handler.module;
  const place = { file, start: handler.node.start, end: handler.node.end };
  const { kind, framework, name, method } = facts;
  m.procedures.push({
    entry: {
      kind,
      framework,
      name,
      method,
      path: name,
      file,
      place,
      admin: isAdminName(name) || isAdminName(file),
      route: { file, start: place.start, end: Math.min(place.end, place.start + 60) },
    },
    run,
  });
}
