import type { AdministratorPower } from '@menshen/contract';
import { type ControlPlaneCall, type DeclareCall, reason } from './declared-call.ts';

const stop = { kind: 'stop_route', target: { app: 'portal', route: 'GET /public' } };
const block = { kind: 'block_addresses', target: { addresses: ['203.0.113.250'] } };

/** Writes of containment, for the test that holds every endpoint: counted, taken, opened again in steps, lifted. */
export function containmentCalls(
  call: DeclareCall,
  fresh: (who: AdministratorPower, parts: ControlPlaneCall['parts']) => ControlPlaneCall['parts'],
  now: () => number,
  taken: () => string,
): ControlPlaneCall[] {
  return [
    call('previewMeasure', 'security', { body: block }),
    call('applyMeasure', 'security', () => ({
      body: { ...stop, until: now() + 3_600_000, reason, idempotencyKey: 'every-endpoint' },
    })),
    call(
      'stageAppSecret',
      'security',
      fresh('security', () => ({ body: { app: 'portal', secret: 'wecom', value: 'y'.repeat(32), reason } })),
      'secret_refused',
    ),
    call('discardAppSecret', 'security', { params: { id: `s_${'0'.repeat(16)}` } }, 'not_found'),
    call('nameAppVersion', 'security', { params: { app: 'portal', number: '41' }, body: { version: '1.4.2' } }, 'not_found'),
    call('reopenMeasure', 'security', () => ({ params: { id: taken() }, body: { reason } })),
    call('moveReopening', 'security', () => ({ params: { id: taken() }, body: { move: 'pause', reason } })),
    call('liftMeasures', 'security', { body: { measures: [`m_${'0'.repeat(16)}`], reason } }),
    call('liftMeasure', 'security', () => ({ params: { id: taken() }, body: { reason } })),
  ];
}
