import * as z from 'zod';
import { uuidOf } from './ids.ts';

/**
 * CACAO Security Playbooks 2.0 (OASIS, committee specification 01 of 2023-11-27), as far as our playbooks have use for it: steps start, end, action, parallel,
 * if-condition and playbook-action. What CACAO has no words for stands in an extension of ours, so that an export comes back as what it was.
 */
export const extensionId = `extension-definition--${uuidOf('playbook extension 1')}`;
export const identityId = `identity--${uuidOf('identity')}`;
export const agentId = `security-infrastructure--${uuidOf('agent')}`;

const extended = { step_extensions: z.record(z.string(), z.unknown()).optional() };
const common = {
  name: z.string().optional(),
  description: z.string().optional(),
  on_completion: z.string().optional(),
  ...extended,
};

export const cacaoStep = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('start'), ...common }),
  z.looseObject({ type: z.literal('end'), ...common }),
  z.looseObject({ type: z.literal('action'), commands: z.array(z.unknown()), ...common }),
  z.looseObject({ type: z.literal('parallel'), next_steps: z.array(z.string()), ...common }),
  z.looseObject({
    ...{ type: z.literal('if-condition'), condition: z.string(), on_true: z.string(), on_false: z.string().optional() },
    ...common,
  }),
  z.looseObject({ type: z.literal('playbook-action'), playbook_id: z.string(), ...common }),
]);
export type CacaoStep = z.output<typeof cacaoStep>;

export const cacaoPlaybook = z.looseObject({
  type: z.literal('playbook'),
  spec_version: z.literal('cacao-2.0'),
  id: z.string(),
  name: z.string(),
  workflow_start: z.string(),
  workflow: z.record(z.string(), cacaoStep),
  playbook_extensions: z.record(z.string(), z.unknown()).optional(),
});
export type CacaoPlaybook = z.output<typeof cacaoPlaybook>;

/** A step as it is written in YAML, without the steps inside it. */
export interface RawStep {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly [field: string]: unknown;
}

/** Fields of a step that hold steps. */
export const nested = ['parallel', 'onTrue', 'onFalse'] as const;
