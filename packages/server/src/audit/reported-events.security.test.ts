import { type ActivityEvent, activityEvent } from '@menshen/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activityReportEvent } from './activity-report.ts';
import { createReportedEvents } from './reported-events.ts';
import { ocsfProblems } from './testing-ocsf.ts';

const now = Date.UTC(2026, 10, 25);
const reporter = { app: 'portal', token: 't1', name: 'functions', address: '10.0.0.7' };

const event = (changes: Partial<ActivityEvent> = {}): ActivityEvent => ({ id: 'e1', ts: now, action: 'order.read', ...changes });

function reports(fail: { on: boolean } = { on: false }) {
  const recorded: string[] = [];
  const audit = {
    async record(entry: string) {
      if (fail.on) throw new Error('disk full');
      recorded.push(entry);
      return recorded.length - 1;
    },
  };
  return { recorded, fail, ...createReportedEvents({ audit: audit as never, clock: () => now }) };
}

describe('events that backends report', () => {
  it('keep their facts and say who reported them', () => {
    const entry = activityReportEvent(
      event({
        user: 'zhang',
        ip: '203.0.113.9',
        rows: 500,
        object: 'orders',
        result: 'denied',
        reason: 'not_owner',
        amount_cents: -5,
      }),
      { ...reporter, received: now },
    );
    expect(JSON.parse(entry)).toMatchObject({
      ...{ class_uid: 6003, activity_id: 2, status_id: 2, status_code: 'not_owner' },
      actor: { user: { uid: 'zhang' } },
      src_endpoint: { ip: '203.0.113.9' },
      unmapped: {
        menshen: {
          ...{ source: 'backend', by: 'token:functions', reporter: '10.0.0.7', reported_id: 'e1' },
          ...{ rows: 500, object: 'orders', outcome: 'refused', amount_cents: -5 },
        },
      },
    });
  });

  it('are sound OCSF, whatever of their fields they have', () => {
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const any = fc.record({
      id: fc.constant('e'),
      ts: fc.constant(now),
      action: fc.constantFrom('login', 'logout', 'order.delete', 'coupon.claim', 'x'),
      user: optional(fc.string({ minLength: 1, maxLength: 20 })),
      ip: optional(fc.ipV4()),
      status: optional(fc.integer({ min: 100, max: 599 })),
      method: optional(fc.constantFrom('GET', 'POST')),
      path: optional(fc.string({ minLength: 1, maxLength: 20 })),
      result: optional(fc.constantFrom('success', 'DENIED', 'own-word')),
    });
    fc.assert(
      fc.property(any, (fields) => {
        const parsed = activityEvent.parse(fields);
        expect(ocsfProblems(JSON.parse(activityReportEvent(parsed, { ...reporter, received: now })))).toEqual([]);
      }),
    );
  });

  it('that come again under their id are one event, unless they did not become durable', async () => {
    const { report, recorded, fail } = reports();
    expect(await report([event(), event({ id: 'e2' })], reporter)).toEqual([0, 1]);
    expect(await report([event({ id: 'e2' }), event({ id: 'e3' })], reporter)).toEqual([1, 2]);
    expect(await report([event()], { ...reporter, app: 'coupon' })).toEqual([3]);
    fail.on = true;
    await expect(report([event({ id: 'e4' })], reporter)).rejects.toThrow('disk full');
    fail.on = false;
    expect(await report([event({ id: 'e4' })], reporter)).toEqual([4]);
    expect(recorded).toHaveLength(5);
  });

  it.each([
    ['long past', now - 8 * 86_400_000],
    ['in the future', now + 3_600_000],
  ])('that are %s are refused, and none of their batch is recorded', async (_, ts) => {
    const { report, recorded } = reports();
    await expect(report([event(), event({ id: 'e2', ts })], reporter)).rejects.toMatchObject({ code: 'validation_failed' });
    expect(recorded).toEqual([]);
  });

  it.each([
    { action: 'order read' },
    { action: 'a'.repeat(81) },
    { ip: '10.0.0.7, 10.0.0.8' },
    { amount_cents: 1.5 },
    { rows: -1 },
    { geo: { lat: 91, lon: 0 } },
    { session_key: 'x' },
    { id: 'two words' },
    { ts: Number.NaN },
    { path: 'x'.repeat(1_025) },
  ])('are refused, not cut to fit: %j', (changes) => {
    expect(activityEvent.safeParse({ ...event(), ...changes }).success).toBe(false);
  });
});
