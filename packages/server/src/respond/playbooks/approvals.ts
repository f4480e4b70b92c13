import { type Bilingual, continuePlaybookRun, MenshenError } from '@menshen/contract';
import type { ApprovalService } from '../../administrators/approvals/service.ts';
import type { AccountRef } from '../../administrators/model.ts';
import type { PlaybookLibrary } from './library.ts';
import { allSteps } from './model.ts';
import type { ApprovalPort } from './ports.ts';

/** The reason that stands in the record, whose reader may read either language. It begins with the playbook's id. */
const reasonOf = (playbook: string, { zh, en }: Bilingual): string => `${playbook}：${zh} / ${en}`.slice(0, 300);
const playbookOf = (reason: string): string => reason.split('：', 1)[0] ?? '';

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
    const { step } = continuePlaybookRun.body?.parse(call.body) ?? { step: '' };
    const playbook = library().entries.get(playbookOf(reason))?.playbook;
    const found = playbook === undefined ? undefined : allSteps(playbook.steps).find(({ key }) => key === step);
    if (playbook === undefined || found === undefined) return null;
    const { name } = playbook;
    const who = requester.id.startsWith('playbook:')
      ? { zh: `剧本“${name.zh}”`, en: `Playbook “${name.en}”` }
      : { zh: requester.username, en: requester.username };
    return { by: who, act: found.step.name, why };
  });
  const stateOf: ApprovalPort['state'] = async (id) => {
    const { state, decidedBy } = await approvals.get(nobody, id);
    const by = decidedBy?.username ?? null;
    switch (state) {
      case 'approved':
      case 'spent':
        return { state: 'approved', by };
      case 'refused':
      case 'cancelled':
        return { state: 'refused', by };
      case 'expired':
        return { state: 'expired', by };
      case 'pending':
      case 'waiting':
        return { state: 'pending', by };
    }
  };
  return {
    async request({ run, step, power, withinMs, text, playbook, by }) {
      const call = { params: { id: run }, query: {}, body: { step, power } };
      const open = await approvals.list(nobody, 'open', looked, 0);
      // A node died between asking and writing down that it had: its request stands.
      const before = open.find(
        ({ endpoint, params, body, requestedBy, state }) =>
          endpoint === continuePlaybookRun.id &&
          params['id'] === run &&
          body['step'] === step &&
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
        if (error instanceof MenshenError && error.code === 'not_found') return { state: 'expired', by: null };
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
