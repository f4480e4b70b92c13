import { useId } from 'react';
import { classNames } from '../ds/class-names.ts';
import styles from './choice-cards.module.css';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
  /** What it means, in a sentence or two. */
  readonly text: string;
  /** What follows from it. */
  readonly note?: string;
}

interface ChoiceCardsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly choices: readonly Choice<Value>[];
}

/** A choice among few, each with its explanation: plain radio buttons, so that arrows and screen readers know what to do. */
export function ChoiceCards<Value extends string>({ label, value, onChange, choices }: ChoiceCardsProps<Value>) {
  const group = useId();
  return (
    <fieldset className={styles.choices}>
      <legend className={styles.legend}>{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={classNames(styles.choice, choice.value === value && styles.chosen)}>
          <input
            type="radio"
            name={group}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
            className={styles.dot}
          />
          <span className={styles.words}>
            <span className={styles.title}>{choice.title}</span>
            <span className={styles.text}>{choice.text}</span>
            {choice.note === undefined ? null : <span className={styles.note}>{choice.note}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
