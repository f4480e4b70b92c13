import type { BulletinSchedule } from '@menshen/contract';
import { useLanguage } from '../../i18n/language.tsx';

const problems = [
  ...(['no_receiver', 'unreachable', 'limited', 'wrong_credentials', 'misconfigured', 'refused'] as const),
  ...(['stopped', 'left', 'opted_out'] as const),
];

/** Plans and failures of bulletins in words. */
export function useBulletinWords() {
  const { t, language, format } = useLanguage();
  const weekday = (day: number): string =>
    // 1970-01-05 was a Monday.
    new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { weekday: 'short', timeZone: 'UTC' }).format(
      (day + 3) * 86_400_000,
    );
  const when = (schedule: BulletinSchedule): string => {
    switch (schedule.kind) {
      case 'once':
        return schedule.at === null ? t('bulletins.atOnce') : t('bulletins.onceAt', { time: format.minute(schedule.at) });
      case 'weekly':
        return t('bulletins.weeklyAt', { days: format.list(schedule.weekdays.map(weekday)), time: schedule.time });
      case 'monthly':
        return t('bulletins.monthlyAt', { day: schedule.day, time: schedule.time });
    }
  };
  const problem = (code: string | null): string => {
    const known = problems.find((one) => one === code);
    return known === undefined ? '–' : t(`bulletins.problem.${known}`);
  };
  return { weekday, when, problem };
}
