import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountChangeEvent,
  authenticationEvent,
  canonicalJson,
  detectionEvent,
  entityManagementEvent,
  gatewayEvent,
  parseStage,
  requestRefusedEvent,
} from './events.ts';
import { GatewayEvent, routeText, sessionText } from './gateway-event.ts';
import { gatewayFields } from './testing-events.ts';
import { ocsfProblems } from './testing-ocsf.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('is the example of the RFC, §3.2.2 and §3.2.3', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(
      Object.keys(
        JSON.parse(
          canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }),
        ) as object,
      ),
    ).toEqual(['1', '\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
  });

  it('says what JSON says, in one way only', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const canonical = canonicalJson(value);
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
      }),
    );
  });

  it('has no text that is not Unicode, no infinite number, no function', () => {
    expect(canonicalJson('a\ud800b')).toBe('"a\ufffdb"');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x'), 1n])
      expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe('audit events', () => {
  it('of the gateway are canonical and meet OCSF, whatever the request says', () => {
    fc.assert(
      fc.property(gatewayFields, (fields) => {
        const event = gatewayEvent(fields);
        const parsed: unknown = JSON.parse(event);
        expect(canonicalJson(parsed)).toBe(event);
        expect(ocsfProblems(parsed)).toEqual([]);
        expect(event.isWellFormed()).toBe(true);
      }),
    );
  });

  it('tell how each stage decided', () => {
    fc.assert(
      fc.property(gatewayFields, (fields) => {
        const parsed = JSON.parse(gatewayEvent(fields)) as { unmapped: { menshen: { stages: string[] } } };
        parsed.unmapped.menshen.stages.forEach((line, at) => {
          const { stage, verdict, micros } = fields.stages[at] ?? {};
          expect(parseStage(line)).toMatchObject({ stage, verdict, micros });
        });
      }),
    );
  });

  it('of one request say the same as events made each by itself, while it goes through its stages', () => {
    fc.assert(
      fc.property(gatewayFields, gatewayFields, fc.nat(8), (fields, ending, reached) => {
        const stages = fields.stages.slice(0, reached);
        const event = new GatewayEvent(fields, routeText(fields), sessionText(fields));
        expect(event.write({ ...fields, stages })).toBe(gatewayEvent({ ...fields, stages: [...stages] }));
        stages.push(...ending.stages);
        const { requestId, method, path, address, userAgent, mode, app, route, action } = fields;
        const { uid, kind, session, device, channel, assurance } = fields;
        const known = { requestId, method, path, address, userAgent, mode, app, route, action };
        const who = { uid, kind, session, device, channel, assurance };
        expect(event.write({ ...ending, stages })).toBe(gatewayEvent({ ...ending, ...known, ...who, stages: [...stages] }));
        expect(event.write({ ...fields, stages: ending.stages })).toBe(gatewayEvent({ ...fields, stages: ending.stages }));
      }),
    );
  });

  it('stay within the longest entry, however long the request is', () => {
    const long = '\u4f60"\u0001'.repeat(30_000);
    const event = requestRefusedEvent({
      time: 1,
      requestId: 'r'.repeat(8),
      method: 'POST',
      path: long,
      address: '127.0.0.1',
      code: 'route_undeclared',
      userAgent: long,
    });
    expect(Buffer.byteLength(event)).toBeLessThan(20_000);
    expect(canonicalJson(JSON.parse(event))).toBe(event);
  });

  const time = 1_700_000_000_000;
  const entity = { time, activity: 'update', entity: 'gateway mode', by: 'root', detail: { mode: 'bypass' } } as const;
  const logon = {
    time,
    activity: 'logon',
    app: 'shop',
    channel: 'wecom',
    uid: 'u1',
    address: '10.0.0.1',
    userAgent: null,
    session: 's1',
    code: null,
    requestId: 'r1',
  } as const;
  const account = { time, uid: 'u1', by: 'root', app: 'shop', address: '10.0.0.1', detail: null, requestId: null } as const;
  it.each([
    ['sign-in', authenticationEvent(logon)],
    ['refused sign-in of nobody', authenticationEvent({ ...logon, uid: null, address: null, session: null, code: 'code_used' })],
    ['sign-out', authenticationEvent({ ...logon, activity: 'logoff', detail: 'x'.repeat(1_000), by: 'root' })],
    ['new account', accountChangeEvent({ ...account, activity: 'create' })],
    ['bound account', accountChangeEvent({ ...account, activity: 'bind', address: null })],
    ['change of mode', entityManagementEvent(entity)],
    ['intended change', entityManagementEvent({ ...entity, outcome: 'unknown' })],
    ['failed change', entityManagementEvent({ ...entity, activity: 'delete', outcome: 'failure' })],
    [
      'alarm',
      detectionEvent({ time, rule: 'outcome_unknown', severity: 'high', title: 'outcomes unknown', detail: { count: 3 } }),
    ],
  ])('%s: canonical and sound OCSF', (_, event) => {
    expect(ocsfProblems(JSON.parse(event))).toEqual([]);
    expect(canonicalJson(JSON.parse(event))).toBe(event);
  });

  it('are found wanting when they are', () => {
    const { time: _, ...timeless } = JSON.parse(entityManagementEvent(entity)) as Record<string, unknown>;
    expect(ocsfProblems(timeless)).toEqual(['time is required', 'time']);
    const nobody = { ...(JSON.parse(gatewayEvent(fc.sample(gatewayFields, 1)[0] ?? ({} as never))) as object), actor: {} };
    expect(ocsfProblems(nobody)).toEqual([expect.stringContaining('actor.at least one of')]);
  });
});
