import { useLanguage } from '../i18n/language.tsx';
import { type DiffLine, diffLines } from './diff-lines.ts';
import styles from './text-diff.module.css';

interface TextDiffProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const signs = { same: ' ', removed: '−', added: '+' } as const;

/** What of a text changed, line by line: with signs, so that it does not rest on colour. */
export function TextDiff({ label, before, after }: TextDiffProps) {
  const { t } = useLanguage();
  const lines = diffLines(before, after);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={styles.diff} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">{label}</caption>
        <tbody>
          {lines.map((line) => (
            <Line key={keyOf(line)} line={line} />
          ))}
        </tbody>
      </table>
      {lines.length === 0 ? <p className={styles.none}>{t('diff.none')}</p> : null}
    </section>
  );
}

const keyOf = (line: DiffLine): string =>
  line.kind === 'skipped' ? `skipped ${line.count}` : `${line.kind} ${line.old} ${line.new}`;

function Line({ line }: { readonly line: DiffLine }) {
  const { t } = useLanguage();
  if (line.kind === 'skipped')
    return (
      <tr>
        <td className={styles.skipped} colSpan={4}>
          {t('diff.skipped', { count: line.count })}
        </td>
      </tr>
    );
  return (
    <tr className={styles[line.kind]}>
      <td className={styles.number}>{line.old}</td>
      <td className={styles.number}>{line.new}</td>
      <td className={styles.sign}>
        <span aria-hidden="true">{signs[line.kind]}</span>
        {line.kind === 'same' ? null : <span className="visually-hidden">{t(`diff.${line.kind}`)}</span>}
      </td>
      <td className={styles.line}>{line.text}</td>
    </tr>
  );
}
