import { type ReactNode, useId } from 'react';
import styles from './field.module.css';

export interface FieldWiring {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  /** The control, given its id and what describes it. */
  readonly children: (wiring: FieldWiring) => ReactNode;
}

/** A label, a control, and beneath it a hint or what is wrong, all tied together for screen readers. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = useId();
  const wrong = error !== undefined && error !== null;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': wrong || hint !== undefined ? note : undefined,
        'aria-invalid': wrong ? true : undefined,
      })}
      {wrong ? (
        <p id={note} className={styles.error} role="alert">
          {error}
        </p>
      ) : hint === undefined ? null : (
        <p id={note} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
