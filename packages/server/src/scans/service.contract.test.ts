import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../store/testing.ts';
import { createScanEvidence } from './evidence.ts';
import { mergeReport } from './merge.ts';
import { dayMs, facts, found, openBench, report, start } from './testing.ts';

describeEachStore((open) => {
  describe('the life of findings', () => {
    const all = async ({ service }: Awaited<ReturnType<typeof openBench>>) =>
      (await service.list({ show: 'all' }, 50, null)).findings;

    it('keeps what people said over scans, closes what is gone and reopens what comes back', async () => {
      const bench = await openBench(open);
      const { service, clock } = bench;
      const first = await service.take(report([found('a'), found('b'), found('c', { severity: 'low' })]), {
        ...facts,
        version: '1.0',
      });
      expect(first).toMatchObject({ fresh: 3, fixed: 0, same: 0, complete: true, counts: { high: 2, low: 1 } });
      const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.padEnd(16, '0'));
      const ids = new Map(
        (await bench.findings.byIds((await all(bench)).map(({ id }) => id))).map((one) => [one.fingerprint, one.id]),
      );
      const id = (fingerprint: string | undefined): string => ids.get(fingerprint ?? '') ?? '';
      await service.change([id(b)], { state: 'false_positive', reason: 'only a timer calls it', owner: 'wang' }, 'sec', null);

      clock.now += dayMs;
      // `a` is gone, `b` has moved and weighs more, `c` stands.
      const second = await service.take(
        report([found('b', { line: 9, severity: 'critical' }), found('c', { severity: 'low' })]),
        { ...facts, version: '1.1' },
      );
      expect(second).toMatchObject({ fresh: 0, fixed: 1, same: 2, reopened: 0 });
      expect(await service.finding(id(a))).toMatchObject({ state: 'fixed', fixedAt: clock.now, lastVersion: '1.0' });
      expect(await service.finding(id(b))).toMatchObject({
        ...{ state: 'false_positive', reason: 'only a timer calls it', owner: 'wang', line: 9, severity: 'critical' },
        ...{ firstVersion: '1.0', lastVersion: '1.1' },
      });

      clock.now += dayMs;
      const third = await service.take(report([found('a'), found('b', { line: 9, severity: 'critical' })]), facts);
      expect(third).toMatchObject({ fresh: 0, reopened: 1, fixed: 1 });
      const back = await service.finding(id(a));
      expect(back).toMatchObject({ state: 'reopened', fixedAt: null, due: clock.now + 14 * dayMs });
      expect(back.history.map(({ kind }) => kind)).toEqual(['reopened', 'fixed', 'found']);
      expect((await service.finding(id(c))).state).toBe('fixed');

      expect(await service.compare(first.id, third.id)).toMatchObject({
        totals: { fresh: 0, gone: 1, same: 2 },
        gone: [{ id: id(c) }],
      });
      expect(await service.compare(second.id, third.id)).toMatchObject({ fresh: [{ id: id(a) }], totals: { same: 1 } });
    });

    it('takes nothing for fixed that a scan could not see', async () => {
      const bench = await openBench(open);
      const { service } = bench;
      const two = [found('a'), found('b', { file: 'server/pay.js' })];
      const problem = (code: string, file: string) => ({ code, file, message: { zh: 'x', en: 'x' } });
      await service.take(report(two), facts);
      const unfinished = [
        report([], { problems: [problem('out-of-time', '')] }),
        report([], { problems: [problem('too-many-files', '')] }),
        report([], { problems: [problem('failed', '')] }),
        report([], { partial: true }),
        report([], { summary: { baseline: { known: 2, gone: 0 } } }),
      ];
      for (const one of unfinished) expect(await service.take(one, facts)).toMatchObject({ fixed: 0, complete: false });
      // Of the file that does not parse nothing is known; of the other everything.
      const broken = report([], { problems: [problem('syntax', 'server/pay.js')] });
      expect(await service.take(broken, facts)).toMatchObject({ fixed: 1, complete: true });
      expect((await all(bench)).map(({ file, state }) => `${file} ${state}`).sort()).toEqual([
        'cloudfunctions/order/index.js fixed',
        'server/pay.js open',
      ]);
      // Another tool, and another project, say nothing of these.
      await service.take(report([], { tool: 'menshen-probe' }), facts);
      await service.take(report([]), { ...facts, project: 'miniprogram' });
      expect(await service.list({ show: 'active' }, 50, null)).toMatchObject({ total: 1 });
    });

    it('accepts a risk for a time, and reopens it by itself', async () => {
      const bench = await openBench(open);
      const { service, clock, acts } = bench;
      await service.take(report([found('a')]), facts);
      const [one] = await all(bench);
      const id = one?.id ?? '';
      for (const acceptedUntil of [start, start - 1, start + 366 * dayMs])
        await expect(
          service.change([id], { state: 'accepted', reason: 'behind the office network', acceptedUntil }, 'sec', 'boss'),
        ).rejects.toThrow(expect.objectContaining({ code: 'validation_failed' }));
      const until = start + 30 * dayMs;
      await service.change([id], { state: 'accepted', reason: 'behind the office network', acceptedUntil: until }, 'sec', 'boss');
      expect(await service.finding(id)).toMatchObject({
        state: 'accepted',
        approver: 'boss',
        acceptedUntil: until,
        overdue: false,
      });
      expect(acts.at(-1)?.detail).toMatchObject({ state: 'accepted', approver: 'boss', until });
      // Past its due date, and still none of Today's.
      clock.now = start + 20 * dayMs;
      await service.take(report([found('a')]), facts);
      expect((await service.list({ show: 'active' }, 50, null)).total).toBe(0);
      // The end has come, and nobody has swept yet.
      clock.now = until;
      expect(await service.list({ show: 'active' }, 50, null)).toMatchObject({
        total: 1,
        findings: [{ state: 'reopened', overdue: true }],
      });
      await service.maintain();
      const again = await service.finding(id);
      expect(again).toMatchObject({ state: 'reopened', acceptedUntil: null, approver: null });
      expect(again.history[0]).toMatchObject({ kind: 'expired', text: 'behind the office network' });
    });

    it('tells people once of what is new and high, and not of what a comment accepts', async () => {
      const bench = await openBench(open);
      const { service, notices, alarms } = bench;
      const accepted = { ...found('c'), suppression: 'a timer only' };
      await service.take(report([found('a'), found('b', { severity: 'medium' })], { suppressed: [accepted] }), facts);
      expect(notices).toMatchObject([
        { kind: 'finding', severity: 'high', app: 'portal', path: expect.stringMatching(/^\/findings\/f_/) },
      ]);
      expect(alarms).toHaveLength(1);
      expect(JSON.parse(alarms[0] ?? '')).toMatchObject({ class_uid: 2004, unmapped: { menshen: { detail: { findings: 1 } } } });
      await service.take(report([found('a'), found('b', { severity: 'medium' })], { suppressed: [accepted] }), facts);
      expect(notices).toHaveLength(1);
      // Another one within the half hour is another matter, and not only counted.
      await service.take(report([found('a'), found('b', { severity: 'medium' }), found('d')], { suppressed: [accepted] }), facts);
      expect(new Set(notices.map(({ matter }) => matter)).size).toBe(2);
      expect(await service.list({ show: 'suppressed' }, 50, null)).toMatchObject({ total: 1, counts: { suppressed: 1 } });
      // The comment goes: the finding is one like all others.
      await service.take(report([found('a'), found('b', { severity: 'medium' }), found('c')]), facts);
      expect((await service.list({ show: 'active' }, 50, null)).total).toBe(3);
    });

    it('finds by words, CWE, owner and date, the heaviest first, and shows five different things to begin with', async () => {
      const bench = await openBench(open);
      const { service, clock } = bench;
      const many = Array.from({ length: 9 }, (_, index) =>
        found(`d${index}`, { file: `dep-${index}.json`, rule: 'MP-DEP-001', severity: 'high' }),
      );
      const rules = ['MP-CLD-001', 'MP-API-001', 'MP-SEC-001', 'MP-TNT-001', 'MP-CLD-003'];
      await service.take(
        report([
          ...many,
          ...rules.map((rule, index) => found(`e${index}`, { rule, file: `f${index}.js`, severity: 'high', cwe: [639] })),
        ]),
        facts,
      );
      const { first } = await service.list({ show: 'active' }, 50, null);
      expect(first.map(({ rule }) => rule).sort()).toEqual([...rules].sort());
      expect((await service.list({ show: 'active', cwe: 639 }, 50, null)).total).toBe(5);
      expect((await service.list({ show: 'active', cwe: 63 }, 50, null)).total).toBe(0);
      expect((await service.list({ show: 'active', q: 'DEP-3' }, 50, null)).findings.map(({ file }) => file)).toEqual([
        'dep-3.json',
      ]);
      expect((await service.list({ show: 'active', q: '%' }, 50, null)).total).toBe(0);
      const [one] = (await service.list({ show: 'active', rule: 'MP-SEC-001' }, 50, null)).findings;
      await service.change([one?.id ?? ''], { owner: 'wang', due: clock.now + 1 }, 'sec', null);
      clock.now += 2;
      expect(await service.list({ show: 'overdue', owner: 'wang' }, 50, null)).toMatchObject({ total: 1, owners: ['wang'] });
      expect((await service.list({ show: 'active', owner: '-' }, 4, null)).next).toBe('4');
      expect((await service.list({ show: 'active', owner: '-' }, 4, '12')).findings).toHaveLength(1);
    });

    it('is evidence for others: what is open, by CWE and interface, and how old the last scan is', async () => {
      const bench = await openBench(open);
      const { service, findings, clock } = bench;
      const evidence = createScanEvidence(
        findings,
        { all: async () => [] },
        () => [],
        () => clock.now,
      );
      await service.take(report([found('a', { cwe: [639, 284] }), found('b')], { suppressed: [] }), facts);
      await service.take(
        report([found('c', { rule: 'MP-PRB-002', file: null, line: null, route: 'GET /api/orders/{id}', cwe: [639] })], {
          tool: 'menshen-probe',
        }),
        facts,
      );
      const [sec] = await evidence.open();
      await service.change([sec?.id ?? ''], { state: 'false_positive', reason: 'it is not' }, 'sec', null);
      clock.now += 3 * dayMs;
      expect((await evidence.open('portal')).length).toBe(2);
      expect(await evidence.open('other')).toEqual([]);
      expect([...(await evidence.byRoute()).keys()]).toEqual(['GET /api/orders/{id}']);
      expect((await evidence.counts()).get('portal')?.high).toBe(2);
      expect((await evidence.freshness()).map(({ tool, ageMs }) => `${tool} ${ageMs / dayMs}`).sort()).toEqual([
        'menshen 3',
        'menshen-probe 3',
      ]);
    });

    it('changes several together or none, and never what is fixed', async () => {
      const bench = await openBench(open);
      const { service } = bench;
      await service.take(report([found('a'), found('b')]), facts);
      await service.take(report([found('a')]), facts);
      const known = await all(bench);
      const ids = known.map(({ id }) => id);
      await expect(service.change(ids, { state: 'confirmed' }, 'sec', null)).rejects.toThrow(
        expect.objectContaining({ code: 'conflict' }),
      );
      expect((await all(bench)).map(({ state }) => state).sort()).toEqual(['fixed', 'open']);
      await expect(service.change([...ids, `f_${'z'.repeat(22)}`], { owner: 'x' }, 'sec', null)).rejects.toThrow(
        expect.objectContaining({ code: 'not_found' }),
      );
      expect(await service.change(ids, { owner: 'team' }, 'sec', null)).toHaveLength(2);
      await expect(service.take(report([]), { ...facts, app: 'unknown' })).rejects.toThrow(
        expect.objectContaining({ code: 'not_found' }),
      );
    });

    it('writes nothing anew of what has not changed', async () => {
      const bench = await openBench(open);
      const step = { label: { en: 'x', zh: '一' }, excerpt: [{ text: 'a', marked: true, number: 1 }], line: 1, file: 'a.js' };
      const given = () => report([found('a', { steps: [step], evidence: { places: [], text: { zh: 'z', en: 'e' } } })]);
      await bench.service.take(given(), facts);
      const merged = await bench.findings.put(facts, 'menshen', (known) => {
        const made = mergeReport(known, given(), {
          ...{ ...facts, now: bench.clock.now, dueDays: { critical: 1, high: 1, medium: 1, low: 1 } },
          makeId: () => 'f_x',
        });
        const counts = { critical: 0, high: 1, medium: 0, low: 0, info: 0 };
        const { app, project, version, trigger, by } = facts;
        return {
          merged: made,
          scan: {
            ...{
              id: 's_x',
              app,
              project,
              version,
              trigger,
              by,
              tool: 'menshen',
              toolVersion: null,
              finished: start,
              complete: true,
            },
            ...{ counts, fresh: 0, reopened: 0, fixed: 0, same: 1, suppressed: 0, problems: [] },
          },
        };
      });
      expect(merged.merged).toMatchObject({ added: [], changed: [], same: [expect.stringMatching(/^f_/)], events: [] });
    });

    it('loses nothing of two uploads at once', async () => {
      const bench = await openBench(open);
      const both = await Promise.all([
        bench.service.take(report([found('a')]), facts),
        bench.service.take(report([found('a')]), facts),
      ]);
      expect(both.map(({ fresh }) => fresh).sort()).toEqual([0, 1]);
      expect(await all(bench)).toHaveLength(1);
    });
  });
});
