import { type AnsweredText, type ControlPlaneCall, type DeclareCall, reason, type WithApproval } from './declared-call.ts';

const plan = { option: 'reduce', plan: 'turn the second factor on', owner: 'team', cost: 1_000, due: null, residual: 7 };
/** First lines of the file that FIRST publishes each day. */
export const epssFile = '#model_version:v2025.03.14,score_date:2026-11-26\ncve,epss,percentile\nCVE-2021-44228,0.94,0.999\n';

/** Writes of risk, for the test that holds every endpoint. `first` gives the highest risk that there is. */
export function riskCalls(
  call: DeclareCall,
  with2: WithApproval,
  now: () => number,
  text: AnsweredText,
  first: () => Promise<string>,
): ControlPlaneCall[] {
  const day = 86_400_000;
  return [
    call('putBusiness', 'security', {
      params: { id: 'people' },
      body: { name: '人事', importance: 4, owner: 'team', apps: ['portal'], tiedTo: [] },
    }),
    call('setAssetOwner', 'security', { body: { asset: 'app:portal', owner: 'team' } }),
    call('riskWhatIf', 'audit', {
      body: { changes: [{ kind: 'control', control: 'second_factor', on: true, where: { tag: 'write', app: null } }] },
    }),
    call('saveRiskVersion', 'security', { body: { reason } }),
    call('addTreatment', 'security', async () => ({ body: { risk: await first(), ...plan } })),
    call('changeTreatment', 'security', () => ({ params: { id: text('addTreatment', 'id') }, body: { ...plan, state: 'done' } })),
    call(
      'acceptRisk',
      'security',
      with2('acceptRisk', 'security', 'audit', async () => ({
        body: { risk: await first(), score: 25, reason, until: now() + 30 * day },
      })),
    ),
    call('revokeAcceptance', 'security', () => ({ params: { id: text('acceptRisk', 'id') }, body: { reason } })),
    call('importAdvisories', 'security', { body: { kind: 'epss', text: epssFile } }),
    call('scoreVulnerability', 'audit', { body: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' } }),
    call('removeBusiness', 'security', { params: { id: 'people' } }),
  ];
}
