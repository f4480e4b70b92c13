import type { AuditRow, FindingView } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { createKeys } from '../../keys/master.ts';
import type { DrillDetail } from '../../recover/evidence.ts';
import type { RestoreRecord } from '../../recover/restore-record.ts';
import type { Release } from '../../release/store.ts';
import { describeEachStore } from '../../store/testing.ts';
import type { Measure } from '../containment/model.ts';
import { createIncidentHolding } from '../incidents/personal-data.ts';
import { fact, startTestIncidents, testStart } from '../incidents/testing.ts';
import type { RecoverySources } from './evidence.ts';

const minute = 60_000;
const reason = 'looked at it with the people of the backend';

/** What the other capabilities say; a test changes it. */
function world() {
  const clean = { tool: 'menshen', sha256: 'a'.repeat(64), critical: 0, high: 0, medium: 3, low: 0 };
  const known = {
    findings: [] as Partial<FindingView>[],
    releases: [] as Partial<Release>[],
    drills: [] as Partial<DrillDetail>[],
    restores: [] as RestoreRecord[],
    measures: [] as Partial<Measure>[],
    log: [] as Partial<AuditRow>[],
  };
  const sources: RecoverySources = {
    finding: async (id) => (known.findings.find((one) => one.id === id) as FindingView | undefined) ?? null,
    fixedFindings: async (app) =>
      known.findings.filter((one) => one.state === 'fixed' && (app === null || one.app === app)) as FindingView[],
    releases: async () => known.releases as Release[],
    isClean: ({ scan }) => (scan?.high ?? 1) === 0,
    drills: async () => known.drills as DrillDetail[],
    restores: async () => known.restores,
    measures: async () => known.measures as Measure[],
    logged: async (index) => (known.log.find((one) => one.index === index) as AuditRow | undefined) ?? null,
    changes: async (actions, since) =>
      known.log.filter(({ action, time }) => actions.includes(action ?? '') && (time ?? 0) >= since) as AuditRow[],
  };
  const finding = (changes: Partial<FindingView>): Partial<FindingView> => ({
    ...{ id: 'f_1', app: 'shop', project: 'shop', rule: 'MP-XSS-001', title: { zh: '存储型脚本', en: 'Stored script' } },
    ...{ state: 'fixed', file: 'pages/notes.js', route: null, fixedAt: testStart + minute, lastVersion: '1.0.0' },
    ...changes,
  });
  const release = (changes: Partial<Release>): Partial<Release> => ({
    ...{ id: 'r_1', app: 'shop', kind: 'miniprogram', version: '1.0.1', state: 'registered', scan: clean },
    ...{ registered: testStart + minute },
    ...changes,
  });
  const change = (changes: Partial<AuditRow>): Partial<AuditRow> => ({
    ...{ index: 77, time: testStart + minute, statusId: 1, action: 'policies.update', uid: 'anquan' },
    summary: { zh: '修改策略', en: 'Policies changed' },
    ...changes,
  });
  const restore = (changes: Partial<RestoreRecord>): RestoreRecord => ({
    ...{ kind: 'menshen-restore/1', finished: testStart + 2 * minute, what: 'data', data: 'shop', source: 'menshen-1.age' },
    ...{ stateOf: testStart - minute, rows: 412, logSize: null, seconds: 3.2 },
    ...changes,
  });
  return { known, sources, clean, finding, release, change, restore };
}

