import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gatewayEvent } from '../../audit/gateway-event.ts';
import { parsePlain } from '../../audit/plain.ts';
import { gatewayFields } from '../../audit/testing-events.ts';
import { createActivityReader } from '../read-activity.ts';
import { activityOfEntry, createEntryReader } from './from-audit.ts';

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
  const read = createEntryReader(createActivityReader());
  fc.assert(
    fc.property(fc.oneof(fields, gatewayFields), fc.nat(), (given, index) => {
      const entry = gatewayEvent(given);
      expect(read(entry, index)).toEqual(activityOfEntry(parsePlain(entry) ?? {}, index, parse));
    }),
    { numRuns: 500 },
  );
});

it('what is no request is read as before, and what is no object not at all', () => {
  const read = createEntryReader(createActivityReader());
  const login =
    '{"activity_id":1,"actor":{"user":{"uid":"u1"}},"class_uid":3002,"status_id":2,"time":1790000000000,"unmapped":{"menshen":{"action":"login","app":"portal"}}}';
  expect(read(login, 7)).toMatchObject({ id: '7', user: 'u1', action: 'login', outcome: 'failed' });
  for (const other of ['', 'null', '[]', '{"class_uid":3001}', login.replace('portal', 'console')])
    expect(read(other, 0)).toBeNull();
});
