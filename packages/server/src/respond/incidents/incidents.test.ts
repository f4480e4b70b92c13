import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { monthlyFigures } from './figures.ts';
import { clocksOf } from './model.ts';
import { slaOf } from './sla.ts';
import { fact, startTestIncidents, testStart } from './testing.ts';

const exception = 'a test of something else';

const minute = 60_000;
const hour = 60 * minute;

describeEachStore((open) => {
  describe('incidents', () => {
    it('join what concerns the same within the window, raise the severity, and open a new one after it', async () => {
      const { service, now, notices, room } = await startTestIncidents(open);
      const first = await service.openIncident(fact());
      expect(first).toMatchObject({ number: 1, how: 'opened' });
      now.at += 23 * hour;
      const worse = await service.openIncident(fact({ severity: 'critical', detected: now.at }));
      expect(worse).toEqual({ id: first.id, number: 1, how: 'merged' });
      expect(await service.peek(first.id)).toMatchObject({ severity: 'critical', state: 'new' });
      const lighter = await service.openIncident(fact({ severity: 'low' }));
      expect(lighter.how).toBe('merged');
      expect(await service.peek(first.id)).toMatchObject({ severity: 'critical' });
      now.at += 25 * hour;
      expect(await service.openIncident(fact())).toMatchObject({ number: 2, how: 'opened' });
      // Another person is another incident; the same rule joins only within its own, shorter window.
      const other = fact({
        subjects: [
          { kind: 'user', value: 'li.si' },
          { kind: 'rule', value: 'brute_force' },
        ],
      });
      expect(await service.openIncident(other)).toMatchObject({ number: 3 });
      const rule = {
        subjects: [
          { kind: 'user' as const, value: 'wang.wu' },
          { kind: 'rule' as const, value: 'brute_force' },
        ],
      };
      now.at += 59 * minute;
      expect(await service.openIncident(fact(rule))).toMatchObject({ number: 3, how: 'merged' });
      now.at += 2 * hour;
      expect(await service.openIncident(fact({ subjects: [{ kind: 'rule', value: 'brute_force' }] }))).toMatchObject({
        number: 4,
      });
      expect((await room.detail(first.id)).from).toHaveLength(3);
      // People hear of what is new and of what got worse, not of every source.
      expect(notices.map(({ severity }) => severity)).toEqual(['high', 'critical', 'high', 'high', 'high']);
    });

    it('lead from one source to one incident, however often and on however many nodes it is told', async () => {
      const { service, node } = await startTestIncidents(open, { mergeHours: 0, mergeRuleMinutes: 0 });
      const one = fact();
      const told = await Promise.all([service, node().service, service].map((each) => each.openIncident(one)));
      expect(new Set(told.map(({ id }) => id)).size).toBe(1);
      expect(told.filter(({ how }) => how === 'opened')).toHaveLength(1);
      // Its page leads back to it.
      expect(await service.ofAlert(one.source.ref)).toEqual({ id: told[0]?.id, number: told[0]?.number });
      expect(await service.ofAlert('of nothing')).toBeNull();
      expect((await service.list({ show: 'all' }, 10, 0)).incidents).toHaveLength(1);
    });

    it('are one for what belongs together, also where several nodes tell of it in the same instant', async () => {
      const { service, node } = await startTestIncidents(open);
      const told = await Promise.all([service, node().service, node().service].map((each) => each.openIncident(fact())));
      expect(new Set(told.map(({ id }) => id)).size).toBe(1);
      expect(told.map(({ how }) => how).toSorted()).toEqual(['merged', 'merged', 'opened']);
    });

    it('lose nothing that several nodes put into one at the same time', async () => {
      const { service, node, room } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact({ severity: 'low' }));
      const nodes = [service, node().service, node().service];
      const told = await Promise.all(
        nodes.map((each, at) => each.openIncident(fact({ severity: at === 1 ? 'critical' : 'medium' }))),
      );
      expect(told.map((one) => [one.id, one.how])).toEqual([1, 2, 3].map(() => [id, 'merged']));
      expect(await room.detail(id)).toMatchObject({ sources: 4, severity: 'critical' });
      expect((await room.prove(id)).proved).toBe(4);
    });

    it('go from state to state, stop their clocks, and take a step back only with a reason', async () => {
      const { service, room, now } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact({ occurred: testStart - hour }));
      now.at += 10 * minute;
      await service.advance(id, { step: 'advance', to: 'triaged', note: '' }, 'li');
      now.at += 20 * minute;
      await service.advance(id, { step: 'advance', to: 'contained', note: 'sessions ended' }, 'li');
      now.at += hour;
      await service.advance(id, { step: 'advance', to: 'recovered', note: '', exception }, 'li');
      await service.advance(id, { step: 'advance', to: 'closed', note: '' }, 'li');
      const { clocks, owner, state } = await room.detail(id);
      expect({ owner, state }).toEqual({ owner: 'li', state: 'closed' });
      expect(Object.fromEntries(clocks.map(({ clock, at }) => [clock, (at ?? 0) - testStart]))).toEqual({
        ...{ occurred: -hour, detected: 0, aware: 10 * minute, classified: 10 * minute },
        ...{ contained: 30 * minute, recovered: 90 * minute, closed: 90 * minute },
      });
      const step = (to: 'triaged' | 'closed' | 'false_alarm', note = '') =>
        service.advance(id, { step: 'advance', to, note, exception }, 'li');
      await expect(step('false_alarm', 'x')).rejects.toMatchObject({ code: 'incident_step' });
      await expect(step('triaged')).rejects.toMatchObject({ code: 'incident_reason' });
      await expect(service.advance(id, { step: 'note', note: 'late' }, 'li')).rejects.toMatchObject({ code: 'incident_ended' });
      await expect(service.appendToTimeline(id, { kind: 'note', by: 'x', text: { zh: 'x', en: 'x' } })).rejects.toMatchObject({
        code: 'incident_ended',
      });
      await step('triaged', 'it came again');
      now.at += hour;
      await step('closed', 'gone');
      const closed = (await room.detail(id)).clocks.find(({ clock }) => clock === 'closed');
      expect(closed).toMatchObject({ at: now.at, before: [{ at: testStart + 90 * minute }] });
    });

    it('keep what a clock said before it was corrected, and who corrected it', async () => {
      const { service, room, now } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact());
      await service.setClock(id, 'contained', { at: testStart, by: 'playbook' });
      await service.setClock(id, 'contained', { at: testStart - hour, by: 'another playbook' });
      const contained = async () => (await room.detail(id)).clocks.find(({ clock }) => clock === 'contained');
      expect(await contained()).toMatchObject({ at: testStart, by: 'playbook', before: [] });
      await service.setClock(id, 'contained', { at: testStart - minute, by: 'li', reason: 'the log says so' });
      await service.setClock(id, 'contained', { at: testStart - 2 * minute, by: 'wu', reason: 'no, so' });
      expect(await contained()).toMatchObject({
        ...{ at: testStart - 2 * minute, by: 'wu', reason: 'no, so' },
        before: [
          { at: testStart - minute, by: 'li', reason: 'the log says so' },
          { at: testStart, by: 'playbook' },
        ],
      });
      const future = { at: now.at + 1, by: 'li', reason: 'r' };
      await expect(service.setClock(id, 'recovered', future)).rejects.toMatchObject({ code: 'validation_failed' });
    });

    it('take another into themselves, which stays readable and takes no more', async () => {
      const { service, room } = await startTestIncidents(open);
      const one = await service.openIncident(fact());
      const two = await service.openIncident(fact({ severity: 'critical', subjects: [{ kind: 'device', value: 'd-1' }] }));
      await service.mergeInto(two.id, one.id, 'the same thief', 'li');
      expect(await room.detail(one.id)).toMatchObject({ severity: 'critical', sources: 2, mergedInto: null });
      expect(await room.detail(two.id)).toMatchObject({ mergedInto: one.id, sla: null, duty: null });
      // What concerns the device goes on in the one that stays.
      expect(await service.openIncident(fact({ subjects: [{ kind: 'device', value: 'd-1' }] }))).toMatchObject({ id: one.id });
      await expect(service.mergeInto(two.id, one.id, 'again', 'li')).rejects.toMatchObject({ code: 'incident_ended' });
      await expect(service.mergeInto(one.id, one.id, 'itself', 'li')).rejects.toMatchObject({ code: 'incident_step' });
      expect((await service.list({ show: 'open' }, 10, 0)).incidents.map(({ id }) => id)).toEqual([one.id]);
    });

    it('are removed with all that belongs to them when their time is over', async () => {
      const { service, now, store, maintain, acts } = await startTestIncidents(open, { keepDays: 180 });
      const { id } = await service.openIncident(fact());
      await service.openIncident(fact({ subjects: [{ kind: 'user', value: 'li.si' }] }));
      await service.advance(id, { step: 'advance', to: 'false_alarm', note: 'a test' }, 'li');
      now.at += 181 * 24 * hour;
      await maintain();
      expect((await service.list({ show: 'all' }, 10, 0)).incidents).toHaveLength(1);
      const left = await store.db.selectFrom('incident_entries').selectAll().where('incident', '=', id).execute();
      expect(left).toEqual([]);
      expect(acts).toEqual([{ activity: 'delete', entity: 'incidents', detail: { incidents: 1, ids: id } }]);
    });
  });
});

