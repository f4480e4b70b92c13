import { stageNames, stageVerdict } from '@menshen/contract';
import fc from 'fast-check';
import type { GatewayEventFields } from './gateway-event.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const count = fc.nat();
const id = fc.stringMatching(/^[A-Za-z0-9_-]{8,32}$/);

/** For tests: the fields of a gateway event, whatever a request says. */
export const gatewayFields: fc.Arbitrary<GatewayEventFields> = fc.record({
  time: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  requestId: id,
  app: orNull(text),
  route: orNull(text),
  action: orNull(text),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND'),
  path: text,
  status: orNull(fc.integer({ min: 100, max: 599 })),
  outcome: fc.constantFrom('passed', 'refused', 'failed', 'unknown'),
  code: orNull(text),
  uid: orNull(text),
  kind: orNull(text),
  session: orNull(text),
  device: orNull(text),
  channel: orNull(text),
  assurance: orNull(fc.integer({ min: 0, max: 3 })),
  address: fc.ipV4(),
  userAgent: orNull(text),
  mode: fc.constantFrom('enforce', 'monitor', 'bypass'),
  stages: fc.array(
    fc.record({
      stage: fc.constantFrom(...stageNames),
      verdict: fc.constantFrom(...stageVerdict.options),
      code: orNull(text),
      where: orNull(text),
      micros: count,
    }),
    { maxLength: 8 },
  ),
  policies: fc.array(text, { maxLength: 3 }),
  latencyMicros: count,
  backendMicros: orNull(count),
  bytesIn: count,
  bytesOut: count,
  campaign: fc.option(text, { nil: null }),
  object: orNull(fc.record({ type: fc.constantFrom('Menshen::User', 'Portal::Order'), id: text })),
});
