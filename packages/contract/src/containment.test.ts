import { describe, expect, it } from 'vitest';
import { applyMeasure } from './api/containment.ts';
import { type Measured, measureKindIds, measureTargets, measureWords, type riskClasses, riskClassOf } from './containment.ts';
import { measureLine } from './containment-words.ts';

const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `p${at}`);
const samples: readonly Measured[] = [
  { kind: 'end_sessions', target: { scope: 'everyone' } },
  { kind: 'lock_accounts', target: { persons: many(21) } },
  { kind: 'force_step_up', target: { scope: 'everyone' } },
  { kind: 'block_addresses', target: { addresses: ['10.0.0.0/8'] } },
  { kind: 'stop_route', target: { app: 'a', route: 'GET /' } },
  { kind: 'stop_campaign', target: { app: 'a', campaign: 'c' } },
  { kind: 'stop_version', target: { app: 'a', versions: ['1'] } },
  { kind: 'stop_app', target: { app: 'a' } },
  { kind: 'read_only', target: { app: 'a' } },
  { kind: 'isolate_backend', target: { app: 'a', persons: [], addresses: [] } },
  { kind: 'rotate_keys', target: { app: 'a' } },
  { kind: 'rotate_secret', target: { app: 'a', secret: 'wechat', staged: `s_${'0'.repeat(16)}` } },
  { kind: 'revoke_tokens', target: {} },
];

describe('kinds of measures', () => {
  it.each(samples.map((sample) => [sample.kind, sample] as const))(
    '%s: the widest target has the class of the kind',
    (kind, sample) => {
      expect(measureTargets[kind].safeParse(sample.target).success).toBe(true);
      expect(riskClassOf(sample)).toBe(measureWords[kind].riskClass);
      expect(measureLine(sample).zh).toContain(measureWords[kind].name.zh);
      // What is asked for by HTTP is what the kinds say.
      const body = { ...sample, until: 1, reason: 'a test of it', idempotencyKey: 'test-1234' };
      expect(applyMeasure.body?.safeParse(body).success).toBe(true);
      expect(applyMeasure.body?.safeParse({ ...body, target: { ...sample.target, more: 1 } }).success).toBe(false);
    },
  );

  it('are all held by this test', () => {
    expect(samples.map(({ kind }) => kind).sort()).toEqual([...measureKindIds].sort());
  });

  it.each<[Measured, (typeof riskClasses)[number]]>([
    [{ kind: 'end_sessions', target: { scope: 'person', person: 'p' } }, 'low'],
    [{ kind: 'end_sessions', target: { scope: 'department', department: '2' } }, 'medium'],
    [{ kind: 'end_sessions', target: { scope: 'app', app: 'a' } }, 'high'],
    [{ kind: 'lock_accounts', target: { persons: many(3) } }, 'low'],
    [{ kind: 'lock_accounts', target: { persons: many(4) } }, 'medium'],
    [{ kind: 'force_step_up', target: { scope: 'department', department: '2' } }, 'low'],
    [{ kind: 'block_addresses', target: { addresses: ['203.0.113.7', '203.0.113.0/24', '2001:db8::/48'] } }, 'low'],
    [{ kind: 'block_addresses', target: { addresses: ['203.0.112.0/23'] } }, 'medium'],
    [{ kind: 'block_addresses', target: { addresses: ['2001:db8::/32'] } }, 'medium'],
    [{ kind: 'revoke_tokens', target: { tokens: ['t'] } }, 'medium'],
  ])('%j is %s', (measured, expected) => {
    expect(riskClassOf(measured)).toBe(expected);
  });

  it('ask for a second person by their class', () => {
    const call = (body: Measured) => ({
      params: undefined,
      query: undefined,
      body: { ...body, until: 1, reason: 'a test of it', idempotencyKey: 'test-1234' } as never,
    });
    expect(applyMeasure.approval?.riskClass?.(call({ kind: 'stop_app', target: { app: 'a' } }))).toBe('high');
    expect(applyMeasure.approval?.breakGlass).toBe(true);
  });
});
