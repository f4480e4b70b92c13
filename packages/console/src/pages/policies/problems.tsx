import type { PolicyProblemView } from '@menshen/contract';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './policies.module.css';

interface ProblemsProps {
  readonly problems: readonly PolicyProblemView[];
  /** Warnings are no mistakes: the policies load with them. */
  readonly warn?: boolean;
  readonly go: (file: string, line: number) => void;
}

/** What is wrong with a draft, each with the way to its line. */
export function Problems({ problems, warn = false, go }: ProblemsProps) {
  const { t, language } = useLanguage();
  return (
    <div>
      <Status tone={warn ? 'warning' : 'danger'}>
        {t(warn ? 'policies.warnings' : 'policies.problems', { count: problems.length })}
      </Status>
      <ul className={styles.problems}>
        {problems.map((problem) => (
          <li key={[problem.file, problem.line, problem.column, problem.en].join(' ')}>
            {problem.line === null ? (
              <code>{problem.file}</code>
            ) : (
              <button type="button" className="link" onClick={() => go(problem.file, problem.line ?? 1)}>
                {t('policies.problemAt', { file: problem.file, line: String(problem.line) })}
              </button>
            )}{' '}
            {problem[language]}
          </li>
        ))}
      </ul>
    </div>
  );
}
