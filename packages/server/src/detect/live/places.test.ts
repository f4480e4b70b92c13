import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { gatewayEvent } from '../../audit/gateway-event.ts';
import { encodeRecord, RECORD } from '../../audit/log/record.ts';
import { openTestWriter, scratchLog, testRoomOptions } from '../../audit/testing.ts';
import { alertText } from '../alert-text.ts';
import { emptyDirectory } from '../model.ts';
import type { NamedAlert } from './protocol.ts';
import { watchRules } from './sigma.ts';
import { createWatch } from './watch.ts';

const shipped = resolve(import.meta.dirname, '../../../detections');
const scratch = scratchLog();
afterEach(() => scratch.remove());

it('an alert of a rule names the app, the route and the one campaign that is claimed by it, so that a playbook can stop it', async () => {
  const directory = join(scratch.directory, 'log');
  mkdirSync(directory, { recursive: true });
  const { room } = openTestWriter(testRoomOptions(directory));
  const told: NamedAlert[] = [];
  const watch = createWatch({
    ...{ directory, snapshot: join(scratch.directory, 'state.bin'), locate: () => null, rules: watchRules(shipped) },
    tell: ({ alerts }) => void told.push(...alerts),
  });
  const claimRoutes = new Map([
    ['POST /api/claims', ['new-2026']],
    ['POST /api/gifts', ['spring', 'autumn']],
  ]);
  watch.context({ ...emptyDirectory, claimRoutes }, [], new Map());
  const lied = (route: string, address: string, campaign: string | null = null, uid = 'customer-01') =>
    gatewayEvent({
      ...{ time: Date.UTC(2026, 10, 9, 1), requestId: `r-${address}`, method: 'POST', path: route.slice(5), address },
      ...{
        userAgent: 'MicroMessenger/8.0.49',
        app: 'coupon',
        route,
        action: 'coupon.claim',
        ...{ uid, campaign },
        kind: 'customer',
      },
      ...{ session: 's1', device: 'd1', channel: 'wechat', assurance: 1, mode: 'enforce', outcome: 'refused' },
      ...{ code: 'guard_answer_mismatch', status: null, stages: [], policies: [], latencyMicros: 1, backendMicros: null },
      ...{ bytesIn: 0, bytesOut: 0 },
    });
  const gifts = 'POST /api/gifts';
  const events = [
    ...[lied('POST /api/claims', '198.51.100.40'), lied(gifts, '198.51.100.41')],
    ...Array.from({ length: 9 }, (_, nth) =>
      lied(gifts, `198.51.100.${50 + nth}`, nth % 3 === 0 ? 'spring' : 'autumn', `c${nth}`),
    ),
  ];
  const bytes = Buffer.concat(events.map((event) => encodeRecord(RECORD.entry, 0, Buffer.from(event))));
  await room.handle('append', { bytes });
  await room.handle('flush', null);
  while (watch.step(events.length));
  watch.flush();
  await room.close();
  const alerts = told.filter(({ rule }) => rule === 'menshen_answer_tampered');
  const own = new Map(alerts.map((alert) => [alert.id, alert]));
  // One for each campaign that an entry names or that its route can only mean, about nobody who came to it.
  expect([...own.values()].map(({ facts, user, repeats }) => [facts['campaign'], user, repeats])).toEqual([
    ['new-2026', null, 0],
    // Of two campaigns behind one route none is named where the entry names none: the wrong one would be stopped.
    [undefined, 'customer-01', 0],
    ['spring', null, 2],
    ['autumn', null, 5],
  ]);
  expect(alerts[0]?.facts).toMatchObject({ app: 'coupon', endpoint: 'POST /api/claims' });
});

it('an alert of a lying backend says what was expected and what came, however its entry is read', async () => {
  const directory = join(scratch.directory, 'log');
  mkdirSync(directory, { recursive: true });
  const { room } = openTestWriter(testRoomOptions(directory));
  const told: NamedAlert[] = [];
  const watch = createWatch({
    ...{ directory, snapshot: join(scratch.directory, 'state.bin'), locate: () => null, rules: watchRules(shipped) },
    tell: ({ alerts }) => void told.push(...alerts),
  });
  watch.context(emptyDirectory, [], new Map());
  const lied = (campaign: string, where: string | null, userAgent = 'MicroMessenger/8.0.49') =>
    gatewayEvent({
      ...{ time: Date.UTC(2026, 10, 9, 1), requestId: `r-${campaign}`, method: 'POST', path: '/api/claims', userAgent, campaign },
      ...{ address: '198.51.100.40', app: 'coupon', route: 'POST /api/claims', action: 'coupon.claim', uid: 'customer-01' },
      ...{ kind: 'customer', session: 's1', device: 'd1', channel: 'wechat', assurance: 1, mode: 'enforce', outcome: 'refused' },
      ...{
        code: 'guard_answer_mismatch',
        status: 200,
        policies: [],
        latencyMicros: 1,
        backendMicros: 1,
        bytesIn: 0,
        bytesOut: 0,
      },
      stages: [
        { stage: 'authenticate', verdict: 'pass', micros: 1, code: null, where: null },
        { stage: 'guard', verdict: 'pass', micros: 1, code: null, where: null },
        { stage: 'forward', verdict: 'pass', micros: 1, code: null, where: null },
        { stage: 'disclose', verdict: 'refuse', micros: 1, code: 'guard_answer_mismatch', where },
      ],
    });
  const events = [
    lied('spring', 'answer range:500|2000|100 cents:9900'),
    // What JSON escapes is parsed instead.
    lied('autumn', 'answer new_coupon repeated_coupon:c-17', 'a "client" of its own'),
    lied('winter', 'reservation lost'),
    lied('summer', 'answer'),
  ];
  const bytes = Buffer.concat(events.map((event) => encodeRecord(RECORD.entry, 0, Buffer.from(event))));
  await room.handle('append', { bytes });
  await room.handle('flush', null);
  while (watch.step(events.length));
  watch.flush();
  await room.close();
  const said = new Map(
    told
      .filter(({ rule }) => rule === 'menshen_answer_tampered')
      .map((alert) => [alert.facts['campaign'], { zh: alertText(alert, 'zh'), en: alertText(alert, 'en'), facts: alert.facts }]),
  );
  expect([...said.keys()]).toEqual(['spring', 'autumn', 'winter', 'summer']);
  expect(said.get('spring')?.en).toContain('expected 5.00 to 20.00 yuan, in steps of 1.00, seen 99.00 yuan.');
  expect(said.get('spring')?.zh).toContain('应为 5.00 至 20.00 元，每档 1.00 元，实为 99.00 元。');
  expect(said.get('autumn')?.en).toContain('expected a new coupon, seen coupon c-17, which was granted before.');
  for (const campaign of ['winter', 'summer'])
    expect(Object.keys(said.get(campaign)?.facts ?? {}).filter((name) => name.startsWith('guard_'))).toEqual([]);
});
