import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDetectEngine } from './engine.ts';
import { emptyDirectory } from './model.ts';
import { createActivityReader } from './read-activity.ts';

const start = Date.UTC(2026, 10, 2);
const anything = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant({}),
  fc.constantFrom('__proto__', 'constructor', 'a'.repeat(5_000), '9'.repeat(400), '../../etc/passwd', '<script>'),
);
const members = [
  'user',
  'dept',
  'role',
  'session',
  'device',
  'model',
  'ip',
  'geo',
  'client',
  'method',
  'path',
  'endpoint',
  'object',
];
const more = [
  'object_owner_dept',
  'status',
  'result',
  'reason',
  'bytes_out',
  'rows',
  'amount_cents',
  'campaign',
  'nonce',
  'client_ts',
];
const event = fc.record(
  {
    action: fc.constantFrom('login', 'order.read', 'coupon.claim', 'export', 'role.grant', '__proto__'),
    ...Object.fromEntries([...members, ...more].map((name) => [name, anything])),
    sig_ok: anything,
  },
  { requiredKeys: ['action'] },
);

const engineOf = (alerted: () => void) =>
  createDetectEngine({ directory: emptyDirectory, learnUntil: null, locate: () => null, alerted });

it('takes whatever an event holds without failing', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const read = createActivityReader();
      const engine = engineOf(() => undefined);
      events.forEach((raw, at) => {
        const activity = read({ ...raw, id: at, ts: start + at * 700 }, String(at));
        if (activity !== null) engine.take(activity);
      });
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    }),
    { numRuns: 60 },
  );
});

it('does not remember without end: idle addresses, sessions and devices are forgotten', () => {
  const read = createActivityReader();
  const engine = engineOf(() => undefined);
  for (let at = 0; at < 20_000; at += 1) {
    // Twenty days of requests that each come from somewhere new.
    const activity = read(
      {
        id: `e${at}`,
        ts: start + at * 86_400,
        ip: `203.0.${at >> 8}.${at & 255}`,
        session: `s${at}`,
        device: `d${at}`,
        action: 'x',
        path: `/${at}`,
      },
      '',
    );
    if (activity !== null) engine.take(activity);
  }
  expect(engine.state.sessions.size).toBeLessThan(2_500);
  expect(engine.state.addresses.size).toBeLessThan(15_000);
});

it('takes time that does not grow with the length of what it is sent', () => {
  const read = createActivityReader();
  const engine = engineOf(() => undefined);
  const long = `${'a1.'.repeat(30_000)}%2e%2e/`;
  const began = performance.now();
  for (let at = 0; at < 200; at += 1) {
    const activity = read(
      { id: `e${at}`, ts: start + at, action: long, path: long, object: long, client: long, status: 404 },
      '',
    );
    if (activity !== null) engine.take(activity);
  }
  // Texts are cut before anything looks at them; 200 events of 90 KB would take minutes otherwise.
  expect(performance.now() - began).toBeLessThan(5_000);
});
