import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const day = 86_400_000;
const id = (letter: string): string => `tb_${letter.repeat(22)}`;
const title = { zh: '离开座位先锁屏', en: 'Lock your screen when you leave' };
const text = {
  zh: 'Windows 按 Win+L，Mac 按 Control+Command+Q。\n一秒钟，就没人能替你发消息。',
  en: 'Win+L, or Control+Command+Q.\nOne second, and nobody writes in your name.',
};
const none = { waiting: 0, sent: 0, byWecom: 0, byMail: 0, failed: 0, skipped: 0 };
const weekly: contract.BulletinSchedule = {
  ...{ kind: 'weekly', weekdays: [1], time: '09:30', timeZone: 'Asia/Shanghai', workdays: true },
};

const bulletin = (letter: string, change: Partial<contract.BulletinView> = {}): contract.BulletinView => ({
  ...{
    id: id(letter),
    state: 'scheduled',
    next: now + 4 * day,
    created: now - 20 * day,
    createdBy: 'security',
    scheduledBy: 'security',
  },
  ...{ whom: '', people: 60, optedOut: 2 },
  draft: {
    kind: 'tip',
    title,
    text,
    target: { kind: 'everyone' },
    way: 'either',
    schedule: weekly,
    course: null,
    incident: null,
  },
  issues: [{ id: 'ti_a', created: now - 3 * day, counts: { ...none, sent: 57, byWecom: 51, byMail: 6, failed: 1, skipped: 2 } }],
  ...change,
});

/** A company that sends tips each week and writes a warning; on a quiet day nothing is there yet. */
export function bulletinHandlers(world: () => World): readonly FakeHandler[] {
  const empty = (): boolean => world().company.people.length === 0;
  const warning = bulletin('b', {
    ...{ state: 'draft', next: null, scheduledBy: null, people: 22, optedOut: 0, issues: [], whom: '研发中心' },
    draft: {
      ...{ kind: 'warning', target: { kind: 'department', department: '2' }, way: 'either', course: 'phishing', incident: null },
      title: { zh: '有人冒充 IT 索要验证码', en: 'Somebody asks for codes in the name of IT' },
      text: { zh: '不要把验证码告诉任何人。收到请举报。', en: 'Tell nobody your codes. Report it.' },
      schedule: { kind: 'once', at: null },
    },
  });
  return [
    bind(contract.listBulletins, () => ({
      ...{ now, wecom: !empty(), mail: !empty(), warningsOptional: false },
      bulletins: empty() ? [] : [warning, bulletin('a')],
      suppressed: empty() ? [] : [{ uid: 'zhou.ming', name: '周明', since: now - 3 * day, status: '5.1.1' }],
      bounces: empty() ? null : { address: 'bounces@mail.example.com', listening: true },
    })),
    bind(contract.previewBulletin, ({ body }) => ({
      zh: { subject: `【安全提示】${body.title.zh}`, sections: [{ label: '', text: body.text.zh }] },
      en: { subject: `[Security tip] ${body.title.en}`, sections: [{ label: '', text: body.text.en }] },
      ...{ people: 60, optedOut: 2, times: [now + 4 * day, now + 11 * day] },
    })),
    bind(contract.createBulletin, () => ({ id: id('b') })),
    bind(contract.changeBulletin, () => ({ ok: true as const })),
    bind(contract.testBulletin, () => ({ way: 'wecom' as const, problem: null })),
    bind(contract.scheduleBulletin, () => ({ next: now })),
    bind(contract.stopBulletin, () => ({ ok: true as const })),
    bind(contract.bulletinDeliveries, () => ({
      rows: [
        {
          uid: 'zhou.ming',
          name: '周明',
          kind: 'tip' as const,
          state: 'failed' as const,
          attempts: 1,
          at: now,
          problem: 'no_receiver',
          status: '5.1.1',
        },
      ],
      more: false,
    })),
    bind(contract.reportBounce, () => ({ verdict: 'mailbox' as const })),
    bind(contract.releaseMailbox, () => ({ ok: true as const })),
  ];
}
