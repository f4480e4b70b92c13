import { type AnsweredText, type ControlPlaneCall, type DeclareCall, reason, type WithApproval } from './declared-call.ts';

const processor = {
  ...{ name: 'Cloud SMS', role: 'entrusted', contact: '', purpose: 'codes', fields: ['phone'], hosts: [], region: 'CN' },
  ...{ crossBorder: 'none', contractFrom: null, contractUntil: null, note: '', ended: false },
};
const assessment = {
  ...{ title: 'Loyalty', triggers: ['sensitive'], purposes: [], risks: [], conclusion: 'acceptable' },
  answers: { lawful: 'yes', impact: 'small', measures: 'enough' },
};

/** Privacy duties: a request from its entry to its export, and what is refused. */
export function privacyCalls(call: DeclareCall, text: AnsweredText, with2: WithApproval): ControlPlaneCall[] {
  const id = () => ({ id: text('createSubjectRequest', 'id') });
  const entry = { body: { uid: 'li', kind: 'copy', details: 'all of it' } };
  return [
    call(
      'recordConsent',
      'security',
      { params: { uid: 'li' }, body: { purpose: 'nothing', act: 'given', reason } },
      'purpose_unknown',
    ),
    call('createSubjectRequest', 'security', entry),
    call('advanceSubjectRequest', 'security', () => ({
      params: id(),
      body: { step: 'verify', method: 'call_back', note: reason },
    })),
    call('correctForRequest', 'security', () => ({ params: id(), body: { name: 'Li', note: reason } }), 'conflict'),
    call('exportForRequest', 'security', () => ({ params: id(), body: { close: true, note: '' } })),
    call(
      'erasePersonalData',
      'security',
      with2('erasePersonalData', 'security', 'audit', () => ({ params: { uid: 'li' }, body: { scope: 'person', reason } })),
      'person_still_listed',
    ),
    call('runRetention', 'security', { body: { dry: true, compact: false } }),
    call('putProcessor', 'security', { params: { id: 'sms' }, body: { fields: processor, version: 0 } }),
    call('putAssessment', 'security', { params: { id: 'loyalty' }, body: { fields: assessment, version: 0 } }),
    call('signAssessment', 'security', { params: { id: 'loyalty' }, body: { version: 1 } }),
  ];
}
