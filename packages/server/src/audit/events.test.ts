import { stageNames, stageVerdict } from '@menshen/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageTrace } from '../gateway/context.ts';
import { canonicalJson, type GatewayEventFields, gatewayEvent, parseStage, requestRefusedEvent } from './events.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
const count = fc.nat(1_000_000_000);
const code = fc.constantFrom('rate_limited', 'not_permitted', 'schema_mismatch');
const trace: fc.Arbitrary<StageTrace> = fc
  .record({
    stage: fc.constantFrom(...stageNames),
    verdict: fc.constantFrom(...stageVerdict.options),
    micros: count,
    reason: maybe(fc.record({ code, where: maybe(text) })),
  })
  .map(({ reason, ...rest }) => ({ ...rest, code: reason?.code ?? null, where: reason?.where ?? null }));
const fields: fc.Arbitrary<GatewayEventFields> = fc.record({
  time: fc.nat(),
  requestId: fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/),
  app: maybe(text),
  route: maybe(text),
  action: maybe(text),
  method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'), text),
  path: fc.string({ unit: 'binary', maxLength: 1_200, size: 'max' }),
  status: maybe(fc.integer({ min: 100, max: 599 })),
  outcome: fc.constantFrom('passed', 'refused', 'failed', 'unknown'),
  code: maybe(code),
  uid: maybe(text),
  kind: maybe(text),
  session: maybe(text),
  device: maybe(text),
  channel: maybe(text),
  assurance: maybe(fc.integer({ min: 1, max: 3 })),
  address: text,
  userAgent: maybe(fc.string({ unit: 'binary', maxLength: 300, size: 'max' })),
  mode: fc.constantFrom('enforce', 'monitor', 'bypass'),
  stages: fc.array(trace, { maxLength: 5 }),
  policies: fc.array(text, { maxLength: 4 }),
  latencyMicros: count,
  backendMicros: maybe(count),
  bytesIn: count,
  bytesOut: count,
});

describe('gatewayEvent', () => {
  it('is canonical JSON for any fields', () => {
    fc.assert(
      fc.property(fields, (each) => {
        const event = gatewayEvent(each);
        expect(event).toBe(canonicalJson(JSON.parse(event)));
      }),
      { numRuns: 300 },
    );
  });
  it('bounds what the client chose', () => {
    fc.assert(
      fc.property(fields, (each) => {
        const { http_request: request } = JSON.parse(
          gatewayEvent({ ...each, path: 'p'.repeat(100_000), userAgent: 'u'.repeat(100_000) }),
        ) as {
          http_request: { url: { path: string }; user_agent: string };
        };
        expect([request.url.path.length, request.user_agent.length]).toEqual([1_024, 200]);
      }),
      { numRuns: 10 },
    );
  });
  it('is well formed when a cut falls between two surrogates', () => {
    const event = requestRefusedEvent({
      time: 0,
      requestId: 'r',
      method: 'GET',
      path: `${'p'.repeat(1_023)}😀`,
      address: '::1',
      code: 'bad_request',
      userAgent: `${'u'.repeat(199)}😀`,
    });
    expect(event.isWellFormed()).toBe(true);
    expect(event).toBe(canonicalJson(JSON.parse(event)));
  });
});

describe('stages', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fields, (each) => {
        const event = JSON.parse(gatewayEvent(each)) as { unmapped: { menshen: { stages: string[] } } };
        expect(event.unmapped.menshen.stages.map(parseStage)).toEqual(
          each.stages.map((stage) => ({ ...stage, where: stage.where?.toWellFormed() ?? null })),
        );
      }),
      { numRuns: 300 },
    );
  });
  it.each(['', 'a', 'a|b', 'a||1', 'a|b|', 'a|b|-1', 'a|b|1.5', 'a|b|1e3', 'a|b|x', `a|b|${'9'.repeat(13)}`])(
    '%j is none',
    (other) => {
      expect(parseStage(other)).toBeNull();
    },
  );
});

describe('canonicalJson', () => {
  it('orders members by UTF-16 code units, as the example of RFC 8785 §3.2.3', () => {
    const input = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    expect(Object.values(JSON.parse(canonicalJson(input)) as object)).toHaveLength(7);
    expect([...canonicalJson(input).matchAll(/:(\d)/g)].map((match) => match[1])).toEqual(['2', '4', '6', '7', '1', '5', '3']);
  });
  it('leaves undefined members out, and refuses what is no plain data', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, null] })).toBe('{"a":[null,null]}');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 0, undefined])
      expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
