import { type IncidentClock, incidentClocks } from '@menshen/contract';
import type { Incidents } from '../../incidents/incidents.ts';
import type { Action, ActionContext } from '../ports.ts';
import type { ActionName } from './catalogue.ts';
import { cut, neededText, neededWords, severityOf, textOf } from './filled.ts';

const titleLength = 200;
const nothing = async () => ({ stops: null, approval: false });

/** Page of a run, at one of its steps: what an entry that is written twice is known by. */
const pathOf = ({ run, key }: ActionContext): string => `/playbooks/runs/${run}#${key.slice(run.length + 1)}`;

/** Incidents as actions: opened, and told what the playbook does. */
export function incidentActions(
  { service, intake, room }: Pick<Incidents, 'service' | 'intake' | 'room'>,
  clock: () => number,
): Partial<Record<ActionName, Action>> {
  /** Tells an incident once of one step: a step that is done again finds its own entry. */
  const tell = async (
    incident: string,
    text: { readonly zh: string; readonly en: string },
    context: ActionContext,
  ): Promise<void> => {
    const path = pathOf(context);
    const { timeline } = await room.detail(incident);
    if (timeline.some((entry) => entry.kind === 'playbook' && entry.path === path)) return;
    await service.appendToTimeline(incident, {
      ...{ kind: 'playbook', text, by: context.by.username, path },
      facts: { run: context.run, playbook: context.playbook },
    });
  };

  return {
    'create incident': {
      async perform(filled, context) {
        const title = cut(neededWords(filled, 'title'), titleLength);
        const { id } =
          context.alert !== null
            ? // The alert may have become an incident already: it leads to that one.
              await intake.fromAlert(context.alert, context.by.username)
            : await service.openIncident({
                source: { kind: 'playbook', ref: context.run },
                ...{ severity: severityOf(filled, context.severity), title, text: title, occurred: null, detected: clock() },
                ...{ by: context.by.username, path: `/playbooks/runs/${context.run}`, notify: false },
                subjects: [
                  ...(context.person === null ? [] : [{ kind: 'user' as const, value: context.person }]),
                  ...(context.app === null ? [] : [{ kind: 'app' as const, value: context.app }]),
                ],
              });
        const name = context.playbookName;
        await tell(
          id,
          { zh: `剧本「${name.zh}」开始处置：${title.zh}`, en: `The playbook "${name.en}" takes it up: ${title.en}` },
          context,
        );
        return { outputs: { incident: id } };
      },
      preview: nothing,
      simulated: { incident: 'i_preview' },
    },
    'update incident': {
      async perform(filled, context) {
        const incident = neededText(filled, 'incident');
        const stamp = incidentClocks.find((one): one is IncidentClock => one === textOf(filled, 'clock'));
        await tell(incident, neededWords(filled, 'note'), context);
        if (stamp !== undefined) await service.setClock(incident, stamp, { at: clock(), by: context.by.username });
        return { outputs: {} };
      },
      preview: nothing,
      simulated: {},
    },
  };
}
