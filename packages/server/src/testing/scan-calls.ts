import type { ControlPlaneCall, DeclareCall } from './declared-call.ts';

/** A report of one finding, as the command sends it. */
export const oneFinding = {
  tool: 'menshen',
  version: 'test',
  findings: [
    {
      ...{ rule: 'MP-CLD-003', file: 'cloudfunctions/order/index.js', line: 7, severity: 'high', confidence: 'high' },
      fingerprint: '0123456789abcdef',
      message: { zh: '没有核对归属', en: 'the owner is not checked' },
    },
  ],
};

/** Writes of scans and findings, for the test that holds every endpoint. `listed` gives the ids of what was uploaded. */
export function scanCalls(call: DeclareCall, listed: () => Promise<readonly string[]>): ControlPlaneCall[] {
  return [
    call('uploadScan', 'security', { body: { app: 'portal', project: 'backend', report: oneFinding } }),
    call('changeFindings', 'security', async () => ({ body: { ids: [...(await listed())], change: { owner: 'team' } } })),
    call('commentFinding', 'audit', async () => ({ params: { id: (await listed())[0] ?? '' }, body: { text: 'seen' } })),
    call('runScan', 'security', { params: { app: 'portal', project: 'backend' }, body: {} }, 'not_found'),
  ];
}
