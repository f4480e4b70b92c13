import type { Plan, PlanNode } from './plan.ts';

interface Triggers {
  readonly marks: readonly number[];
  readonly cost: number;
}

/** Chooses for a rule marks of which at least one is set whenever the rule matches, as few and as rare as can be guessed. */
export class TriggerChooser {
  readonly #plan: Plan;
  readonly #uses: Uint32Array;

  constructor(plan: Plan, nodes: readonly (PlanNode | undefined)[]) {
    this.#plan = plan;
    this.#uses = new Uint32Array(plan.costs.length);
    // A value that many rules ask for is a common one.
    for (const node of nodes) if (node !== undefined) this.#count(node);
  }

  #count(node: PlanNode): void {
    if (node.kind === 'mark') this.#uses[node.mark] = (this.#uses[node.mark] ?? 0) + 1;
    else if (node.kind === 'not') this.#count(node.of);
    else if (node.kind !== 'test') for (const inner of node.of) this.#count(inner);
  }

  #of(mark: number): Triggers {
    return { marks: [mark], cost: (this.#plan.costs[mark] ?? 0) + 2 * (this.#uses[mark] ?? 0) };
  }

  choose(node: PlanNode): Triggers | null {
    switch (node.kind) {
      case 'mark':
        return this.#of(node.mark);
      case 'test': {
        const trigger = this.#plan.tests[node.test]?.trigger ?? null;
        return trigger === null ? null : this.#of(trigger);
      }
      case 'not':
        return null;
      case 'and': {
        let best: Triggers | null = null;
        for (const inner of node.of) {
          const triggers = this.choose(inner);
          if (triggers !== null && (best === null || triggers.cost < best.cost)) best = triggers;
        }
        return best;
      }
      default: {
        const marks: number[] = [];
        let cost = 0;
        for (const inner of node.of) {
          const triggers = this.choose(inner);
          if (triggers === null) return null;
          marks.push(...triggers.marks);
          cost += triggers.cost;
        }
        return { marks, cost };
      }
    }
  }
}
