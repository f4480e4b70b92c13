import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gatewayEvent } from '../../audit/gateway-event.ts';
import { parsePlain } from '../../audit/plain.ts';
import { gatewayFields } from '../../audit/testing-events.ts';
import { createActivityReader } from '../read-activity.ts';
import { activityOfEntry, activityOfRequest, createRequestReader } from './from-audit.ts';

/** Mostly texts that stand in an event as they are, so that it is read without parsing; sometimes what JSON escapes. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '/', ':', '|', ',', ']', ' ', '你'), maxLength: 14 }),
  fc.constantFrom('order.read', 'console', 'signature_invalid', 'route_undeclared', '', 'MicroMessenger/8.0.50 x', '"\\'),
);
const fields = fc
  .record({ fields: gatewayFields, texts: fc.array(text, { minLength: 9, maxLength: 9 }), threats: fc.boolean() })
  .map(({ fields, texts, threats }) => {
    const [app = '', route = '', action = '', path = '', uid = '', session = '', device = '', userAgent = '', code = ''] = texts;
    const own = { app, route, action, path, uid, session, device, userAgent, code: fields.code === null ? null : code };
    return { ...fields, ...own, threats: threats ? ',"threats":[{"class":"sqli"}]' : null };
  });

it('a request is the same activity whether its entry is parsed or not', () => {
  const parse = createActivityReader();
  const [read, request] = [createActivityReader(), createRequestReader()];
  let unparsed = 0;
  fc.assert(
    fc.property(fc.oneof(fields, gatewayFields), fc.nat(), (given, index) => {
      const entry = gatewayEvent(given);
      const found = request(entry);
      if (found === null) return;
      unparsed += 1;
      expect(activityOfRequest(found, index, read)).toEqual(activityOfEntry(parsePlain(entry) ?? {}, index, parse));
    }),
    { numRuns: 500 },
  );
  expect(unparsed).toBeGreaterThan(50);
});

it('what is no request is left to the parser, and what is no activity is none', () => {
  const [read, request] = [createActivityReader(), createRequestReader()];
  const login =
    '{"activity_id":1,"actor":{"user":{"uid":"u1"}},"class_uid":3002,"status_id":2,"time":1790000000000,"unmapped":{"menshen":{"action":"login","app":"portal"}}}';
  const activity = (entry: string) => activityOfEntry(parsePlain(entry) ?? {}, 7, read);
  expect(activity(login)).toMatchObject({ id: '7', user: 'u1', action: 'login', outcome: 'failed' });
  for (const other of ['', 'null', '[]', '{"class_uid":3001}', login.replace('portal', 'console')])
    expect([request(other), activity(other)]).toEqual([null, null]);
});
