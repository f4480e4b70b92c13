import type { Bilingual } from '@menshen/contract';
import type { Duty } from './model.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

/**
 * Whether a person is to be reminded now: on given days before the due day, the day after it, and each week from then on. A moment that has passed while
 * nothing could be sent is caught up with one message, not with several.
 */
export function isReminderDue(duty: Duty, daysBefore: readonly number[], now: number): boolean {
  if (duty.done !== null) return false;
  const last = duty.reminded ?? duty.assigned;
  const moments = [...daysBefore.map((days) => duty.due - days * dayMs), duty.due + dayMs];
  if (moments.some((moment) => moment > last && moment <= now)) return true;
  return now > duty.due + dayMs && now - last >= weekMs;
}

/** What is said to the person, in both languages. */
export function reminderText(
  title: Bilingual,
  duty: Duty,
  now: number,
): { readonly subject: Bilingual; readonly text: Bilingual } {
  const day = (locale: string): string =>
    new Intl.DateTimeFormat(locale, { timeZone: 'Asia/Shanghai', month: 'long', day: 'numeric' }).format(duty.due);
  const late = now > duty.due;
  return {
    subject: late
      ? { zh: `安全课程已逾期：${title.zh}`, en: `Overdue security course: ${title.en}` }
      : { zh: `请在 ${day('zh-CN')}前完成安全课程：${title.zh}`, en: `Security course due by ${day('en-GB')}: ${title.en}` },
    text: late
      ? {
          zh: `截止日期是 ${day('zh-CN')}，请尽快完成，用时不到十分钟。`,
          en: `It was due on ${day('en-GB')}; it takes less than ten minutes.`,
        }
      : { zh: '用时不到十分钟，手机上即可完成。', en: 'It takes less than ten minutes, on your phone if you like.' },
  };
}
