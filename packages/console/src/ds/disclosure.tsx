import type { ReactNode } from 'react';
import styles from './disclosure.module.css';
import { NextIcon } from './icon.ts';

/** A panel that is closed until asked for. */
export function Disclosure({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  return (
    <details className={styles.disclosure}>
      <summary className={styles.summary}>
        <NextIcon aria-hidden="true" className={styles.arrow} />
        <span className={styles.title}>{title}</span>
        {note === undefined ? null : <span className={styles.note}>{note}</span>}
      </summary>
      <div className={styles.body}>{children}</div>
    </details>
  );
}
