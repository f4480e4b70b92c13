import type { AdministratorPower } from '@menshen/contract';
import { type AnsweredText, type ControlPlaneCall, type DeclareCall, reason, type WithApproval } from './declared-call.ts';

const who: AdministratorPower = 'security';

/** Writes of playbooks, for the test that holds every endpoint. */
export function playbookCalls(call: DeclareCall, text: AnsweredText, with2: WithApproval): ControlPlaneCall[] {
  const params = () => ({ id: text('startPlaybook', 'run') });
  return [
    call('setPlaybookMode', who, { params: { id: 'brute-force' }, body: { mode: 'ask', reason } }),
    call('testPlaybook', who, { params: { id: 'mass-export' }, body: { days: 30 } }),
    // It waits for somebody to say that data was restored, so that it is there to be stopped.
    call('startPlaybook', who, { params: { id: 'data-loss' }, body: { inputs: {}, reason } }),
    call(
      'continuePlaybookRun',
      who,
      with2('continuePlaybookRun', who, 'audit', () => ({ params: params(), body: { step: 'none', power: 'audit' } })),
      // What is approved is carried out at once, and then is used up.
      'approval_invalid',
    ),
    call('abortPlaybookRun', who, () => ({ params: params(), body: { lift: true, reason } })),
    call('compensatePlaybookRun', who, { params: { id: `pr_${'A'.repeat(22)}` }, body: { reason } }, 'not_found'),
  ];
}
