import type { CharSet } from './char-set.ts';
import { type Assertion, type Node, UnsupportedPattern } from './syntax.ts';

/** One state of a nondeterministic automaton (Thompson's construction). */
export type State =
  | { readonly op: 'set'; readonly set: CharSet; readonly to: number }
  | { readonly op: 'split'; to: number; readonly other: number }
  | { readonly op: 'assert'; readonly what: Assertion; readonly to: number }
  | { readonly op: 'match' };

export interface Program {
  readonly states: readonly State[];
  readonly entry: number;
}

export const maxStates = 3_000;
/** Nodes compiled, with repetitions written out: some need no state and cost time all the same. */
const maxWork = 60_000;

const tooLarge = (): never => {
  throw new UnsupportedPattern('重复展开后过大', 'it gets too large when its repetitions are written out');
};

/** Compiles a pattern; counted repetitions are written out. */
export function compileProgram(root: Node): Program {
  const states: State[] = [];
  let work = 0;
  const add = (state: State): number => {
    if (states.length >= maxStates) tooLarge();
    states.push(state);
    return states.length - 1;
  };
  /** Backwards: the state from which `node` and then `to` is matched. */
  const compile = (node: Node, to: number): number => {
    work += 1;
    if (work > maxWork) tooLarge();
    switch (node.kind) {
      case 'empty':
        return to;
      case 'set':
        return add({ op: 'set', set: node.set, to });
      case 'assert':
        return add({ op: 'assert', what: node.what, to });
      case 'sequence':
        return node.items.reduceRight((after, item) => compile(item, after), to);
      case 'choice':
        return node.options
          .map((option) => compile(option, to))
          .reduceRight((second, first) => add({ op: 'split', to: first, other: second }));
      case 'repeat':
        return repeat(node, to);
    }
  };
  const repeat = ({ item, min, max }: Extract<Node, { kind: 'repeat' }>, to: number): number => {
    let entry = to;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = { op: 'split' as const, to, other: to };
      const at = add(loop);
      loop.to = compile(item, at);
      entry = at;
    } else {
      for (let i = min; i < max; i += 1) entry = add({ op: 'split', to: compile(item, entry), other: to });
    }
    for (let i = 0; i < min; i += 1) entry = compile(item, entry);
    return entry;
  };
  const match = add({ op: 'match' });
  const entry = compile(root, match);
  return { states, entry };
}
