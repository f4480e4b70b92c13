import type { Attention } from '@menshen/contract';
import type { ReactNode } from 'react';
import { CriticalIcon, DangerIcon, InfoIcon, WarningIcon } from '../ds/icon.ts';
import { Status, type Tone } from '../ds/status.tsx';
import { useLanguage } from '../i18n/language.tsx';

type Severity = Attention['severity'];

const looks: Readonly<Record<Severity, readonly [Tone, ReactNode]>> = {
  critical: ['danger', <CriticalIcon key="critical" aria-hidden="true" />],
  high: ['danger', <DangerIcon key="high" aria-hidden="true" />],
  medium: ['warning', <WarningIcon key="medium" aria-hidden="true" />],
  low: ['quiet', <InfoIcon key="low" aria-hidden="true" />],
};

export function SeverityMark({ severity, filled = false }: { readonly severity: Severity; readonly filled?: boolean }) {
  const { t } = useLanguage();
  const [tone, icon] = looks[severity];
  return (
    <Status tone={tone} icon={icon} filled={filled}>
      {t(`severity.${severity}`)}
    </Status>
  );
}

/** OCSF 1.8.0 `severity_id`: 1 informational, 2 low, 3 medium, 4 high, 5 critical, 6 fatal. */
export function EventSeverityMark({ severityId }: { readonly severityId: number }) {
  const { t } = useLanguage();
  if (severityId >= 5) return <SeverityMark severity="critical" />;
  if (severityId === 4) return <SeverityMark severity="high" />;
  if (severityId === 3) return <SeverityMark severity="medium" />;
  if (severityId === 2) return <SeverityMark severity="low" />;
  return <Status tone="quiet">{t('severity.informational')}</Status>;
}
