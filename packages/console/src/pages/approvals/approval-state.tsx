import { type ApprovalView, problemText } from '@menshen/contract';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const tones: Readonly<Record<ApprovalView['state'], Tone>> = {
  pending: 'warning',
  waiting: 'warning',
  approved: 'safe',
  refused: 'danger',
  cancelled: 'quiet',
  expired: 'quiet',
  spent: 'quiet',
};

/** Where a request stands; of a forced act, how its review stands. */
export function ApprovalState({ approval }: { readonly approval: ApprovalView }) {
  const { t, language } = useLanguage();
  const { state, review, problem } = approval;
  if (review !== null) {
    const tone = review.state === 'justified' ? 'safe' : 'danger';
    return <Status tone={tone}>{t(`approvals.review.${review.state}`)}</Status>;
  }
  if (problem !== null)
    return (
      <>
        <Status tone="danger">{t('approvals.state.failed')}</Status>
        <div className="quiet">{t('approvals.problem', { problem: problemText(problem)[language] })}</div>
      </>
    );
  return <Status tone={tones[state]}>{t(`approvals.state.${state}`)}</Status>;
}
