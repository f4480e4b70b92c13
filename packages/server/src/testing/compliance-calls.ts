import type { AdministratorPower } from '@menshen/contract';
import type { ControlPlaneCall } from './control-plane-calls.ts';

type Call = (
  id: string,
  who: AdministratorPower,
  parts: ControlPlaneCall['parts'] | Awaited<ReturnType<ControlPlaneCall['parts']>>,
  code?: string | null,
) => ControlPlaneCall;
type With2 = (
  id: string,
  who: AdministratorPower,
  by: AdministratorPower,
  parts: ControlPlaneCall['parts'],
) => ControlPlaneCall['parts'];

const reason = 'a reason for the test';
const monthMs = 30 * 86_400_000;
const manual = { id: 'mlps:8.1.2.1.c' };

/** Writes of compliance, for the test that holds every endpoint. */
export function complianceCalls(
  call: Call,
  with2: With2,
  now: () => number,
  text: (id: string, ...path: string[]) => string,
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
