import type { getRiskOverview } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';

export type Steps = Output<typeof getRiskOverview>['steps'];

/** What would take most off, each tried by the same computation. */
export function StepsPanel({ steps }: { readonly steps: Steps }) {
  const { t, language, format } = useLanguage();
  return (
    <Panel title={t('risks.steps')} note={t('risks.stepsNote')}>
      {steps.length === 0 ? (
        <EmptyState title={t('risks.noSteps')}>{t('risks.noStepsText')}</EmptyState>
      ) : (
        <ol className={styles.steps}>
          {steps.map(({ title, gain, risks, most }) => (
            <li key={title.en}>
              <span>{title[language]}</span>
              <span className="quiet">{t('risks.gain', { gain: format.number(gain), count: risks })}</span>
              <Link to="/risk/$id" params={{ id: most.id }} className={styles.fall}>
                {t('risks.fall', { before: format.number(most.before), after: format.number(most.after) })}
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
