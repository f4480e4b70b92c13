import { MenshenError } from '@menshen/contract';
import type { NotifyService } from '../../../notify/service.ts';
import type { ReleaseService } from '../../../release/service.ts';
import type { ScanRunner } from '../../../scans/run/runner.ts';
import type { ScanService } from '../../../scans/service.ts';
import type { AssignmentService } from '../../../train/assignments/service.ts';
import { type Action, type ActionPreview, StepError } from '../ports.ts';
import type { ActionName } from './catalogue.ts';
import { cut, neededText, neededWords, numberOf, severityOf, textOf, wordsOf } from './filled.ts';
import { type RecoveryPort, recoveryActions } from './recovery.ts';

export interface OtherServices {
  readonly notify: Pick<NotifyService, 'send'>;
  readonly releases: Pick<ReleaseService, 'list'>;
  readonly scans: { readonly service: Pick<ScanService, 'list'>; readonly runner: Pick<ScanRunner, 'list' | 'request'> };
  readonly training: Pick<AssignmentService, 'list' | 'create'>;
  readonly recovery: () => RecoveryPort | null;
  readonly clock: () => number;
}

const noStop = async (): Promise<ActionPreview> => ({ stops: null, approval: false });
const titleLength = 120;
const textLength = 600;
/** For as long as a run can take, the notice of a step that is done again is the same one. */
const foldMinutes = 40 * 1_440;
const defaultDays = 14;

/** What playbooks have other capabilities do: tell people, look at releases, scan, count findings, assign courses. */
export function otherActions({
  notify,
  releases,
  scans,
  training,
  recovery,
  clock,
}: OtherServices): Partial<Record<ActionName, Action>> {
  return {
    ...recoveryActions(recovery, clock),
    'create notice': {
      async perform(filled, context) {
        const asked = wordsOf(filled, 'asked');
        const notice = await notify.send({
          ...{ kind: 'incident', severity: severityOf(filled, context.severity), app: context.app },
          ...{ matter: `playbook ${context.key}`, foldMinutes, path: `/playbooks/runs/${context.run}` },
          title: cut(neededWords(filled, 'title'), titleLength),
          happened: cut(neededWords(filled, 'happened'), textLength),
          done: { zh: `剧本「${context.playbookName.zh}」正在处置`, en: `The playbook "${context.playbookName.en}" is at work` },
          asked: asked === undefined ? null : cut(asked, textLength),
        });
        return { outputs: { notice } };
      },
      preview: noStop,
      simulated: { notice: 'n_preview' },
    },
    'query release': {
      async perform(filled) {
        const app = textOf(filled, 'app');
        const deployments = (await releases.list()).deployments.filter((one) => app === undefined || one.app === app);
        return { outputs: { deployments: deployments.length, changed: deployments.filter(({ ok }) => !ok).length } };
      },
      preview: noStop,
      simulated: { deployments: 0, changed: 0 },
    },
    'scan app': {
      async perform(filled, context) {
        const app = neededText(filled, 'app');
        const sources = (await scans.runner.list()).filter((source) => source.app === app);
        for (const { project } of sources)
          await scans.runner.request(app, project, context.by.username).catch((error: unknown) => {
            // It is being scanned now.
            if (!(error instanceof MenshenError) || error.code !== 'conflict') throw error;
          });
        return { outputs: { sources: sources.length } };
      },
      preview: noStop,
      simulated: { sources: 0 },
    },
    'query finding': {
      async perform(filled) {
        const app = textOf(filled, 'app');
        const { counts } = await scans.service.list({ show: 'active', ...(app === undefined ? {} : { app }) }, 1, null);
        const { critical, high, medium } = counts.bySeverity;
        return { outputs: { critical, high, medium, overdue: counts.overdue } };
      },
      preview: noStop,
      simulated: { critical: 0, high: 0, medium: 0, overdue: 0 },
    },
    'create training': {
      async perform(filled, context) {
        const [person, department] = [textOf(filled, 'person'), textOf(filled, 'department')];
        if ((person === undefined) === (department === undefined))
          throw new StepError('parameter_missing person|department', false);
        const reason = `${context.playbookName.zh}（${context.run}）`;
        const course = neededText(filled, 'course');
        const before = (await training.list()).find((one) => one.reason === reason && one.course === course);
        if (before !== undefined) return { outputs: { assignment: before.id, people: 0 } };
        const { id, people } = await training.create(
          {
            ...{ course, due: null, dueDays: numberOf(filled, 'days') ?? defaultDays, again: true, reason, origin: null },
            target:
              person === undefined ? { kind: 'department', department: department ?? '' } : { kind: 'people', uids: [person] },
          },
          context.by.username,
        );
        return { outputs: { assignment: id, people } };
      },
      preview: noStop,
      simulated: { assignment: 'preview', people: 1 },
    },
  };
}
