import type { FunctionNode, Node } from '../parse/ast.ts';
import { advance } from './advance.ts';
import { type Callers, createCallers } from './callers.ts';
import type { FlowClient } from './client.ts';
import type { Codebase } from './codebase.ts';
import type { Flow } from './flow.ts';
import { createGuards } from './guards.ts';
import { createHeap, type FieldLinks, type Heap } from './heap.ts';
import { createResolver, type Resolver } from './resolve-value.ts';
import { type Frame, maxPath, type Source, type State } from './state.ts';
import { storageReads } from './stored.ts';

export interface Engine {
  readonly resolver: Resolver;
  readonly callers: Callers;
  /** For whoever looks for sources. */
  readonly heap: Heap;
  /** Lets data of one label flow from all its sources at once. Returns `false` when the budget ended it. */
  run(sources: readonly Source[], client: FlowClient): boolean;
}

const maxFrames = 4;
/** States at one expression: more means that it is a hub whose contexts say nothing any more. */
const maxStatesAtNode = 40;
/** Share of a step that handing a state on costs. */
const attemptCost = 0.1;

/**
 * Interprocedural taint, on demand: only what data reaches is looked at. A state is an expression, the fields that lead from
 * its value to the data, the calls entered on the way (so that a return goes back to where the call came from) and what has
 * happened to the data.
 *
 * @param budget steps left for the whole project; each run draws on it
 */
export function createEngine(codebase: Codebase, budget: { steps: number }, linked: FieldLinks = () => []): Engine {
  const resolver = createResolver(codebase);
  const callers = createCallers(codebase, resolver);
  const guards = createGuards();
  const stored = storageReads(codebase, resolver);
  const quiet = createHeap(codebase, resolver, () => undefined, linked);
  const frames = new Map<Node, Frame[]>();
  let frameCount = 0;

  const enter = (call: Node, fn: FunctionNode, up: Frame | undefined): Frame => {
    const above = up !== undefined && up.depth >= maxFrames ? undefined : up;
    const known = frames.get(call)?.find((frame) => frame.up === above && frame.fn === fn);
    if (known !== undefined) return known;
    frameCount += 1;
    const frame: Frame = { call, fn, up: above, depth: (above?.depth ?? 0) + 1, id: frameCount };
    const list = frames.get(call);
    if (list === undefined) frames.set(call, [frame]);
    else list.push(frame);
    return frame;
  };

  const run = (sources: readonly Source[], client: FlowClient): boolean => {
    const first = sources[0];
    if (first === undefined) return true;
    const seen = new Map<Node, Set<string>>();
    const queue: State[] = [];
    let current: State | undefined;
    const heap = createHeap(
      codebase,
      resolver,
      (owner, path) => {
        if (current !== undefined) client.onField?.(owner, path, current);
      },
      linked,
    );
    const push = (state: State): void => {
      // Turned away too often is work as well: a hub of calls costs more in attempts than in states.
      budget.steps -= attemptCost;
      const known = seen.get(state.node);
      if (known !== undefined && known.size >= maxStatesAtNode) return;
      const key = `${state.path.join('.')}|${state.flags}|${state.frame?.id ?? 0}`;
      if (known === undefined) seen.set(state.node, new Set([key]));
      else if (known.has(key)) return;
      else known.add(key);
      queue.push(state);
    };
    const flow: Flow = {
      codebase,
      resolver,
      heap,
      callers,
      stored,
      client,
      policy: client.policy(first.label),
      guards,
      enter,
      emit(node, path, from, move = {}) {
        push({
          node,
          path: path.length > maxPath ? path.slice(0, maxPath) : path,
          frame: 'frame' in move ? move.frame : from.frame,
          flags: from.flags | (move.flags ?? 0),
          source: from.source,
          previous: from,
          note: move.note,
        });
      },
    };
    for (const source of sources)
      push({
        node: source.node,
        path: source.path,
        frame: undefined,
        flags: source.flags ?? 0,
        source,
        previous: undefined,
        note: source.text,
      });
    for (let at = 0; at < queue.length; at += 1) {
      if (budget.steps <= 0) return false;
      budget.steps -= 1;
      current = queue[at];
      if (current !== undefined) advance(flow, current);
    }
    return true;
  };
  return { resolver, callers, heap: quiet, run };
}
