import { Disclosure } from '../../ds/disclosure.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { EvidenceList } from './evidence-list.tsx';
import type { RiskDetail } from './model.ts';
import styles from './risk.module.css';

/** A weakness, what mends it, how urgent it is and why, and where it was seen. */
export function WeaknessItem({
  weakness,
  score,
}: {
  readonly weakness: RiskDetail['weaknesses'][number];
  /** Of the risk now. */
  readonly score: number;
}) {
  const { t, language, format } = useLanguage();
  const { title, fix, source, ease, impact, cve, cvss, epss, exploited, priority, ssvc, evidence, after } = weakness;
  return (
    <div className={styles.weakness}>
      <p className={styles.score}>
        <strong>{title[language]}</strong>
        <span className="quiet">{t(`risks.source.${source}`)}</span>
        <span className="figures">{t('risks.easeImpact', { ease, impact })}</span>
        {cve === null ? null : <code>{cve}</code>}
        {cvss === null ? null : <span className="figures">CVSS {format.number(cvss)}</span>}
        {epss === null ? null : <span className="figures">EPSS {format.number(epss)}</span>}
        {exploited ? <Status tone="danger">KEV</Status> : null}
      </p>
      <p>
        {t('risks.mend', { how: fix[language] })}{' '}
        <span className={styles.fall}>{t('risks.ifMended', { before: format.number(score), after: format.number(after) })}</span>
      </p>
      <EvidenceList evidence={evidence} none={t('risks.noEvidence')} />
      <Disclosure title={t('risks.priority', { points: priority.points, when: t(`risks.ssvc.${ssvc}`) })}>
        <ul className={styles.evidence}>
          {priority.parts.map(({ part, points, text }) => (
            <li key={part} className="figures">
              {points > 0 ? '+' : ''}
              {format.number(points)} · {text[language]}
            </li>
          ))}
        </ul>
      </Disclosure>
    </div>
  );
}
