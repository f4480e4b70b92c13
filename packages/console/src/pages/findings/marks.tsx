import type { FindingSeverity, FindingState, FindingView } from '@menshen/contract';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const tones: Readonly<Record<FindingState, Tone>> = {
  open: 'warning',
  confirmed: 'danger',
  reopened: 'danger',
  false_positive: 'quiet',
  accepted: 'quiet',
  fixed: 'safe',
};

export function FindingSeverityMark({
  severity,
  filled = false,
}: {
  readonly severity: FindingSeverity;
  readonly filled?: boolean;
}) {
  const { t } = useLanguage();
  if (severity !== 'info') return <SeverityMark severity={severity} filled={filled} />;
  return <Status tone="quiet">{t('severity.informational')}</Status>;
}

/** The state; what a comment in the source accepts is told as that. */
export function StateMark({ finding }: { readonly finding: Pick<FindingView, 'state' | 'suppression' | 'acceptedUntil'> }) {
  const { t, format } = useLanguage();
  const { state, suppression, acceptedUntil } = finding;
  if (suppression !== null && state !== 'fixed') return <Status tone="quiet">{t('findings.state.suppressed')}</Status>;
  return (
    <Status tone={tones[state]}>
      {t(`findings.state.${state}`)}
      {state === 'accepted' && acceptedUntil !== null ? ` · ${t('findings.until', { day: format.day(acceptedUntil) })}` : ''}
    </Status>
  );
}

/** Where it stands: a line of source, or an interface. */
export function Place({ finding }: { readonly finding: Pick<FindingView, 'file' | 'line' | 'route'> }) {
  const text = placeOf(finding);
  return text === '' ? null : <code className="quiet">{text}</code>;
}

export const placeOf = ({ file, line, route }: Pick<FindingView, 'file' | 'line' | 'route'>): string =>
  route ?? (file === null ? '' : `${file}${line === null ? '' : `:${line}`}`);

export function DueMark({
  finding,
  now,
}: {
  readonly finding: Pick<FindingView, 'due' | 'overdue' | 'state'>;
  readonly now: number;
}) {
  const { t, format } = useLanguage();
  const { due, overdue, state } = finding;
  // What is settled is not due.
  if (state === 'fixed' || state === 'false_positive' || state === 'accepted') return <span className="quiet">–</span>;
  if (due === null) return <span className="quiet">{t('findings.noDue')}</span>;
  if (overdue) return <Status tone="danger">{t('findings.overdueSince', { time: format.relative(due, now) })}</Status>;
  return (
    <span className="figures no-wrap">
      {format.day(due)} <span className="quiet">{format.relative(due, now)}</span>
    </span>
  );
}
