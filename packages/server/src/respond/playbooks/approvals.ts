import { isDeepStrictEqual } from 'node:util';
import { type Bilingual, continuePlaybookRun, MenshenError, playbookParameterName } from '@menshen/contract';
import type { ApprovalService } from '../../administrators/approvals/service.ts';
import type { AccountRef } from '../../administrators/model.ts';
import type { PlaybookLibrary } from './library.ts';
import { allSteps } from './model.ts';
import type { ApprovalPort, Filled } from './ports.ts';
import { filledViews } from './views.ts';

/** The reason that stands in the record, whose reader may read either language. It begins with the playbook's id. */
const reasonOf = (playbook: string, { zh, en }: Bilingual): string => `${playbook}：${zh} / ${en}`.slice(0, 300);
const playbookOf = (reason: string): string => reason.split('：', 1)[0] ?? '';

const bodyOf = (body: unknown): { readonly step: string; readonly with: Filled } =>
  continuePlaybookRun.body?.parse(body) ?? { step: '', with: {} };

/** A step with what it is done to, so that nobody decides on "stop the campaign" without knowing which. Texts for people are read on the run's page. */
function withTargets(step: Bilingual, filled: Filled): Bilingual {
  const targets = filledViews(filled).filter(({ name }) => name !== 'incident' && typeof filled[name] !== 'object');
  if (targets.length === 0) return step;
  const words = targets.map(({ name, value }) => ({ name: playbookParameterName(name), value }));
  return {
    zh: `${step.zh}（${words.map(({ name, value }) => `${name.zh} ${value.zh}`).join('，')}）`,
    en: `${step.en} (${words.map(({ name, value }) => `${name.en} ${value.en}`).join(', ')})`,
  };
}

/** Reads approvals as somebody to whom none belongs. */
const nobody: AccountRef = { id: '', username: '', power: 'security' };
const looked = 200;
const why: Bilingual = { zh: '剧本在等待：批准后执行这一步。', en: 'The playbook waits: it does this once it is approved.' };

/**
 * Steps that wait for a person are requests of administrators like any other: on the page of approvals, by the power that the step names, never by who
 * started the run. `wake` has a run looked at that somebody has decided on.
 */
export function createApprovalPort(
  approvals: Pick<ApprovalService, 'request' | 'list' | 'get' | 'cancel' | 'carryOut' | 'explain'>,
  wake: (run: string) => Promise<void>,
  library: () => PlaybookLibrary,
): ApprovalPort {
  approvals.carryOut(continuePlaybookRun, {
    // Going on is for the runner: it sees that the request was approved, whoever spent it.
    isDone: async () => true,
    async perform({ call }) {
      const { id } = continuePlaybookRun.params?.parse(call.params) ?? { id: '' };
      await wake(id);
    },
  });
  approvals.explain(continuePlaybookRun, ({ requester, call, reason }) => {
    const { step, with: filled } = bodyOf(call.body);
    const playbook = library().entries.get(playbookOf(reason))?.playbook;
    const found = playbook === undefined ? undefined : allSteps(playbook.steps).find(({ key }) => key === step);
    if (playbook === undefined || found === undefined) return null;
    const { name } = playbook;
    const who = requester.id.startsWith('playbook:')
      ? { zh: `剧本“${name.zh}”`, en: `Playbook “${name.en}”` }
      : { zh: requester.username, en: requester.username };
    return { by: who, act: withTargets(found.step.name, filled), why };
  });
  const stateOf: ApprovalPort['state'] = async (id) => {
    const { state, decidedBy, body } = await approvals.get(nobody, id);
    const known = { by: decidedBy?.username ?? null, filled: bodyOf(body).with };
    switch (state) {
      case 'approved':
      case 'spent':
        return { state: 'approved', ...known };
      case 'refused':
      case 'cancelled':
        return { state: 'refused', ...known };
      case 'expired':
        return { state: 'expired', ...known };
      case 'pending':
      case 'waiting':
        return { state: 'pending', ...known };
    }
  };
  return {
    async request({ run, step, power, withinMs, text, filled, playbook, by }) {
      const call = { params: { id: run }, query: {}, body: { step, power, with: filled } };
      const open = await approvals.list(nobody, 'open', looked, 0);
      // A node died between asking and writing down that it had: its request stands.
      const before = open.find(
        ({ endpoint, params, body, requestedBy, state }) =>
          endpoint === continuePlaybookRun.id &&
          params['id'] === run &&
          body['step'] === step &&
          isDeepStrictEqual(body['with'], filled) &&
          requestedBy.id === by.id &&
          (state === 'pending' || state === 'waiting' || state === 'approved'),
      );
      if (before !== undefined) return before.id;
      const reason = reasonOf(playbook, text);
      const { id } = await approvals.request(by, { endpoint: continuePlaybookRun, ...call, reason, breakGlass: false, withinMs });
      return id;
    },
    async state(id) {
      try {
        return await stateOf(id);
      } catch (error) {
        if (error instanceof MenshenError && error.code === 'not_found') return { state: 'expired', by: null, filled: null };
        throw error;
      }
    },
    async cancel(id, by) {
      try {
        await approvals.cancel(by, id);
      } catch (error) {
        if (!(error instanceof MenshenError)) throw error;
      }
    },
  };
}
