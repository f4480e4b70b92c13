import { MenshenError } from '@menshen/contract';
import type { AuditQueries } from '../../../audit/queries.ts';
import type { Incidents } from '../../incidents/incidents.ts';
import { type Action, type Actions, StepError } from '../ports.ts';
import { type ActionName, actionNames } from './catalogue.ts';
import { evidenceAction } from './evidence.ts';
import { neededText } from './filled.ts';
import { incidentActions } from './incidents.ts';
import { type Containment, measureActions } from './measures.ts';
import { type OtherServices, otherActions } from './others.ts';

export interface ActionServices extends OtherServices {
  readonly containment: Containment;
  readonly incidents: Pick<Incidents, 'service' | 'intake' | 'room'> & { readonly evidence: Pick<Incidents['evidence'], 'add'> };
  readonly queries: () => Pick<AuditQueries, 'list'>;
  /** When a run began, epoch ms. */
  readonly startOf: (run: string) => Promise<number>;
}

/** Every action of the catalogue, over the services that do it. */
export function createActions(services: ActionServices): Actions {
  const { containment, incidents, queries, startOf, clock } = services;
  const made: Partial<Record<ActionName, Action>> = {
    ...measureActions(containment, clock),
    ...incidentActions(incidents, clock),
    ...otherActions(services),
    'investigate evidence': evidenceAction(queries, incidents.evidence, startOf),
    'cancel measure': {
      async perform(filled, { by, run }) {
        try {
          await containment.lift(neededText(filled, 'measure'), `playbook run ${run}`, by.username);
        } catch (error) {
          if (!(error instanceof MenshenError) || error.code !== 'conflict') throw error;
        }
        return { outputs: {} };
      },
      preview: async () => ({ stops: null, approval: false }),
      simulated: {},
    },
  };
  for (const name of actionNames) if (made[name] === undefined) throw new StepError(`action_missing ${name}`, false);
  // Sound: each name was looked for.
  return made as Actions;
}
