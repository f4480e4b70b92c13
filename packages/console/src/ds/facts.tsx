import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './facts.module.css';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** A text longer than this takes the whole row: in a third of it, it would push all that follows far down. */
const longest = 120;
const isLong = (value: ReactNode): boolean => typeof value === 'string' && value.length > longest;

/** Names and values, side by side. A fact whose value is null is left out. */
export function Facts({ facts, columns = 1 }: { readonly facts: readonly Fact[]; readonly columns?: 1 | 2 | 3 }) {
  return (
    <dl className={classNames(styles.facts, columns === 2 && styles.two, columns === 3 && styles.three)}>
      {facts
        .filter((fact) => fact.value !== null)
        .map((fact) => (
          <div key={fact.label} className={classNames(styles.fact, isLong(fact.value) && styles.long)}>
            <dt>{fact.label}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
    </dl>
  );
}
