import { demoCast } from './company/cast.ts';

/** A course that the demonstration company has assigned; `department` by its Chinese name, everybody when absent. */
export interface DemoAssignment {
  readonly course: string;
  readonly department?: string;
  readonly dueDays: number;
  readonly reason: string;
}

/** How far a few people are: how many of a course's cards they have seen, and how they did in its test. */
export interface DemoLearner {
  readonly uid: string;
  readonly course: string;
  readonly cards: number;
  readonly test: 'none' | 'failed' | 'passed';
}

export const demoAssignments: readonly DemoAssignment[] = [
  { course: 'phishing', dueDays: 14, reason: '年度必修' },
  { course: 'account-theft', dueDays: 30, reason: '年度必修' },
  { course: 'secure-miniprogram', department: '技术中心', dueDays: 21, reason: '写小程序的人都要学' },
  { course: 'coupon-fraud', department: '市场中心', dueDays: 10, reason: '大促之前' },
];

const { employee, colleague, teamLead, technologyHead, hrHead, financeHead, marketingHead, president } = demoCast;
const of = (uid: string, course: string, cards: number, test: DemoLearner['test']): DemoLearner => ({ uid, course, cards, test });

/** A handful: enough for a page that is alive, and little enough for a start that nobody notices. */
export const demoLearners: readonly DemoLearner[] = [
  of(hrHead, 'phishing', 20, 'passed'),
  of(financeHead, 'phishing', 20, 'passed'),
  of(technologyHead, 'phishing', 20, 'passed'),
  of(marketingHead, 'phishing', 20, 'failed'),
  of(president, 'phishing', 1, 'none'),
  of(colleague, 'phishing', 3, 'none'),
  of(teamLead, 'secure-miniprogram', 20, 'passed'),
  of(employee, 'secure-miniprogram', 2, 'none'),
  of(marketingHead, 'coupon-fraud', 20, 'passed'),
];

/** What the security team tells everybody each Monday. */
export const demoTip = {
  title: { zh: '离开座位先锁屏', en: 'Lock your screen when you leave' },
  text: {
    zh: 'Windows 按 Win+L，Mac 按 Control+Command+Q。\n一秒钟，就没人能替你发消息。',
    en: 'Win+L on Windows, Control+Command+Q on a Mac.\nOne second, and nobody writes in your name.',
  },
  schedule: { kind: 'weekly', weekdays: [1], time: '09:30' },
} as const;
