import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const day = 86_400_000;
const figures = (assigned: number, done: number, overdue: number, firstTry: number | null, retention: number | null) => ({
  ...{ assigned, done, overdue, firstTry, retention },
});

const course = (
  id: string,
  zh: string,
  en: string,
  more: Partial<contract.TrainingCourseView> = {},
): contract.TrainingCourseView => ({
  ...{
    id,
    origin: 'shipped',
    state: 'published',
    version: 1,
    draft: null,
    title: { zh, en },
    minutes: 7,
    audience: ['everyone'],
  },
  ...{ questions: 13, tags: ['alert:account_takeover'], figures: figures(64, 51, 4, 71, 88) },
  ...more,
});

const courses = [
  course('phishing', '识别钓鱼邮件与消息', 'Recognising phishing mails and messages'),
  course('injection', 'XSS 与注入：别让文字变成代码', 'XSS and injection, or text that becomes code', {
    audience: ['developer'],
    figures: null,
  }),
  course('our-rules', '我们的报销与付款规定', 'Our rules for payments', {
    ...{ origin: 'own', version: 3, draft: 4, audience: ['everyone', 'administrator'], questions: 6 },
    figures: figures(64, 12, 0, 60, null),
  }),
];

const origin: contract.TrainingOrigin = {
  ...{ kind: 'alert', names: ['account_takeover'], events: 3, people: 2, since: now - 4 * day },
  because: { zh: '最近一周出现 3 起“账号疑似被盗”告警', en: '3 alert(s) of the last week: an account seems to be taken over' },
};

const assignment = (change: Partial<contract.TrainingAssignmentView>): contract.TrainingAssignmentView => ({
  ...{ id: `tn_${'a'.repeat(22)}`, course: 'phishing', title: courses[0]?.title ?? { zh: '', en: '' }, whom: '' },
  ...{ target: { kind: 'everyone' }, due: now + 9 * day, dueDays: 14, again: false, reason: '年度必修', origin: null },
  ...{ created: now - 5 * day, createdBy: 'security', ended: null, figures: figures(64, 51, 4, null, null) },
  ...change,
});

const preview: contract.CoursePreview = {
  title: '我们的报销与付款规定',
  summary: '付款信息变更必须换渠道核实。',
  sources: [{ title: '财务制度 2026', url: 'https://wiki.example.com/finance' }],
  cards: [
    {
      title: '一封改账号的邮件',
      blocks: [
        {
          kind: 'paragraph',
          parts: [
            { kind: 'text', text: '对方的邮箱可能已经不在对方手里。<script>alert(1)</script> ' },
            { kind: 'strong', parts: [{ kind: 'text', text: '打电话核实。' }] },
          ],
        },
        { kind: 'code', language: 'text', text: 'https://oa.company.com.login-check.top/verify' },
      ],
      check: 'call-back',
    },
  ],
  questions: [
    {
      ...{ id: 'call-back', ask: '供应商来信改账号，怎么办？', because: '换一个渠道核实。' },
      options: [
        { text: '用已有的电话核实', right: true },
        { text: '回信确认', right: false },
      ],
    },
  ],
};

const text = '---\nid: our-rules\nversion: 1\n---\n\n# 一封改账号的邮件\n\n正文\n';

/** A company that learns: a proposal of last week, three departments, courses that ship and one of its own with a draft. */
export function trainingHandlers(world: () => World): readonly FakeHandler[] {
  const empty = (): boolean => world().company.people.length === 0;
  return [
    bind(contract.getTraining, () => ({
      ...{ now, minimumGroup: 5, people: empty() ? 0 : 64, learnUrl: empty() ? null : 'https://learn.example.com' },
      total: empty() ? null : figures(128, 63, 4, 68, 86),
      groups: empty()
        ? []
        : [
            { department: '9', name: '门店运营中心', people: 31, figures: figures(62, 24, 4, 58, 81) },
            { department: '2', name: '研发中心', people: 22, figures: figures(44, 29, 0, 77, 91) },
            { department: null, name: '', people: 11, figures: figures(22, 10, 0, null, null) },
          ],
      courses: empty() ? courses.slice(0, 1).map((one) => ({ ...one, figures: null })) : courses,
      assignments: empty()
        ? []
        : [
            assignment({}),
            assignment({
              ...{ id: `tn_${'b'.repeat(22)}`, target: { kind: 'department', department: '9' }, whom: '门店运营中心', origin },
              ...{ due: null, figures: figures(31, 9, 0, null, null) },
            }),
          ],
      proposals: empty()
        ? []
        : [
            {
              ...{ course: 'phishing', title: courses[0]?.title ?? { zh: '', en: '' }, whom: '研发中心', origin },
              target: { kind: 'department' as const, department: '2' },
            },
          ],
      unreached: empty() ? 0 : 2,
      certificates: empty() ? { valid: 0, endSoon: 0 } : { valid: 63, endSoon: 7 },
      departments: empty() ? [] : [{ id: '9', name: '门店运营中心', people: 31 }],
      roles: empty() ? [] : ['staff'],
    })),
    bind(contract.getTrainingCourse, ({ params }) => ({
      course: courses.find(({ id }) => id === params.id) ?? course(params.id, params.id, params.id),
      ...{ pass: 80, draw: 3, valid: 12, zh: preview, en: preview, pictures: {}, text: { zh: text, en: null } },
      versions: [
        { version: 4, state: 'draft' as const, saved: now - 3_600_000, savedBy: 'security', published: null, publishedBy: null },
        {
          ...{ version: 3, state: 'published' as const, saved: now - 9 * day, savedBy: 'security' },
          ...{ published: now - 8 * day, publishedBy: 'security' },
        },
      ],
    })),
    bind(contract.checkTrainingCourse, ({ body }) =>
      body.zh.includes('draw: 3')
        ? { problems: [], preview: { zh: preview, en: preview }, pictures: {}, library: ['pause.svg'] }
        : {
            problems: [{ language: 'zh' as const, line: 6, zh: '题目要有解析（以 > 开头）。', en: 'A question says why.' }],
            ...{ preview: null, pictures: {}, library: ['pause.svg'] },
          },
    ),
    bind(contract.saveTrainingCourse, () => ({ id: 'our-rules', version: 4 })),
    bind(contract.publishTrainingCourse, () => ({ ok: true as const })),
    bind(contract.withdrawTrainingCourse, () => ({ ok: true as const })),
    bind(contract.exportTrainingCourse, () => ({ name: 'menshen-phishing.zip', zip: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==' })),
    bind(contract.createTrainingAssignment, () => ({ id: `tn_${'c'.repeat(22)}`, people: 22 })),
    bind(contract.endTrainingAssignment, () => ({ ok: true as const })),
    bind(contract.readTrainingPeople, () => ({
      more: false,
      rows: [
        {
          ...{ uid: 'zhou.000', name: '周伟', department: '门店运营中心', course: 'phishing', due: now - 2 * day, done: null },
          ...{ best: 67, attempts: 2, certificate: null, unreached: 'no_receiver' },
        },
      ],
    })),
    bind(contract.revokeTrainingCertificate, () => ({ ok: true as const })),
  ];
}
