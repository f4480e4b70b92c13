import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { DangerIcon, InfoIcon, SafeIcon, WarningIcon } from './icon.ts';
import styles from './status.module.css';

export type Tone = 'danger' | 'warning' | 'safe' | 'quiet';

interface StatusProps {
  readonly tone: Tone;
  /** Replaces the tone's own icon. */
  readonly icon?: ReactNode;
  /** A ground in the same colour, for states that must be found at a glance. */
  readonly filled?: boolean;
  readonly children: ReactNode;
}

const icons: Readonly<Record<Tone, ReactNode>> = {
  danger: <DangerIcon aria-hidden="true" />,
  warning: <WarningIcon aria-hidden="true" />,
  safe: <SafeIcon aria-hidden="true" />,
  quiet: <InfoIcon aria-hidden="true" />,
};

/** A state: icon, word and colour together, so that none of them carries it alone. */
export function Status({ tone, icon, filled = false, children }: StatusProps) {
  return (
    <span className={classNames(styles.status, styles[tone], filled && styles.filled)}>
      {icon ?? icons[tone]}
      <span>{children}</span>
    </span>
  );
}