describe('targets', () => {
  const sla = {
    critical: { triageMinutes: 15, containMinutes: 120, recoverMinutes: 1_440 },
    high: { triageMinutes: 60, containMinutes: 480, recoverMinutes: 4_320 },
    medium: { triageMinutes: 480, containMinutes: 4_320, recoverMinutes: 10_080 },
    low: { triageMinutes: 1_440, containMinutes: 10_080, recoverMinutes: 43_200 },
  };
  const of = (state: 'new' | 'triaged' | 'contained' | 'recovered', severity: 'critical' | 'low', after: number) =>
    slaOf({ state, severity, opened: 5 * hour }, { detected: 0 }, sla, after);
  it('run from detection, by severity and by what is next', () => {
    expect(of('new', 'critical', 15 * minute)).toEqual({ stage: 'triage', due: 15 * minute, overdue: false });
    expect(of('new', 'critical', 15 * minute + 1)?.overdue).toBe(true);
    expect(of('triaged', 'critical', 0)).toMatchObject({ stage: 'contain', due: 2 * hour });
    expect(of('contained', 'low', 0)).toMatchObject({ stage: 'recover', due: 720 * hour });
    expect(of('recovered', 'critical', 0)).toBeNull();
  });
});

describe('figures by month', () => {
  it('mean over what has both clocks, by the month of the company, without false alarms', () => {
    const one = (detected: number, rest: object, state: 'closed' | 'false_alarm' = 'closed') => ({
      ...{ state, opened: detected, mergedInto: null, clocks: { detected, ...rest } },
    });
    // 2026-11-30T17:00Z is December in Shanghai.
    const december = Date.UTC(2026, 10, 30, 17);
    const figures = monthlyFigures(
      [
        one(december, { occurred: december - 10 * minute, contained: december + 2 * hour }),
        one(december + hour, { occurred: december + hour - 20 * minute, contained: december + 5 * hour }),
        one(december, { occurred: december + hour, contained: december + hour }, 'false_alarm'),
        one(Date.UTC(2026, 10, 30, 15), { occurred: Date.UTC(2026, 10, 30, 16) }),
        { ...one(december, {}), mergedInto: 'other' },
      ],
      'Asia/Shanghai',
    );
    expect(figures.map(({ month, incidents, falseAlarms }) => [month, incidents, falseAlarms])).toEqual([
      ['2026-12', 2, 1],
      ['2026-11', 1, 0],
    ]);
    expect(figures[0]?.mttd).toEqual({ mean: 15 * minute, median: 15 * minute, of: 2 });
    expect(figures[0]?.mttc).toEqual({ mean: 3 * hour, median: 3 * hour, of: 2 });
    // Detected before it happened measures nothing.
    expect(figures[1]?.mttd.of).toBe(0);
  });
  it('take the newest of each clock', () => {
    const row = (at: number, set: number) => ({ clock: 'contained' as const, at, by: 'x', set, reason: '' });
    expect(clocksOf([row(5, 2), row(9, 1)])).toEqual({ contained: 5 });
  });
});
