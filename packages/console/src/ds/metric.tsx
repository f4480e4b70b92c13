import type { ReactNode } from 'react';
import styles from './metric.module.css';

/** A figure and what it counts. Given a link, the figure opens the query that it came from. */
export function Metric({
  label,
  value,
  note,
  link,
}: {
  readonly label: string;
  readonly value: string;
  readonly note?: ReactNode;
  readonly link?: (children: ReactNode) => ReactNode;
}) {
  const figure = <span className={styles.value}>{value}</span>;
  return (
    <div className={styles.metric}>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.figure}>
        {link === undefined ? figure : link(figure)}
        {note === undefined ? null : <span className={styles.note}>{note}</span>}
      </dd>
    </div>
  );
}

export function Metrics({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.metrics}>{children}</dl>;
}
