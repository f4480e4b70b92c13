import type { PlaybookRunState, PlaybookStepState, PlaybookSummary } from '@menshen/contract';
import type { Tone } from '../../ds/status.tsx';
import type { useLanguage } from '../../i18n/language.tsx';

type Words = Pick<ReturnType<typeof useLanguage>, 't' | 'format' | 'language'>;

export const runTones: Readonly<Record<PlaybookRunState, Tone>> = {
  ...{ running: 'quiet', waiting: 'warning', done: 'safe', failed: 'danger', aborted: 'quiet' },
  ...{ compensating: 'warning', compensated: 'quiet' },
};

export const stepTones: Readonly<Record<PlaybookStepState, Tone>> = {
  ...{ approval: 'warning', running: 'quiet', retrying: 'warning', done: 'safe', skipped: 'quiet', failed: 'danger' },
  ...{ compensating: 'warning', compensated: 'quiet' },
};

const shownRules = 2;

/** What starts a playbook, in a line. */
export function triggerText(trigger: PlaybookSummary['triggers'][number], { t, format, language }: Words): string {
  const { kind, rules, severity, everySeconds } = trigger;
  const heavy = severity === null ? '' : t(`severity.${severity}`);
  switch (kind) {
    case 'alert':
    case 'finding': {
      if (rules === null) return t('playbooks.trigger.anyAlert', { severity: heavy });
      const names = format.list(rules.slice(0, shownRules).map(({ title }) => title[language]));
      const rest = rules.length - shownRules;
      const more = rest > 0 ? ` ${t('playbooks.more', { count: rest })}` : '';
      return t(`playbooks.trigger.${kind}`, { rules: `${names}${more}`, severity: heavy });
    }
    case 'schedule':
      return t('playbooks.trigger.schedule', { time: format.span((everySeconds ?? 0) * 1_000) });
    case 'manual':
      return t('playbooks.trigger.manual');
  }
}
