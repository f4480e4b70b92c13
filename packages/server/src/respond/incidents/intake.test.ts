import { type AlertView, type IncidentsConfig, incidentsSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { createDetectService } from '../../detect/service.ts';
import { createDetectStore } from '../../detect/store.ts';
import { describeSqliteStore } from '../../store/testing.ts';
import { incidentAttention } from './attention.ts';
import { incidentEvidence } from './evidence.ts';
import { createIntake } from './intake.ts';
import type { NewIncident } from './model.ts';
import { fact, startTestIncidents, testStart } from './testing.ts';

const exception = 'a test of something else';

const minute = 60_000;
const hour = 60 * minute;

const alert = (change: Partial<AlertView> = {}): AlertView => ({
  ...{ id: 'a_1', rule: 'coupon_farming', severity: 'high', found: testStart - hour, last: testStart },
  title: { zh: '刷券', en: 'Coupon farming' },
  text: { zh: '细节', en: 'Details' },
  ...{ uid: 'zhang', address: '203.0.113.5', device: null, session: null, events: [4, 5], log: null },
  facts: [
    { name: 'campaign', label: { zh: '活动', en: 'campaign' }, value: 'tea' },
    { name: 'claims', label: { zh: '次数', en: 'claims' }, value: 40 },
  ],
  ...{ repeats: 0, verdict: null, note: '', judgedBy: null, judgedAt: null },
  ...change,
});

function intake(config: object = {}, open: readonly AlertView[] = []) {
  const told: NewIncident[] = [];
  const parsed: IncidentsConfig = incidentsSchema.parse(config);
  const made = createIntake({
    incidents: {
      async openIncident(given) {
        told.push(given);
        return { id: 'i_1', number: 1, how: 'opened' };
      },
    },
    config: () => parsed,
    alert: async () => alert({ severity: 'low' }),
    openAlerts: async () => open,
    clock: () => testStart,
    random: (size) => new Uint8Array(size).fill(told.length),
  });
  return { told, intake: made };
}

describe('what becomes an incident', () => {
  it('alerts from a severity on, with whom and what they concern and the log that they rest on', async () => {
    const { told, intake: made } = intake();
    expect(await made.heard(alert({ severity: 'medium' }))).toBeNull();
    await made.heard(alert());
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      ...{ source: { kind: 'alert', ref: 'a_1' }, severity: 'high', events: [4, 5], path: '/alerts/a_1', notify: false },
      // It happened before it was seen: the two clocks differ.
      ...{ occurred: testStart - hour, detected: testStart },
    });
    expect(told[0]?.subjects).toEqual([
      { kind: 'user', value: 'zhang' },
      { kind: 'address', value: '203.0.113.5' },
      { kind: 'campaign', value: 'tea' },
      { kind: 'rule', value: 'coupon_farming' },
    ]);
  });

  it('nothing by itself where the company says so, and what a person chooses all the same', async () => {
    const { told, intake: made } = intake({ openFrom: 'never' }, [alert({ severity: 'critical' })]);
    await made.heard(alert({ severity: 'critical' }));
    await made.catchUp();
    expect(await made.found({ scan: 's_1', app: 'portal', project: 'p', count: 1, rules: 'r', at: testStart })).toBeNull();
    expect(told).toEqual([]);
    await made.fromAlert('a_1', 'li');
    expect(told).toMatchObject([{ severity: 'low', by: 'li', detected: testStart - hour }]);
  });

  it('what a crash left out, at the next look', async () => {
    const { told, intake: made } = intake({}, [alert(), alert({ id: 'a_2', severity: 'low' })]);
    await made.catchUp();
    // And is not asked for again and again.
    await made.catchUp();
    expect(told.map(({ source, detected }) => [source.ref, detected])).toEqual([['a_1', testStart - hour]]);
  });

  it('critical findings, once for a scan; and changed code, again when it changes again', async () => {
    const { told, intake: made } = intake();
    await made.found({ scan: 's_1', app: 'portal', project: 'backend', count: 2, rules: 'MP-SEC-001', at: testStart });
    const drift = { app: 'portal', host: '10.0.0.7', version: '1', buildId: 'b', total: 1, files: 'a.js' };
    await made.drifted({ ...drift, at: testStart });
    await made.drifted({ ...drift, at: testStart + 1 });
    expect(new Set(told.map(({ source }) => `${source.kind} ${source.ref}`)).size).toBe(3);
    expect(told[0]).toMatchObject({ source: { kind: 'finding', ref: 's_1' }, severity: 'critical', path: '/findings' });
  });

  it('no time of an event that lies ahead', async () => {
    const { intake: made } = intake();
    const told = { title: 'x', text: '', severity: 'low', subjects: [], reporter: '', occurred: testStart + 1 } as const;
    await expect(made.reported(told, 'li')).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

describeSqliteStore((open) => {
  describe('what Today says of incidents', () => {
    it('legal deadlines first, then what is late, then what nobody has taken; nothing of what is over', async () => {
      const incidents = await startTestIncidents(open);
      const { service, duties, papers, now } = incidents;
      expect(await incidentAttention(incidents)).toEqual([]);
      const { id } = await service.openIncident(fact({ severity: 'high' }));
      const look = async () =>
        (await incidentAttention(incidents)).map(({ id: item, severity }) => [item.replace(id, 'ID'), severity]);
      expect(await look()).toEqual([
        ['incident-duty-ID-report_other', 'high'],
        ['incidents-new', 'medium'],
      ]);
      now.at += 61 * minute;
      expect(await look()).toEqual([
        ['incident-duty-ID-report_other', 'high'],
        ['incident-late-ID-triage', 'high'],
      ]);
      const judged = {
        ...({ level: 'considerable', personalInformation: 'no', people: null, harmAvoided: false } as const),
        ...({ networkData: 'no', nationalSecurity: 'no', lossYuan: null } as const),
      };
      await duties.judge(id, judged, 'because', 'li');
      const [first] = await incidentAttention(incidents);
      expect(first).toMatchObject({ severity: 'critical', title: { zh: 'INC-0001 法定上报还剩 2 小时 59 分' } });
      now.at += 3 * hour;
      expect((await incidentAttention(incidents))[0]?.title.en).toBe('INC-0001: the legal deadline passed 1 min ago');
      await duties.record(id, 'report_other', { at: now.at - hour, to: 'CAC', reference: '', note: '' }, 'li');
      expect((await look())[0]?.[0]).not.toContain('report_other');
      await papers.addAction(id, { kind: 'hardening', text: 'x', owner: 'wu', due: now.at - 1 }, 'li');
      await service.advance(id, { step: 'advance', to: 'false_alarm', note: 'a test' }, 'li');
      expect(await look()).toEqual([['incident-actions', 'medium']]);
    });

    it('names what each unjudged incident is about, and several at once in one item', async () => {
      const incidents = await startTestIncidents(open);
      const { service } = incidents;
      await service.openIncident(fact({ severity: 'high' }));
      const duties = async () => (await incidentAttention(incidents)).filter(({ id }) => id.startsWith('incident-dut'));
      expect((await duties()).map(({ detail }) => detail.zh)).toEqual([expect.stringContaining('登录异常')]);
      await service.openIncident(fact({ severity: 'critical', subjects: [{ kind: 'user', value: 'somebody else' }] }));
      await service.openIncident(fact({ severity: 'low', subjects: [{ kind: 'user', value: 'a third' }] }));
      expect(await duties()).toMatchObject([
        {
          severity: 'critical',
          title: {
            zh: expect.stringMatching(/^2 个事件未研判/),
            en: expect.stringMatching(/^2 incidents have not been judged/),
          },
          detail: { en: expect.stringMatching(/INC-0002 .*; INC-0001 /) },
          action: { to: '/incidents' },
        },
      ]);
    });

    it('goes on to ask for the summary of an incident that was closed, until it was handed in', async () => {
      const incidents = await startTestIncidents(open);
      const { service, duties, now } = incidents;
      const { id } = await service.openIncident(fact({ severity: 'low' }));
      await service.advance(id, { step: 'advance', to: 'recovered', note: '', exception }, 'li');
      await service.advance(id, { step: 'advance', to: 'closed', note: 'done', exception }, 'li');
      expect(await incidentAttention(incidents)).toEqual([]);
      // What was learned later makes it one that has to be reported.
      const facts = {
        ...({ level: 'considerable', personalInformation: 'no', people: null, harmAvoided: false } as const),
        ...({ networkData: 'no', nationalSecurity: 'no', lossYuan: null } as const),
      };
      await duties.judge(id, facts, 'because', 'li');
      await duties.record(id, 'report_other', { at: now.at, to: 'CAC', reference: '', note: '' }, 'li');
      await duties.record(id, 'report_supplement', { at: now.at, to: 'CAC', reference: '', note: '' }, 'li');
      now.at += 20 * 24 * hour;
      expect(await incidentAttention(incidents)).toMatchObject([
        {
          id: `incident-duty-${id}-report_summary`,
          severity: 'medium',
          title: { en: 'INC-0001: the legal deadline ends in 10 days' },
        },
      ]);
      now.at += 8 * 24 * hour;
      expect((await incidentAttention(incidents))[0]?.severity).toBe('high');
      now.at += 2 * 24 * hour - minute;
      expect((await incidentAttention(incidents))[0]?.severity).toBe('critical');
      await duties.record(id, 'report_summary', { at: now.at, to: 'CAC', reference: '', note: '' }, 'li');
      expect(await incidentAttention(incidents)).toEqual([]);
    });

    it('does not warn of light incidents that nobody has judged', async () => {
      const incidents = await startTestIncidents(open);
      await incidents.service.openIncident(fact({ severity: 'low' }));
      expect((await incidentAttention(incidents)).map(({ id }) => id)).toEqual(['incidents-new']);
    });

    it('gives risk and compliance what they can state', async () => {
      const incidents = await startTestIncidents(open);
      const { service, duties, papers, now } = incidents;
      const { id } = await service.openIncident(fact({ occurred: testStart - hour }));
      await service.openIncident(fact({ subjects: [{ kind: 'user', value: 'li.si' }] }));
      const facts = {
        ...({ level: 'considerable', personalInformation: 'no', people: null, harmAvoided: false } as const),
        ...({ networkData: 'no', nationalSecurity: 'no', lossYuan: null } as const),
      };
      await duties.judge(id, facts, 'because', 'li');
      now.at += 5 * hour;
      await duties.record(id, 'report_other', { at: now.at, to: 'CAC', reference: '', note: '' }, 'li');
      await service.advance(id, { step: 'advance', to: 'contained', note: '' }, 'li');
      await papers.save(id, { ...(await papers.paper(id)).paper, lessons: 'ask for a second factor' }, 0, 'li');
      await service.advance(id, { step: 'advance', to: 'closed', note: 'done', exception }, 'li');
      expect(await incidentEvidence(incidents, testStart - 1)).toEqual({
        ...{ incidents: 2, open: 1, closed: 1, withLessons: 1, since: testStart - 1, overdue: 1 },
        ...{ dutiesDone: 0, dutiesLate: 1, dutiesOverdue: 0, unjudged: 1, actionsOverdue: 0 },
        ...{ mttd: hour, mtta: 5 * hour, mttc: 5 * hour, mttr: null },
      });
    });
  });
});

describeSqliteStore((open) => {
  it('detection tells of every alert once, and loses none where an incident cannot be opened', async () => {
    const store = await open();
    const told: string[] = [];
    let failing = false;
    const failures: string[] = [];
    const detect = await createDetectService({
      store: createDetectStore(store),
      origin: 'node-1.example.com/audit',
      audit: { record: async () => 0, act: async (_by, _act, perform) => await perform() },
      metrics: { add: (name) => void failures.push(name) },
      notify: { send: async () => 'n' },
      async raised({ id, severity }) {
        if (failing) throw new Error('the log cannot be written');
        told.push(`${id} ${severity}`);
      },
      changed: () => undefined,
      tuned: () => undefined,
      clock: () => testStart,
      random: (size) => new Uint8Array(size),
    });
    const named = (id: string) => ({
      ...{
        id,
        rule: 'brute_force',
        ts: testStart,
        last: testStart,
        severity: 'high' as const,
        entity: 'user zhang',
        user: 'zhang',
      },
      ...{ ip: null, device: null, session: null, events: ['1'], facts: { failures: 9 }, score: 2, repeats: 0 },
    });
    await detect.take([named('a_1')]);
    await detect.take([named('a_1')]);
    failing = true;
    await detect.take([named('a_2')]);
    expect(told).toEqual(['a_1 high']);
    expect(failures).toContain('menshen_incident_failures_total');
    // The alert is kept all the same, and the next look finds it.
    expect((await detect.alert('a_2')).severity).toBe('high');
  });
});
