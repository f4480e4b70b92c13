import type { IncidentState, IncidentSummary } from '@menshen/contract';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const tones: Readonly<Record<IncidentState, Tone>> = {
  new: 'danger',
  triaged: 'warning',
  contained: 'warning',
  recovered: 'safe',
  closed: 'quiet',
  false_alarm: 'quiet',
};

export const incidentName = (number: number): string => `INC-${String(number).padStart(4, '0')}`;

export function StateMark({ state }: { readonly state: IncidentState }) {
  const { t } = useLanguage();
  return <Status tone={tones[state]}>{t(`incidents.state.${state}`)}</Status>;
}

/** What the company's own targets leave. */
export function SlaMark({ sla, now }: { readonly sla: NonNullable<IncidentSummary['sla']>; readonly now: number }) {
  const { t, format } = useLanguage();
  const over = now > sla.due;
  const words = { stage: t(`incidents.stage.${sla.stage}`), span: format.span(Math.abs(sla.due - now)) };
  return (
    <Status tone={over ? 'danger' : 'quiet'} filled={over}>
      {over ? t('incidents.slaOver', words) : t('incidents.slaLeft', words)}
    </Status>
  );
}

const soonMs = 2 * 3_600_000;

/** What the law leaves: loud where somebody has judged that it applies, and a warning while nobody has. */
export function DutyMark({ duty, now }: { readonly duty: NonNullable<IncidentSummary['duty']>; readonly now: number }) {
  const { t, format } = useLanguage();
  const { due, started, certain } = duty;
  if (due === null)
    return <Status tone="danger">{t('incidents.dutyAtOnce', { span: format.span(now - (started ?? now)) })}</Status>;
  const span = format.span(Math.abs(due - now));
  const over = now > due;
  if (!certain)
    return <Status tone="warning">{over ? t('incidents.dutyOpenOver', { span }) : t('incidents.dutyOpen', { span })}</Status>;
  return (
    <Status tone={over || due - now < soonMs ? 'danger' : 'warning'} filled={over}>
      {over ? t('incidents.dutyOver', { span }) : t('incidents.dutyLeft', { span })}
    </Status>
  );
}
