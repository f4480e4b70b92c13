import { type AnsweredText, type ControlPlaneCall, type DeclareCall, reason, type WithApproval } from './declared-call.ts';

/** Far ahead of any test. */
const contestStarts = Date.UTC(2100, 0, 1);
const question = (id: string): string => `?${id} 谁来决定金额？\n+ 服务端\n- 手机\n> 手机上的一切都可以改。\n\n`;
const front =
  'id: own-course\nversion: 1\ntitle: 自有课程\nsummary: 控制面测试用的一门自有课程，三张卡片。\nminutes: 5\naudience: [everyone]\ndraw: 3';
/** A course of the company's own, as short as one may be. */
const ownCourse = `---\n${front}\n---\n\n# 一\n\n正文\n\n# 二\n\n正文\n\n# 三\n\n正文\n\n# ?\n\n${['a', 'b', 'c'].map(question).join('')}`;

const words = { zh: '锁屏再离开', en: 'Lock the screen' };
const bulletin = {
  kind: 'tip',
  title: words,
  text: words,
  target: { kind: 'everyone' },
  schedule: { kind: 'once', at: contestStarts },
};

/** Training: a course of their own from draft to withdrawal, and an assignment from its beginning to its end. */
export function trainingCalls(
  call: DeclareCall,
  text: AnsweredText,
  fresh: (who: 'security', parts: ControlPlaneCall['parts']) => ControlPlaneCall['parts'],
  unknown: string,
  with2: WithApproval,
): ControlPlaneCall[] {
  const files = { zh: ownCourse, en: null };
  const own = { id: 'own-course' };
  return [
    call('checkTrainingCourse', 'security', { body: files }),
    call('saveTrainingCourse', 'security', { body: files }),
    call('publishTrainingCourse', 'security', () => ({
      params: own,
      body: { version: Number(text('saveTrainingCourse', 'version')) },
    })),
    call('exportTrainingCourse', 'security', { params: own, body: { language: 'zh' } }),
    call('createTrainingAssignment', 'security', {
      body: { course: 'own-course', target: { kind: 'everyone' }, dueDays: 7, reason },
    }),
    call(
      'readTrainingPeople',
      'security',
      fresh('security', () => ({ body: { course: 'own-course', state: 'all', reason } })),
    ),
    call('endTrainingAssignment', 'security', () => ({
      params: { id: text('createTrainingAssignment', 'id') },
      body: { reason },
    })),
    call(
      'createDrill',
      'security',
      { body: { template: 'parcel', sender: 'desk', target: { kind: 'everyone' }, reason } },
      'drills_off',
    ),
    call(
      'startDrill',
      'security',
      with2('startDrill', 'security', 'audit', () => ({ params: { id: `td_${unknown}` }, body: {} })),
      'drills_off',
    ),
    call('endDrill', 'security', { params: { id: `td_${unknown}` }, body: { reason } }, 'not_found'),
    call('previewBulletin', 'security', { body: bulletin }),
    call('createBulletin', 'security', { body: bulletin }),
    call('changeBulletin', 'security', () => ({ params: { id: text('createBulletin', 'id') }, body: bulletin })),
    call('testBulletin', 'security', () => ({ params: { id: text('createBulletin', 'id') }, body: { uid: 'zhang' } })),
    call(
      'scheduleBulletin',
      'security',
      fresh('security', () => ({ params: { id: text('createBulletin', 'id') }, body: {} })),
    ),
    call('stopBulletin', 'security', () => ({ params: { id: text('createBulletin', 'id') }, body: { reason } })),
    call('reportBounce', 'security', { body: { message: Buffer.from('Subject: x').toString('base64') } }, 'bounce_unreadable'),
    call('releaseMailbox', 'security', { body: { uid: 'zhang', reason } }, 'not_found'),
    call('createContest', 'security', {
      body: { title: '一场竞赛', courses: ['phishing'], questions: 3, starts: contestStarts, ends: contestStarts + 3_600_000 },
    }),
    call(
      'disqualifyPlayer',
      'security',
      fresh('security', () => ({ params: { id: text('createContest', 'id') }, body: { number: 1, reason } })),
      'not_found',
    ),
    call('publishContest', 'security', () => ({ params: { id: text('createContest', 'id') }, body: {} }), 'conflict'),
    call('cancelContest', 'security', () => ({ params: { id: text('createContest', 'id') }, body: { reason } })),
    call('withdrawTrainingCourse', 'security', { params: own, body: { reason } }),
    call(
      'revokeTrainingCertificate',
      'security',
      fresh('security', () => ({ params: { id: `tc_${unknown}` }, body: { reason } })),
      'not_found',
    ),
  ];
}
