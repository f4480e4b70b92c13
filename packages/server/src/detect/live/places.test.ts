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
  const lied = (route: string, address: string) =>
    gatewayEvent({
      ...{ time: Date.UTC(2026, 10, 9, 1), requestId: `r-${address}`, method: 'POST', path: route.slice(5), address },
      ...{
        userAgent: 'MicroMessenger/8.0.49',
        app: 'coupon',
        route,
        action: 'coupon.claim',
        uid: 'customer-01',
        kind: 'customer',
      },
      ...{ session: 's1', device: 'd1', channel: 'wechat', assurance: 1, mode: 'enforce', outcome: 'refused' },
      ...{ code: 'guard_answer_mismatch', status: null, stages: [], policies: [], latencyMicros: 1, backendMicros: null },
      ...{ bytesIn: 0, bytesOut: 0 },
    });
  const events = [lied('POST /api/claims', '198.51.100.40'), lied('POST /api/gifts', '198.51.100.41')];
  const bytes = Buffer.concat(events.map((event) => encodeRecord(RECORD.entry, 0, Buffer.from(event))));
  await room.handle('append', { bytes });
  await room.handle('flush', null);
  while (watch.step(events.length));
  watch.flush();
  await room.close();
  const facts = told.filter(({ rule }) => rule === 'menshen_answer_tampered').map((alert) => alert.facts);
  expect(facts.at(0)).toMatchObject({ app: 'coupon', endpoint: 'POST /api/claims', campaign: 'new-2026' });
  // Of two campaigns behind one route none is named: the wrong one would be stopped.
  expect(facts.every(({ endpoint, campaign }) => (campaign === undefined) === (endpoint !== 'POST /api/claims'))).toBe(true);
});
