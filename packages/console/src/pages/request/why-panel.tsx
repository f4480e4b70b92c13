import { type ErrorCode, isErrorCode, refusalHelp, type StageDecision } from '@menshen/contract';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './request-page.module.css';
import { whereWords } from './where-words.ts';

/** Why a request was refused and what to do about it, for whoever wrote the client or the backend: which place, what that means, how to put it right. */
export function WhyPanel({ decided, code }: { readonly decided: StageDecision | undefined; readonly code: string | null }) {
  const { t, language } = useLanguage();
  const known: ErrorCode | null = code !== null && isErrorCode(code) ? code : null;
  const help = known === null ? undefined : refusalHelp[known];
  if (help === undefined) return null;
  const where = decided?.code === code ? (decided?.where ?? null) : null;
  return (
    <Panel title={t('request.why')}>
      <dl className={styles.why}>
        {where === null ? null : (
          <div>
            <dt>{t('request.whyWhere')}</dt>
            <dd>{whereWords(where, { t, language })}</dd>
          </div>
        )}
        <div>
          <dt>{t('request.whyMeaning')}</dt>
          <dd>{help.why[language]}</dd>
        </div>
        <div>
          <dt>{t('request.whyFix')}</dt>
          <dd>{help.fix[language]}</dd>
        </div>
      </dl>
    </Panel>
  );
}
