import type { FindingStep } from '@menshen/contract';
import { classNames } from '../ds/class-names.ts';
import { useLanguage } from '../i18n/language.tsx';
import styles from './data-path.module.css';

type Line = FindingStep['excerpt'][number];

/** The way of the data from its source to where it does harm, a step each, with the line of code that it stands on. */
export function DataPath({ steps, whole = false }: { readonly steps: readonly FindingStep[]; readonly whole?: boolean }) {
  const { t, language } = useLanguage();
  return (
    <ol className={styles.path} aria-label={t('findings.path')}>
      {steps.map((step, at) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no id, stand in their order and are never moved
          key={at}
          className={classNames(styles.step, at === steps.length - 1 && styles.end)}
        >
          <span className={styles.number} aria-hidden="true">
            {at + 1}
          </span>
          <span className={styles.words}>
            <span>{step.label[language]}</span>
            <code className="quiet">
              {step.file}:{step.line}
            </code>
          </span>
          <Excerpt
            lines={whole ? step.excerpt : step.excerpt.filter(({ marked }) => marked)}
            label={`${step.file}:${step.line}`}
          />
        </li>
      ))}
    </ol>
  );
}

/** Lines of source; secrets were masked where they were read. */
export function Excerpt({ lines, label }: { readonly lines: readonly Line[]; readonly label: string }) {
  if (lines.length === 0) return null;
  return (
    // biome-ignore-start lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    // biome-ignore-start lint/a11y/useSemanticElements: a group, not a landmark that repeats the panel around it
    <div className={styles.excerpt} role="group" aria-label={label} tabIndex={0}>
      {lines.map(({ number, text, marked }) => (
        <div key={number} className={classNames(styles.line, marked && styles.marked)}>
          <span className={styles.lineNumber}>{number}</span>
          <span>{text}</span>
        </div>
      ))}
    </div>
    // biome-ignore-end lint/a11y/useSemanticElements: a group, not a landmark that repeats the panel around it
    // biome-ignore-end lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
  );
}
