import { type AnsweredText, type ControlPlaneCall, type DeclareCall, reason, type WithApproval } from './declared-call.ts';

const monthMs = 30 * 86_400_000;
const manual = { id: 'mlps:8.1.2.1.c' };

/** Writes of compliance, for the test that holds every endpoint. */
export function complianceCalls(
  call: DeclareCall,
  with2: WithApproval,
  now: () => number,
  text: AnsweredText,
): ControlPlaneCall[] {
  return [
    call('addAttestation', 'security', () => ({
      params: manual,
      body: {
        ...{ name: 'zones.txt', statement: 'drawing of the zones', until: now() + monthMs },
        content: Buffer.from('zones').toString('base64'),
      },
    })),
    call('withdrawAttestation', 'security', () => ({ params: { id: text('addAttestation', 'id') }, body: { reason } })),
    call(
      'excludeComplianceItem',
      'security',
      with2('excludeComplianceItem', 'security', 'audit', () => ({
        params: { id: 'mlps:8.1.3.4.b' },
        body: { reason: 'there is no mail', until: now() + monthMs },
      })),
    ),
    call('makeReport', 'audit', { body: { kind: 'mlps', lang: 'zh', reason } }),
    call('verifyReport', 'audit', { body: { sha256: '0'.repeat(64) } }),
    call('addReportSchedule', 'security', { body: { kind: 'monthly', every: 'month' } }),
    call('removeReportSchedule', 'security', () => ({ params: { id: text('addReportSchedule', 'id') } })),
    call('includeComplianceItem', 'security', { params: { id: 'mlps:8.1.3.4.b' }, body: { reason } }),
  ];
}
