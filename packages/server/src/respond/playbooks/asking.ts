import { specOf } from './actions/catalogue.ts';
import type { ApprovalRule, Playbook, Step } from './model.ts';

const rule: ApprovalRule = { power: 'security', withinMs: 4 * 3_600_000, otherwise: 'fail' };

/** The same playbook with an approval before every measure that has none of its own: for who wants to see it work before they trust it. */
export function askingForAll(playbook: Playbook): Playbook {
  const all = (steps: readonly Step[]): Step[] => steps.map(ask);
  const ask = (step: Step): Step => {
    switch (step.kind) {
      case 'action':
        return specOf(step.action).measure === null ? step : { ...step, approval: step.approval ?? rule };
      case 'approval':
        return step;
      case 'parallel':
        return { ...step, branches: step.branches.map(all) };
      case 'if':
        return { ...step, onTrue: all(step.onTrue), onFalse: all(step.onFalse) };
      case 'playbook':
        return { ...step, steps: all(step.steps) };
    }
  };
  return { ...playbook, steps: all(playbook.steps) };
}
