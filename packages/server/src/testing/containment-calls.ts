import { type ControlPlaneCall, type DeclareCall, reason } from './declared-call.ts';

const block = { kind: 'block_addresses', target: { addresses: ['203.0.113.250'] } };

/** Writes of containment, for the test that holds every endpoint: counted, taken, lifted. */
export function containmentCalls(call: DeclareCall, now: () => number, taken: () => string): ControlPlaneCall[] {
  return [
    call('previewMeasure', 'security', { body: block }),
    call('applyMeasure', 'security', () => ({
      body: { ...block, until: now() + 3_600_000, reason, idempotencyKey: 'every-endpoint' },
    })),
    call('nameAppVersion', 'security', { params: { app: 'portal', number: '41' }, body: { version: '1.4.2' } }, 'not_found'),
    call('liftMeasure', 'security', () => ({ params: { id: taken() }, body: { reason } })),
  ];
}
