import { applyMeasure, type MeasureKindId, measureWords } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { useMay } from '../api/may.ts';
import { useLanguage } from '../i18n/language.tsx';
import styles from './contain-links.module.css';

interface ContainLinksProps {
  readonly person?: string | null | undefined;
  readonly address?: string | null | undefined;
  /** The incident that the measure is for. */
  readonly incident?: string | undefined;
}

/** Leads from what was found to the measures that fit it, filled in; each still shows its count before it is taken. */
export function ContainLinks({ person, address, incident }: ContainLinksProps) {
  const { t, language } = useLanguage();
  const may = useMay();
  if (!may(applyMeasure) || (person == null && address == null)) return null;
  const kinds: readonly MeasureKindId[] = [
    ...(address == null ? [] : (['block_addresses'] as const)),
    ...(person == null ? [] : (['end_sessions', 'force_step_up', 'lock_accounts'] as const)),
  ];
  return (
    <nav className={styles.links} aria-label={t('containment.links')}>
      <span className="quiet">{t('containment.links')}</span>
      {kinds.map((kind) => (
        <Link
          key={kind}
          to="/containment"
          search={{
            kind,
            ...(kind === 'block_addresses' ? { address: address ?? '' } : { person: person ?? '' }),
            ...(incident === undefined ? {} : { incident }),
          }}
        >
          {measureWords[kind].name[language]}
        </Link>
      ))}
    </nav>
  );
}
