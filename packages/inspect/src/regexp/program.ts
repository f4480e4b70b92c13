import { type Node, UnsupportedPattern } from './syntax.ts';

/**
 * A nondeterministic automaton (Thompson's construction). State `i` does `ops[i]`: `set` goes to `next[i]` on a character of
 * set `arg[i]`; `split` goes to `next[i]` and `arg[i]` without reading; `start` and `end` go to `next[i]` at the edges of
 * the text only; `match` accepts.
 */
export interface Program {
  readonly ops: readonly Op[];
  readonly next: readonly number[];
  readonly arg: readonly number[];
  readonly entry: number;
  /** Sources of the sets. */
  readonly sets: readonly string[];
}

export type Op = 'set' | 'split' | 'start' | 'end' | 'match';

const maxStates = 1_000;
/** Nodes compiled, repetitions written out; counts those that need no state too. */
const maxWork = 20_000;

/**
 * Compiles a pattern. Counted repetitions are written out; throws {@link UnsupportedPattern} when the program gets larger
 * than 1,000 states.
 */
export function compileProgram(root: Node): Program {
  const ops: Op[] = [];
  const next: number[] = [];
  const arg: number[] = [];
  const sets = new Map<string, number>();
  let work = 0;

  const add = (op: Op, to: number, argument: number): number => {
    if (ops.length >= maxStates) throw new UnsupportedPattern('the pattern repeats too often');
    ops.push(op);
    next.push(to);
    arg.push(argument);
    return ops.length - 1;
  };

  /** Compiles backwards: gives the state from which `node` and then `to` is matched. */
  const compile = (node: Node, to: number): number => {
    work += 1;
    if (work > maxWork) throw new UnsupportedPattern('the pattern repeats too often');
    switch (node.kind) {
      case 'empty':
        return to;
      case 'set': {
        const index = sets.get(node.source) ?? sets.size;
        sets.set(node.source, index);
        return add('set', to, index);
      }
      case 'start':
      case 'end':
        return add(node.kind, to, -1);
      case 'sequence':
        return node.items.reduceRight((after, item) => compile(item, after), to);
      case 'choice':
        return node.options.map((option) => compile(option, to)).reduceRight((second, first) => add('split', first, second));
      case 'repeat':
        return compileRepeat(node, to);
    }
  };

  const compileRepeat = ({ item, min, max }: Extract<Node, { kind: 'repeat' }>, to: number): number => {
    if (min > maxStates || (Number.isFinite(max) && max > maxStates))
      throw new UnsupportedPattern('the pattern repeats too often');
    let entry = to;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = add('split', to, to);
      next[loop] = compile(item, loop);
      entry = loop;
    } else {
      for (let i = min; i < max; i += 1) entry = add('split', compile(item, entry), to);
    }
    for (let i = 0; i < min; i += 1) entry = compile(item, entry);
    return entry;
  };

  const match = add('match', -1, -1);
  const entry = compile(root, match);
  return { ops, next, arg, entry, sets: [...sets.keys()] };
}
