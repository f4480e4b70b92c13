import type { Facts } from './expression/evaluate.ts';
import type { RunRecord } from './store.ts';

/** What the expressions of a run may name, beside the outputs of its steps. */
export function factsOfRun(run: Pick<RunRecord, 'id' | 'playbook' | 'facts'>): Facts {
  return { ...run.facts, run: { id: run.id, playbook: run.playbook, link: linkOf(run.id) } };
}

/** Page of the console that shows a run. */
export const linkOf = (run: string): string => `/playbooks/runs/${run}`;
