import { invoke } from '../machine/invoke.ts';
import { type Machine, pushGuards } from '../machine/machine.ts';
import type { Entry } from '../machine/trace.ts';
import type { CallSite, Closure, Place, Value } from '../machine/value.ts';

/** One entry point that can be run. */
export interface Runnable {
  readonly entry: Entry;
  /** Marks places of the chain that stand before the handler, for messages. */
  run(m: Machine): void;
}

export function placeOfClosure(closure: Closure): Place {
  return { file: closure.module.file, start: closure.node.start, end: closure.node.end };
}

export function siteOf(place: Place): CallSite {
  return { node: { type: 'EmptyStatement', start: place.start, end: place.end }, args: [], place };
}

/** Runs a step of the request; what it demands by leaving early holds for the steps behind it. */
export function prelude(
  m: Machine,
  target: Value,
  args: readonly Value[],
  place: Place,
  self: Value | undefined,
  keep: boolean,
): Value {
  const mark = m.guards.length;
  const decisions = m.trace?.decisions.length ?? 0;
  const value = invoke(m, target, args, siteOf(place), self);
  const thrown = keep ? m.guards.slice(mark) : [];
  m.guards.length = mark;
  pushGuards(m, thrown);
  if (keep && m.trace)
    for (const decision of m.trace.decisions.slice(decisions))
      if (decision.enforced && decision.frames.length === 1) m.guards.push(...decision.checks);
  return value;
}
