import type { ReactNode } from 'react';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './facet.module.css';

export interface FacetItem {
  readonly value: string;
  readonly label: ReactNode;
  readonly count: number;
  /** Of which refused, where that is counted. */
  readonly refused?: number;
}

interface FacetProps {
  readonly items: readonly FacetItem[];
  readonly chosen: string | undefined;
  readonly choose: (value: string | undefined) => void;
  readonly empty: string;
}

const shown = 6;

/** The most frequent values; pressing one filters by it, pressing it again lifts the filter. */
export function Facet({ items, chosen, choose, empty }: FacetProps) {
  const { t, format } = useLanguage();
  if (items.length === 0) return <EmptyState title={empty} />;
  const most = Math.max(1, ...items.map((item) => item.count));
  return (
    <ul className={styles.facet}>
      {items.slice(0, shown).map((item) => (
        <li key={item.value}>
          <button
            type="button"
            className={styles.item}
            aria-pressed={item.value === chosen}
            onClick={() => choose(item.value === chosen ? undefined : item.value)}
          >
            <span
              className={styles.share}
              style={{ inlineSize: `calc((100% - 16px) * ${item.count / most})` }}
              aria-hidden="true"
            />
            <span className={styles.label}>{item.label}</span>
            <span className={styles.count}>
              {item.refused === undefined || item.refused === 0 ? null : (
                <span className={styles.refused}>{t('facet.refused', { count: item.refused })}</span>
              )}
              {format.number(item.count)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
