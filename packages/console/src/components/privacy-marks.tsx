import type { SubjectRequestSummary } from '@menshen/contract';
import { Status, type Tone } from '../ds/status.tsx';
import { useLanguage } from '../i18n/language.tsx';

const tones: Readonly<Record<SubjectRequestSummary['urgency'], Tone>> = {
  overdue: 'danger',
  soon: 'warning',
  calm: 'quiet',
  closed: 'safe',
};

/** How much time is left for a request. */
export function UrgencyMark({ request }: { readonly request: Pick<SubjectRequestSummary, 'urgency' | 'state'> }) {
  const { t } = useLanguage();
  const { urgency, state } = request;
  if (urgency !== 'closed') return <Status tone={tones[urgency]}>{t(`privacy.urgency.${urgency}`)}</Status>;
  return <Status tone={state === 'done' ? 'safe' : 'quiet'}>{t(`privacy.state.${state}`)}</Status>;
}

type ConsentState = 'none' | 'given' | 'outdated' | 'withdrawn';
const consentTones: Readonly<Record<ConsentState, Tone>> = {
  none: 'quiet',
  given: 'safe',
  outdated: 'warning',
  withdrawn: 'quiet',
};

export function ConsentMark({ state }: { readonly state: ConsentState }) {
  const { t } = useLanguage();
  return <Status tone={consentTones[state]}>{t(`privacy.consent.${state}`)}</Status>;
}
