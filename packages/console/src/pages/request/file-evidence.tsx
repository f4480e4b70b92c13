import { useLanguage } from '../../i18n/language.tsx';
import styles from './threat-panel.module.css';

interface Position {
  readonly rule: string;
  /** Numbers of archive entries, from the outside in. */
  readonly entries: readonly string[];
  readonly at: string | null;
}

/** Reads what the gateway writes of a file's findings: `svg_script @120 · php_code #3/1 @6`. */
export function readPositions(evidence: string): readonly Position[] {
  return evidence.split(' · ').flatMap((part) => {
    const [, rule, entries, at] = /^([a-z_]+)(?: #([\d/]+))?(?: @(\d+))?$/.exec(part) ?? [];
    return rule === undefined ? [] : [{ rule, entries: entries?.split('/') ?? [], at: at ?? null }];
  });
}

/** Where in a file each finding stands. Nothing of what is there was kept. */
export function FileEvidence({ evidence }: { readonly evidence: string }) {
  const { t, format } = useLanguage();
  const words = ({ entries, at }: Position): string => {
    const places = [
      ...entries.map((entry) => t('request.file.entry', { number: entry })),
      ...(at === null ? [] : [t('request.file.byte', { offset: format.number(Number(at)) })]),
    ];
    return places.length === 0 ? t('request.file.whole') : places.join(' · ');
  };
  return (
    <>
      <ul className={styles.rules}>
        {readPositions(evidence).map((position) => (
          <li key={position.rule}>
            <code className="quiet">{position.rule}</code> {words(position)}
          </li>
        ))}
      </ul>
      <div className={styles.note}>{t('request.file.kept')}</div>
    </>
  );
}
