import type { Playbook, PlaybookStep, Step } from '../model.ts';

/** How deep playbooks may run each other. */
export const maxPlaybookDepth = 3;

export interface LinkProblem {
  /** Id of the step. */
  readonly step: string;
  readonly zh: string;
  readonly en: string;
}

/**
 * Puts the steps of the playbooks that a playbook runs in their places. Reports playbooks that do not exist, that run each other in a circle or too
 * deep, and inputs that are missing or unknown.
 */
export function linkPlaybook(
  playbook: Playbook,
  find: (id: string) => Playbook | undefined,
): { readonly playbook: Playbook; readonly problems: readonly LinkProblem[]; readonly uses: readonly string[] } {
  const problems: LinkProblem[] = [];
  const uses = new Set<string>();

  const linkStep = (step: Step, around: readonly string[]): Step => {
    switch (step.kind) {
      case 'action':
      case 'approval':
        return step;
      case 'parallel':
        return { ...step, branches: step.branches.map((branch) => linkAll(branch, around)) };
      case 'if':
        return { ...step, onTrue: linkAll(step.onTrue, around), onFalse: linkAll(step.onFalse, around) };
      case 'playbook':
        return linkUse(step, around);
    }
  };
  const linkAll = (steps: readonly Step[], around: readonly string[]): Step[] => steps.map((step) => linkStep(step, around));
  const linkUse = (step: PlaybookStep, around: readonly string[]): Step => {
    const wrong = (zh: string, en: string): Step => {
      problems.push({ step: step.id, zh, en });
      return step;
    };
    const used = find(step.playbook);
    if (used === undefined) return wrong(`没有剧本 ${step.playbook}。`, `there is no playbook ${step.playbook}.`);
    if (around.includes(used.id)) return wrong(`剧本 ${used.id} 循环调用。`, `the playbook ${used.id} comes to run itself.`);
    if (around.length > maxPlaybookDepth)
      return wrong(`剧本嵌套超过 ${maxPlaybookDepth} 层。`, `playbooks run each other more than ${maxPlaybookDepth} deep.`);
    const names = used.inputs.map(({ name }) => name);
    const unknown = Object.keys(step.parameters).find((name) => !names.includes(name));
    if (unknown !== undefined)
      return wrong(`剧本 ${used.id} 没有输入 ${unknown}。`, `the playbook ${used.id} has no input ${unknown}.`);
    const missing = used.inputs.find(({ name, required }) => required && !Object.hasOwn(step.parameters, name));
    if (missing !== undefined)
      return wrong(`剧本 ${used.id} 需要输入 ${missing.name}。`, `the playbook ${used.id} needs the input ${missing.name}.`);
    uses.add(used.id);
    return { ...step, steps: linkAll(used.steps, [...around, used.id]) };
  };

  const steps = linkAll(playbook.steps, [playbook.id]);
  return { playbook: { ...playbook, steps }, problems, uses: [...uses] };
}
