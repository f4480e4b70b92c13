import type { TrafficRow } from '@menshen/contract';
import type { ReactNode } from 'react';
import { FailedIcon, RefusedIcon, SafeIcon, UnknownIcon } from '../ds/icon.ts';
import { Status, type Tone } from '../ds/status.tsx';
import { useLanguage } from '../i18n/language.tsx';

type Outcome = TrafficRow['outcome'];

const looks: Readonly<Record<Outcome, readonly [Tone, ReactNode]>> = {
  passed: ['quiet', <SafeIcon key="passed" aria-hidden="true" />],
  refused: ['danger', <RefusedIcon key="refused" aria-hidden="true" />],
  failed: ['warning', <FailedIcon key="failed" aria-hidden="true" />],
  unknown: ['warning', <UnknownIcon key="unknown" aria-hidden="true" />],
};

/** How a request ended, with the HTTP status where one is given. A request that passed is the everyday and stays quiet. */
export function OutcomeMark({ outcome, status }: { readonly outcome: Outcome; readonly status?: number }) {
  const { t } = useLanguage();
  const [tone, icon] = looks[outcome];
  return (
    <Status tone={tone} icon={icon}>
      {t(`outcome.${outcome}`)}
      {status === undefined ? null : <span className="figures quiet"> {status}</span>}
    </Status>
  );
}
