import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const minute = 60_000;
const day = 86_400_000;
const counts = { departments: 15, people: 64, added: 0, changed: 2, left: 1, disabled: 0, conflicts: 0 };
const nothing = { departmentsRemoved: [], added: [], changed: [], left: [], disabled: [], conflicts: [], activeBefore: 58 };

/** What each person has beside an account, and where people come from. */
export function directoryHandlers(world: () => World): readonly FakeHandler[] {
  const busy = (): boolean => world().company.people.length > 0;
  const ok = { ok: true as const };
  return [
    bind(contract.listPersonFactors, ({ params }) => ({
      factors: params.uid.endsWith('1')
        ? []
        : [
            {
              kind: 'totp' as const,
              label: '',
              created: now - 80 * day,
              lastUsed: now - 3_600_000,
              state: 'active' as const,
              lockedUntil: null,
              failures: 0,
              remaining: null,
            },
            {
              kind: 'sms' as const,
              label: '138****06',
              created: now - 80 * day,
              lastUsed: now - 9 * day,
              state: 'locked' as const,
              lockedUntil: now + 12 * minute,
              failures: 10,
              remaining: null,
            },
            {
              kind: 'recovery' as const,
              label: '',
              created: now - 80 * day,
              lastUsed: null,
              state: 'active' as const,
              lockedUntil: null,
              failures: 0,
              remaining: 9,
            },
          ],
      knownDevices: 2,
    })),
    bind(contract.removePersonFactor, () => ({ removed: true, ended: 1 })),
    bind(contract.unlockPersonFactor, () => ({ unlocked: true, ended: 1 })),
    bind(contract.createEnrolmentCode, ({ body }) => ({
      code: body.deliver === 'show' ? 'M4TW-X9RZ-AKQ7' : null,
      expiresAt: now + 900_000,
    })),
    bind(contract.putLocalPerson, () => ok),
    bind(contract.removeLocalPerson, () => ok),
    bind(contract.mergePeople, () => ok),
    bind(contract.releasePerson, () => ok),
    bind(contract.blockPerson, ({ body }) => ({ status: body.blocked ? ('disabled' as const) : ('active' as const) })),
    bind(contract.listRoleAssignments, ({ query }) => ({
      assignments: [
        {
          id: 'ra_0123456789abcdef',
          uid: query.uid ?? '',
          role: 'area-supervisor',
          scope: { kind: 'subtree' as const, department: '9' },
          ends: null,
          by: 'chen.jingyi',
          at: now - 40 * day,
        },
        {
          id: 'ra_0123456789abcdeg',
          uid: query.uid ?? '',
          role: 'stocktaker',
          scope: { kind: 'department' as const },
          ends: now + 20 * day,
          by: 'admin',
          at: now - 2 * day,
        },
      ],
    })),
    bind(contract.unassignRole, () => ok),
    bind(contract.listDelegations, ({ query }) => ({
      delegations: [
        {
          id: 'rd_0123456789abcdef',
          from: query.uid ?? '',
          to: 'wang.002',
          role: 'store-manager',
          starts: now - day,
          ends: now + 6 * day,
          reason: '年假',
          by: 'admin',
          at: now - 2 * day,
        },
      ],
    })),
    bind(contract.endDelegation, () => ok),
    bind(contract.listDirectorySources, () => ({
      sources: busy()
        ? [
            {
              id: 'wecom',
              kind: 'wecom' as const,
              configured: true,
              running: false,
              people: 52,
              startedAt: now - 26 * minute,
              syncedAt: now - 25 * minute,
              error: null,
              counts,
              conflicts: [],
            },
            {
              id: 'ad',
              kind: 'ldap' as const,
              configured: true,
              running: false,
              people: 4,
              startedAt: now - 40 * minute,
              syncedAt: now - 3 * day,
              error: 'directory_source_failed',
              counts: { ...counts, people: 4 },
              conflicts: [{ key: 'zhao.001', reason: 'owned by wecom' }],
            },
            {
              id: 'csv',
              kind: 'csv' as const,
              configured: false,
              running: false,
              people: 2,
              startedAt: now - 9 * day,
              syncedAt: now - 9 * day,
              error: null,
              counts: { ...counts, people: 2 },
              conflicts: [],
            },
          ]
        : [],
      held: world().held.length,
    })),
    bind(contract.syncDirectorySource, ({ params }) => ({ ...counts, source: params.source, sessionsEnded: 1 })),
    bind(contract.listHeldChanges, () => ({ changes: [...world().held] })),
    bind(contract.confirmHeldChange, ({ params, body }) => {
      const change = world().held.find(({ id }) => id === params.id);
      if (change === undefined) throw new contract.MenshenError('not_found');
      if (change.totals.left !== body.left) throw new contract.MenshenError('conflict');
      world().held = world().held.filter(({ id }) => id !== params.id);
      return { ...change.totals, source: change.source, sessionsEnded: 3 };
    }),
    bind(contract.discardHeldChange, ({ params }) => {
      world().held = world().held.filter(({ id }) => id !== params.id);
      return ok;
    }),
    bind(contract.previewCsv, ({ body }) => {
      const text = Buffer.from(body.people ?? '', 'base64').toString('utf8');
      if (text.includes('=cmd'))
        return {
          change: null,
          encodings: ['utf-8' as const],
          problemCount: 1,
          problems: [
            {
              file: 'people' as const,
              line: 3,
              column: 'name',
              code: 'formula',
              message: { zh: '单元格以公式开头。', en: 'The cell begins like a formula.' },
            },
          ],
        };
      const change: contract.HeldDirectoryChange = {
        id: 'h_0123456789abcde9',
        source: 'csv',
        kind: 'preview',
        by: 'admin',
        at: now,
        mode: body.mode === 'replace' ? 'full' : 'partial',
        totals: { ...counts, added: 1, changed: 0, left: 0 },
        diff: { ...nothing, added: ['new.hire'] },
      };
      world().held = [change, ...world().held];
      return { change, encodings: ['utf-8' as const], problemCount: 0, problems: [] };
    }),
    bind(contract.listDormantPeople, ({ query }) => {
      const quiet = (from: number, to: number) =>
        world()
          .company.people.slice(from, to)
          .map(({ uid, name, kind, status, roles }, at) => ({
            uid,
            name,
            kind,
            status,
            roles,
            source: 'wecom',
            identities: 1,
            lastLogin: at % 3 === 0 ? null : now - (100 + at) * day,
          }));
      const dormant = quiet(30, query.never ? 38 : 34);
      const boundButBlocked = quiet(0, 64).filter(({ status }) => status !== 'active');
      return {
        days: query.days ?? 90,
        dormant,
        boundButBlocked,
        totals: { dormant: dormant.length, boundButBlocked: boundButBlocked.length },
      };
    }),
  ];
}

/** A run that would have emptied a branch office, held before it did. */
export function heldRun(company: World['company']): contract.HeldDirectoryChange {
  const left = company.people.slice(10, 31).map(({ uid }) => uid);
  return {
    id: 'h_0123456789abcde1',
    source: 'ad',
    kind: 'guard',
    by: 'schedule',
    at: now - 40 * minute,
    mode: 'full',
    totals: { ...counts, left: left.length, changed: 3 },
    diff: { ...nothing, left, changed: company.people.slice(40, 43).map(({ uid }) => uid) },
  };
}
