import { isActionName, specOf } from '../actions/catalogue.ts';
import type { PlaybookEntry } from '../library.ts';
import { uuidOf } from './ids.ts';
import { agentId, type CacaoPlaybook, type CacaoStep, extensionId, identityId, nested, type RawStep } from './model.ts';

/** Exports carry no moment of their own: the same playbook is the same file. This is when the format of our extension was fixed. */
const created = '2026-11-26T00:00:00.000Z';

type Workflow = Record<string, CacaoStep>;
const stepTypes = {
  action: 'action',
  approval: 'action',
  parallel: 'parallel',
  if: 'if-condition',
  playbook: 'playbook-action',
} as const;

/** A playbook in CACAO 2.0. Ids are made of names (UUIDv5), so that each export of a version is the same to the byte. */
export function exportCacao({ playbook, sources }: Pick<PlaybookEntry, 'playbook' | 'sources'>): CacaoPlaybook {
  const { steps, ...head } = sources.main as { readonly steps: readonly RawStep[]; readonly [field: string]: unknown };
  const { id, version, name, description } = playbook;
  const workflow: Workflow = {};
  const idOf = (type: string, of: string): string => `${type}--${uuidOf(`${id} ${of}`)}`;

  /** Writes a sequence, and gives the id of its first step. Every sequence ends with a step of its own, as CACAO asks of branches. */
  const sequence = (all: readonly RawStep[], place: string): string => {
    const end = idOf('end', place);
    workflow[end] = { type: 'end', name: 'end' };
    return all.reduceRight((next, step) => writeStep(step, next), end);
  };
  const writeStep = (step: RawStep, next: string): string => {
    const kind = kindOf(step);
    const own = idOf(stepTypes[kind], step.id);
    const flat = Object.fromEntries(Object.entries(step).filter(([field]) => !nested.some((one) => one === field)));
    const common = {
      ...{ name: step.name.en, description: step.name.zh, on_completion: next },
      step_extensions: { [extensionId]: flat },
    };
    switch (kind) {
      case 'action':
      case 'approval':
        workflow[own] = { type: 'action', commands: commandsOf(step), agent: agentId, ...common };
        break;
      case 'parallel': {
        const branches = (step['parallel'] as readonly (readonly RawStep[])[]).map((branch, at) =>
          sequence(branch, `${step.id} branch ${at}`),
        );
        workflow[own] = { type: 'parallel', next_steps: branches, ...common };
        break;
      }
      case 'if': {
        const on_true = sequence(step['onTrue'] as readonly RawStep[], `${step.id} true`);
        const other = step['onFalse'] as readonly RawStep[] | undefined;
        const on_false = other === undefined ? {} : { on_false: sequence(other, `${step.id} false`) };
        workflow[own] = { type: 'if-condition', condition: String(step['if']), on_true, ...on_false, ...common };
        break;
      }
      case 'playbook': {
        const used = String(step['playbook']);
        workflow[own] = { type: 'playbook-action', playbook_id: `playbook--${uuidOf(used)}`, ...common };
        break;
      }
    }
    return own;
  };

  const first = sequence(steps, 'main');
  const start = idOf('start', 'main');
  workflow[start] = { type: 'start', name: 'start', on_completion: first };
  return {
    ...{ type: 'playbook', spec_version: 'cacao-2.0', id: `playbook--${uuidOf(id)}`, name: name.en },
    description: `${description.en}\n\n${name.zh}：${description.zh}`,
    playbook_types: ['mitigation'],
    ...{ created_by: identityId, created, modified: created, revoked: false, labels: [id, `version ${version}`] },
    ...{ workflow_start: start, workflow },
    agent_definitions: { [agentId]: { type: 'security-infrastructure', name: 'Menshen', category: ['gateway'] } },
    extension_definitions: {
      [extensionId]: {
        ...{ type: 'extension-definition', name: 'Menshen playbook', created_by: identityId },
        ...{ schema: 'urn:menshen:playbook:1', version: '1' },
        description: 'The words of a Menshen playbook that CACAO has none for; see docs/reference/playbooks.md.',
      },
    },
    playbook_extensions: { [extensionId]: head },
  };
}

/** The act as an OpenC2 command of our own profile, and before it what a person must say. */
function commandsOf(step: RawStep): unknown[] {
  const approval = step['approval'] as { readonly power: string } | undefined;
  const asked =
    approval === undefined
      ? []
      : [{ type: 'manual', command: `Approval by an administrator with the power "${approval.power}"` }];
  const action = step['do'];
  if (typeof action !== 'string' || !isActionName(action)) return asked;
  const { verb, target } = specOf(action);
  const content = { action: verb, target: { [`x-menshen:${target.replaceAll(' ', '_')}`]: step['with'] ?? {} } };
  return [
    ...asked,
    {
      type: 'openc2-http',
      command: 'POST /openc2',
      headers: { 'Content-Type': ['application/openc2+json;version=1.0'] },
      content: JSON.stringify(content),
    },
  ];
}

function kindOf(step: RawStep): keyof typeof stepTypes {
  if (step['do'] !== undefined) return 'action';
  if (step['parallel'] !== undefined) return 'parallel';
  if (step['if'] !== undefined) return 'if';
  return step['playbook'] === undefined ? 'approval' : 'playbook';
}
