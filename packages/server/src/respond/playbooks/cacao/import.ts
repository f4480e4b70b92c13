import { type CacaoPlaybook, cacaoPlaybook, extensionId, type RawStep } from './model.ts';

/** What cannot be taken over of a CACAO playbook. */
export class CacaoError extends Error {
  readonly zh: string;
  constructor(text: { readonly zh: string; readonly en: string }) {
    super(text.en);
    this.name = 'CacaoError';
    this.zh = text.zh;
  }
}

const maxSteps = 400;

/**
 * Makes the source of a playbook of a CACAO playbook that Menshen has exported: the order of steps and their branches is read from the workflow, and what CACAO
 * has no words for from our extension. The result is checked like any file. @throws CacaoError for playbooks of others, whose commands we cannot carry out
 */
export function importCacao(json: unknown): unknown {
  const parsed = cacaoPlaybook.safeParse(json);
  if (!parsed.success) throw new CacaoError({ zh: '不是 CACAO 2.0 剧本。', en: 'This is no CACAO 2.0 playbook.' });
  const { workflow, workflow_start, playbook_extensions } = parsed.data;
  const head = playbook_extensions?.[extensionId];
  if (typeof head !== 'object' || head === null)
    throw new CacaoError({
      zh: '此剧本不是由门神导出的：其命令无法对应到门神的动作。',
      en: 'Menshen has not exported this: its commands are not actions of ours.',
    });
  let read = 0;
  const at = (id: string | undefined): CacaoPlaybook['workflow'][string] => {
    const step = id !== undefined && Object.hasOwn(workflow, id) ? workflow[id] : undefined;
    read += 1;
    if (step === undefined || read > maxSteps)
      throw new CacaoError({
        zh: '流程中有断开或循环的步骤。',
        en: 'The workflow leads to a step that is missing, or in a circle.',
      });
    return step;
  };
  const sequence = (from: string | undefined): RawStep[] => {
    const steps: RawStep[] = [];
    for (let id = from; ; ) {
      const step = at(id);
      if (step.type === 'end') return steps;
      if (step.type !== 'start') steps.push(stepOf(step));
      id = step.on_completion;
    }
  };
  const stepOf = (step: CacaoPlaybook['workflow'][string]): RawStep => {
    const own = step.step_extensions?.[extensionId];
    if (typeof own !== 'object' || own === null)
      throw new CacaoError({ zh: '有步骤缺少门神的扩展。', en: 'A step lacks the extension of Menshen.' });
    // What is in it is checked with the whole.
    const flat = own as RawStep;
    if (step.type === 'parallel') return { ...flat, parallel: step.next_steps.map(sequence) };
    if (step.type !== 'if-condition') return flat;
    const onFalse = step.on_false === undefined ? {} : { onFalse: sequence(step.on_false) };
    return { ...flat, if: step.condition, onTrue: sequence(step.on_true), ...onFalse };
  };
  return { ...head, steps: sequence(workflow_start) };
}
