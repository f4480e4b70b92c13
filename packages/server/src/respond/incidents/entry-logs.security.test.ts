import { describe, expect, it } from 'vitest';
import { allMigrations } from '../../store/schema.ts';
import { describeEachStore } from '../../store/testing.ts';
import { fact, startTestIncidents, testOrigin, testStart } from './testing.ts';
import { isIntact, makeEntry } from './timeline.ts';

const otherOrigin = 'node-2.example.com/audit';
const [own, other] = [
  { origin: testOrigin, own: true },
  { origin: otherOrigin, own: false },
];

describeEachStore((open) => {
  describe('entries of a timeline that two nodes write, each in its log', () => {
    const twoNodes = async () => {
      const world = await startTestIncidents(open);
      const log: string[] = [];
      return { ...world, second: world.node(otherOrigin, log), secondLog: log };
    };

    it('say of their record and of their events which log they stand in', async () => {
      const { service, room, second } = await twoNodes();
      const { id } = await service.openIncident(fact({ events: [7, 8], eventsLog: otherOrigin }));
      await second.service.openIncident(fact({ events: [1] }));
      await second.service.openIncident(fact({ events: [2], eventsLog: null }));
      const { timeline } = await room.detail(id);
      expect(timeline).toMatchObject([
        { kind: 'opened', log: own, events: [7, 8], eventsLog: other },
        { kind: 'merged', log: other, events: [1], eventsLog: other },
        { kind: 'merged', log: other, events: [2], eventsLog: null },
      ]);
      const beside = (await second.room.detail(id)).timeline;
      expect(beside[0]).toMatchObject({ log: { origin: testOrigin, own: false }, eventsLog: { own: true } });
      expect(timeline.every(({ intact }) => intact)).toBe(true);
    });

    it('are not called false because this log has another entry under the same number', async () => {
      const { service, room, second, log, secondLog } = await twoNodes();
      const { id } = await service.openIncident(fact());
      await second.service.advance(id, { step: 'note', note: 'seen by the second' }, 'li');
      await service.advance(id, { step: 'note', note: 'seen by the first' }, 'li');
      expect([log.length, secondLog.length]).toEqual([2, 1]);
      expect(await room.prove(id)).toEqual({ proved: 2, pending: 1, redacted: 0, differing: [] });
      expect(await second.room.prove(id)).toEqual({ proved: 1, pending: 2, redacted: 0, differing: [] });
    });

    it('are called false where the own log says otherwise', async () => {
      const { service, room, log } = await twoNodes();
      const { id } = await service.openIncident(fact());
      await service.advance(id, { step: 'note', note: 'a note' }, 'li');
      log.reverse();
      expect((await room.prove(id)).differing).toHaveLength(2);
    });

    it('keep which log their events stand in under their digest', () => {
      const given = { kind: 'note', text: { zh: '注', en: 'note' }, by: 'li', events: [7], eventsLog: testOrigin } as const;
      const entry = makeEntry('i_1', given, testStart, (size) => new Uint8Array(size));
      expect(isIntact(entry)).toBe(true);
      expect(isIntact({ ...entry, eventsLog: otherOrigin })).toBe(false);
      const { eventsLog: _, ...without } = entry;
      expect(isIntact(without)).toBe(false);
    });
  });

  it.each([
    [[testOrigin], own],
    [[testOrigin, otherOrigin], null],
  ] as const)('of before logs were noted they are of the only one: %j', async (origins, log) => {
    const store = await open({ migrations: allMigrations.filter(({ id }) => id < '0120') });
    for (const origin of origins)
      await store.db
        .insertInto('audit_logs')
        .values({ origin, log_id: origin, holder: 'h', vkey: 'v', size: 0, root: '', seen_at: testStart })
        .execute();
    const entry = { incident: 'i_1', at: testStart, written: testStart, by: 'li', kind: 'note', salt: 's', digest: 'd' };
    const row = { ...entry, id: 'e_1', facts: '{}', log_index: 4, redacted: 0, sealed: new Uint8Array() };
    await store.db
      .insertInto('incident_entries')
      .values(row as never)
      .execute();
    await store.migrate();
    const found = await store.db.selectFrom('incident_entries').select('log').where('id', '=', 'e_1').executeTakeFirst();
    expect(found?.log ?? null).toBe(log?.origin ?? null);
    const { service, room } = await startTestIncidents(Object.assign(async () => store, { kind: open.kind, place: open.place }));
    const { id } = await service.openIncident(fact());
    expect((await room.detail(id)).timeline[0]?.log).toEqual(own);
  });
});