describeEachStore((open) => {
  describe('the checklist of recovery', () => {
    const begin = async () => {
      const given = world();
      const incidents = await startTestIncidents(open, {}, { recovery: given.sources });
      const { id } = await incidents.service.openIncident(
        fact({
          subjects: [
            { kind: 'user', value: 'zhang-san.1' },
            { kind: 'app', value: 'shop' },
          ],
        }),
      );
      incidents.now.at = testStart + 10 * minute;
      const { recovery, service } = incidents;
      const advance = (to: 'recovered' | 'closed', exception?: string) =>
        service.advance(id, { step: 'advance', to, note: '', exception }, 'li');
      const stateOf = async (box: string) => (await recovery.of(id)).boxes.find((one) => one.box === box)?.state;
      return { ...given, incidents, id, recovery, service, advance, stateOf };
    };

    it('lets nobody call it recovered, or close it past that, while a box is open', async () => {
      const { advance, recovery, id, service } = await begin();
      for (const to of ['recovered', 'closed'] as const) {
        await expect(advance(to)).rejects.toMatchObject({ code: 'incident_recovery_incomplete' });
        await expect(advance(to, '   ')).rejects.toMatchObject({ code: 'incident_recovery_incomplete' });
      }
      await recovery.fill(id, 'repaired', { how: 'statement', who: '王工', reason }, 'li');
      await recovery.fill(id, 'restored', { how: 'not_needed', reason: 'no data was changed' }, 'li');
      await expect(advance('recovered')).rejects.toMatchObject({ code: 'incident_recovery_incomplete' });
      await recovery.fill(id, 'hardened', { how: 'statement', who: '王工', reason }, 'li');
      // Nothing was closed for it, so the last box fills itself.
      await advance('recovered');
      expect((await service.find(id)).state).toBe('recovered');
      await advance('closed');
    });

    it('takes an exception with a reason, and says for good what was open', async () => {
      const { advance, recovery, id, incidents } = await begin();
      await recovery.fill(id, 'restored', { how: 'not_needed', reason: 'no data was changed' }, 'li');
      await advance('recovered', 'the supplier repairs it next week, the route stays behind a second factor');
      expect((await recovery.of(id)).exception).toMatchObject({
        ...{ by: 'li', missing: ['repaired', 'hardened'] },
        reason: 'the supplier repairs it next week, the route stays behind a second factor',
      });
      const { timeline } = await incidents.room.detail(id);
      expect(timeline.at(-1)?.text.zh).toContain('恢复清单例外（未完成：已修复、已加固）');
      expect(incidents.log.some((event) => event.includes('"exception":"repaired hardened"'))).toBe(true);
      // Words that somebody wrote are not in the log.
      expect(incidents.log.some((event) => event.includes('supplier'))).toBe(false);
    });

    it.each([
      [
        'repaired',
        'finding',
        'f_1',
        'not_fixed',
        ({ finding }: ReturnType<typeof world>) => ({ findings: [finding({ state: 'open', fixedAt: null })] }),
      ],
      [
        'repaired',
        'finding',
        'f_1',
        'not_fixed',
        ({ finding }: ReturnType<typeof world>) => ({ findings: [finding({ state: 'accepted' })] }),
      ],
      [
        'repaired',
        'finding',
        'f_1',
        'before_incident',
        ({ finding }: ReturnType<typeof world>) => ({ findings: [finding({ fixedAt: testStart - 1 })] }),
      ],
      ['repaired', 'finding', 'f_2', 'unknown', ({ finding }: ReturnType<typeof world>) => ({ findings: [finding({})] })],
      [
        'repaired',
        'release',
        'r_1',
        'not_clean',
        ({ release }: ReturnType<typeof world>) => ({ releases: [release({ scan: null })] }),
      ],
      [
        'repaired',
        'release',
        'r_1',
        'not_clean',
        ({ release, clean }: ReturnType<typeof world>) => ({ releases: [release({ scan: { ...clean, high: 1 } })] }),
      ],
      [
        'repaired',
        'release',
        'r_1',
        'revoked',
        ({ release }: ReturnType<typeof world>) => ({ releases: [release({ state: 'revoked' })] }),
      ],
      [
        'repaired',
        'release',
        'r_1',
        'before_incident',
        ({ release }: ReturnType<typeof world>) => ({ releases: [release({ registered: testStart - 1 })] }),
      ],
      ['restored', 'drill', String(testStart - 1), 'before_incident', () => ({ drills: [{ at: testStart - 1, ok: true }] })],
      [
        'restored',
        'restore',
        String(testStart - 1),
        'before_incident',
        ({ restore }: ReturnType<typeof world>) => ({ restores: [restore({ finished: testStart - 1 })] }),
      ],
      ['restored', 'restore', '7', 'unknown', ({ restore }: ReturnType<typeof world>) => ({ restores: [restore({})] })],
      ['restored', 'drill', String(testStart + 1), 'failed', () => ({ drills: [{ at: testStart + 1, ok: false }] })],
      [
        'hardened',
        'change',
        '77',
        'no_hardening',
        ({ change }: ReturnType<typeof world>) => ({ log: [change({ action: 'inspection exception.create' })] }),
      ],
      [
        'hardened',
        'change',
        '77',
        'no_hardening',
        ({ change }: ReturnType<typeof world>) => ({ log: [change({ statusId: 2 })] }),
      ],
      [
        'hardened',
        'change',
        '77',
        'before_incident',
        ({ change }: ReturnType<typeof world>) => ({ log: [change({ time: testStart - 1 })] }),
      ],
      ['hardened', 'change', '1e3', 'unknown', ({ change }: ReturnType<typeof world>) => ({ log: [change({ index: 1_000 })] })],
      ['restored', 'change', '77', 'wrong_box', ({ change }: ReturnType<typeof world>) => ({ log: [change({})] })],
    ] as const)('is not filled: %s by %s %s, because %s', async (box, kind, ref, problem, said) => {
      const given = await begin();
      Object.assign(given.known, said(given));
      await expect(given.recovery.fill(given.id, box, { how: 'evidence', kind, ref }, 'li')).rejects.toMatchObject({
        code: 'recovery_evidence',
        details: { problem },
      });
      expect(await given.stateOf(box)).toBe('open');
    });

    it('is filled by what stands, names the index in the log, and falls open again when that comes undone', async () => {
      const { known, finding, release, change, restore, recovery, id, stateOf, advance, incidents } = await begin();
      known.restores = [restore({})];
      known.findings = [finding({})];
      known.releases = [release({}), release({ id: 'r_2', app: 'other' })];
      known.drills = [{ at: testStart + minute, ok: true, rows: 12, rtoSeconds: 0.5 }];
      known.log = [
        change({}),
        change({ index: 78, action: 'scan.create', time: testStart + minute + 200 }),
        change({ index: 79, action: 'scan.create', time: testStart + 5 * minute }),
      ];
      const { boxes } = await recovery.of(id);
      expect(boxes.map(({ candidates }) => candidates.map(({ kind, ref }) => `${kind} ${ref}`).sort())).toEqual([
        ['finding f_1', 'release r_1'],
        [`drill ${testStart + minute}`, `restore ${testStart + 2 * minute}`],
        ['change 77'],
        [],
      ]);
      await recovery.fill(id, 'repaired', { how: 'evidence', kind: 'finding', ref: 'f_1' }, 'li');
      const proof = { how: 'evidence', kind: 'restore', ref: String(testStart + 2 * minute) } as const;
      const { boxes: after } = await recovery.fill(id, 'restored', proof, 'li');
      expect(after[1]?.evidence?.label.en).toMatch(/^Restored shop: as of .*, 412 rows/);
      const filled = await recovery.fill(id, 'hardened', { how: 'evidence', kind: 'change', ref: '77' }, 'li');
      expect(filled.complete).toBe(true);
      expect(filled.boxes.map(({ evidence }) => evidence?.index ?? null)).toEqual([78, null, 77, null]);
      const { timeline } = await incidents.room.detail(id);
      expect(timeline.at(-1)).toMatchObject({ kind: 'recovery', events: [77], path: '/audit/77' });
      expect(timeline.at(-1)?.index).not.toBeNull();

      known.findings = [finding({ state: 'reopened', fixedAt: null })];
      expect(await stateOf('repaired')).toBe('lapsed');
      await expect(advance('recovered')).rejects.toMatchObject({ code: 'incident_recovery_incomplete' });
      await recovery.fill(id, 'repaired', { how: 'evidence', kind: 'release', ref: 'r_1' }, 'li');
      known.measures = [
        {
          kind: 'stop_route',
          target: { app: 'shop', route: 'POST /notes' },
          state: 'active',
          until: testStart + 99 * minute,
        } as Measure,
      ];
      expect((await recovery.of(id)).boxes[3]).toMatchObject({ state: 'open', problem: 'still_closed' });
      await expect(advance('recovered')).rejects.toMatchObject({ code: 'incident_recovery_incomplete' });
      // What keeps the attacker out may stand on.
      known.measures = [
        {
          kind: 'block_addresses',
          target: { addresses: ['203.0.113.9'] },
          state: 'active',
          until: testStart + 99 * minute,
        } as Measure,
      ];
      await advance('recovered');
    });

    it('is emptied by hand with a reason, and shut once the incident has ended', async () => {
      const { recovery, id, stateOf, advance } = await begin();
      await recovery.fill(id, 'hardened', { how: 'statement', who: '王工', reason }, 'li');
      expect(await stateOf('hardened')).toBe('filled');
      await recovery.fill(id, 'hardened', { how: 'withdraw', reason: 'it was another system' }, 'li');
      expect(await stateOf('hardened')).toBe('open');
      await advance('closed', 'nothing is left to be done here');
      await expect(recovery.fill(id, 'hardened', { how: 'statement', who: '王工', reason }, 'li')).rejects.toMatchObject({
        code: 'incident_ended',
      });
    });

    it('names nobody any more who was erased', async () => {
      const { recovery, id, incidents } = await begin();
      await recovery.fill(id, 'repaired', { how: 'statement', who: 'zhang-san.1', reason: 'zhang-san.1 changed the code' }, 'li');
      const keys = createKeys(new Uint8Array(32).fill(5), (size) => new Uint8Array(size));
      await createIncidentHolding(incidents.store, keys, (size) => new Uint8Array(size)).erase('zhang-san.1', 'person', 'p_1');
      const [repaired] = (await recovery.of(id)).boxes;
      expect(repaired).toMatchObject({ who: 'p_1', reason: 'p_1 changed the code', state: 'filled' });
      expect(JSON.stringify(await incidents.room.detail(id))).not.toContain('zhang-san.1');
    });
  });
});
