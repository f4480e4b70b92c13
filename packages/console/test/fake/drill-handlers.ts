import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const day = 86_400_000;
const id = (letter: string): string => `td_${letter.repeat(22)}`;
const figures = { sent: 58, opened: 17, reported: 43, again: 30, minutesToReport: 12 };

const drill = (letter: string, change: Partial<contract.PhishingDrillView>): contract.PhishingDrillView => ({
  ...{
    id: id(letter),
    template: 'password',
    sender: 'desk',
    target: { kind: 'everyone' },
    whom: '',
    state: 'ended',
    reason: '季度演练',
  },
  ...{ created: now - 40 * day, createdBy: 'security', started: now - 39 * day, approvedBy: 'auditor', ended: now - 25 * day },
  ...{ recipients: 60, unreached: 2, waiting: 0, figures, groups: [] },
  ...change,
});

/** A company that has drilled before and prepares the next; on a quiet day drills are off. */
export function drillHandlers(world: () => World): readonly FakeHandler[] {
  const empty = (): boolean => world().company.people.length === 0;
  const drills = [
    drill('a', {
      ...{ template: 'parcel', whom: '研发中心', state: 'draft', started: null, approvedBy: null, ended: null },
      ...{ recipients: 22, unreached: 0, figures: null },
    }),
    drill('b', {
      groups: [
        { department: '9', name: '门店运营中心', figures: { ...figures, sent: 30, opened: 27, reported: 30 } },
        { department: '2', name: '研发中心', figures: { ...figures, sent: 28, opened: 7, reported: 57, minutesToReport: null } },
      ],
    }),
    ...[24, 33].map((opened, at) =>
      drill('cd'.charAt(at), {
        ...{ template: 'payroll', started: now - (130 + 90 * at) * day, ended: now - (116 + 90 * at) * day },
        figures: { ...figures, opened, reported: 31 - 12 * at },
        groups: [
          { department: '9', name: '门店运营中心', figures: { ...figures, sent: 30, opened: opened + 9, reported: 22 - 9 * at } },
        ],
      }),
    ),
  ];
  return [
    bind(contract.listDrills, () => ({
      ...{ enabled: !empty(), approvers: empty() ? [] : ['auditor'], domains: empty() ? [] : ['corp.example.com'] },
      minimumGroup: 5,
      senders: empty() ? [] : [{ id: 'desk', name: 'IT 服务台', from: 'desk@it-desk.example.com', host: 'it-desk.example.com' }],
      templates: contract.drillTemplates.map((template) => ({
        ...{ id: template, subject: { zh: '您有一个快件因地址不详被退回', en: 'A parcel for you was returned' } },
        text: { zh: '请点击下面的链接确认地址。', en: 'Confirm the address by the link.' },
      })),
      drills: empty() ? [] : drills,
    })),
    bind(contract.createDrill, () => ({ id: id('c'), recipients: 22 })),
    bind(contract.startDrill, () => ({ recipients: 22 })),
    bind(contract.endDrill, () => ({ ok: true as const })),
  ];
}
