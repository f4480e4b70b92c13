import { type AdministratorPower, incidentPaper } from '@menshen/contract';
import { type AnsweredText, type ControlPlaneCall, type DeclareCall, reason } from './declared-call.ts';

const who: AdministratorPower = 'security';
const paper = Object.fromEntries(Object.keys(incidentPaper.shape).map((field) => [field, field === 'cause' ? reason : '']));
const facts = {
  ...{ level: 'considerable', personalInformation: 'yes', people: 1_200_000, harmAvoided: false },
  ...{ networkData: 'yes', nationalSecurity: 'no', lossYuan: null },
};

/** Writes of incidents, for the test that holds every endpoint. */
export function incidentCalls(call: DeclareCall, now: () => number, text: AnsweredText): ControlPlaneCall[] {
  const params = () => ({ id: text('reportIncident', 'id') });
  const content = Buffer.from('08:00 seen\n').toString('base64');
  return [
    call('reportIncident', 'audit', { body: { title: 'A strange mail', text: 'it asks for the code', reporter: 'zhang' } }),
    call('openFromAlert', who, { body: { alert: `a_${'A'.repeat(22)}` } }, 'not_found'),
    call('callIncident', 'nobody', () => ({
      body: { ref: 'soc-1', title: 'Seen outside', severity: 'high', subjects: [{ kind: 'address', value: '203.0.113.9' }] },
      headers: { authorization: `Bearer ${text('createApiToken', 'token')}` },
    })),
    call('advanceIncident', who, () => ({ params: params(), body: { step: 'advance', to: 'triaged' } })),
    call('setIncidentClock', who, () => ({ params: { ...params(), clock: 'occurred' }, body: { at: now() - 3_600_000 } })),
    call('addEvidence', who, () => ({ params: params(), body: { name: 'seen.log', content } })),
    call('judgeIncident', who, () => ({ params: params(), body: { facts, reason } })),
    call('recordDuty', who, () => ({
      params: { ...params(), rule: 'report_other' },
      body: { at: now(), to: '省网信办', reference: '1' },
    })),
    call('saveIncidentPaper', who, () => ({ params: params(), body: { paper, version: 0 } })),
    call('addIncidentAction', who, () => ({
      params: params(),
      body: { kind: 'training', text: 'a card on such mails', owner: 'wu', due: now() + 86_400_000 },
    })),
    call('finishIncidentAction', who, () => ({
      params: { ...params(), action: text('addIncidentAction', 'id') },
      body: { note: 'sent' },
    })),
    call('fillRecoveryBox', who, () => ({
      params: { ...params(), box: 'restored' },
      body: { how: 'statement', who: '王工', reason: 'nothing was changed on the disks' },
    })),
    call('makeIncidentReport', 'audit', () => ({ params: params(), body: { kind: 'first_report', format: 'docx' } })),
    call('mergeIncident', who, () => ({ params: params(), body: { into: text('callIncident', 'id'), reason } })),
  ];
}
