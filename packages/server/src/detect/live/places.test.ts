import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { gatewayEvent } from '../../audit/gateway-event.ts';
import { encodeRecord, RECORD } from '../../audit/log/record.ts';
import { openTestWriter, scratchLog, testRoomOptions } from '../../audit/testing.ts';
import { emptyDirectory } from '../model.ts';
import type { NamedAlert } from './protocol.ts';
import { watchRules } from './sigma.ts';
import { createWatch } from './watch.ts';

const shipped = resolve(import.meta.dirname, '../../../detections');
const scratch = scratchLog();
afterEach(() => scratch.remove());

it('an alert of a rule names the app, the route and the one campaign that is claimed by it, so that a playbook can stop it', async () => {
  const directory = join(scratch.directory, 'log');
  mkdirSync(directory);
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
