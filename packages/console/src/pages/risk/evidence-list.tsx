import type { RiskEvidence } from '@menshen/contract';
import { PathLink } from '../../components/path-link.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';

/** What was seen, when, and where it can be read. */
export function EvidenceList({ evidence, none }: { readonly evidence: readonly RiskEvidence[]; readonly none: string }) {
  const { language, format } = useLanguage();
  if (evidence.length === 0) return <p className="quiet">{none}</p>;
  return (
    <ul className={styles.evidence}>
      {evidence.map(({ text, at, path }) => (
        <li key={`${path} ${text.en}`}>
          <PathLink to={path}>{text[language]}</PathLink>
          {at === null ? null : <span className="quiet"> {format.dateTime(at)}</span>}
        </li>
      ))}
    </ul>
  );
}
