import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../i18n/language.tsx';

/** What a playbook writes behind its reason: the alert that it acts upon, or its own run. */
const cause = /（((a|pr)_[A-Za-z0-9_-]{1,64})）$/;

/** Why a measure was taken. The number that a playbook notes leads to the page behind it. */
export function MeasureReason({ reason }: { readonly reason: string }) {
  const { t } = useLanguage();
  const [noted, id, kind] = cause.exec(reason) ?? [];
  if (noted === undefined || id === undefined) return t('containment.because', { reason });
  return (
    <>
      {t('containment.because', { reason: reason.slice(0, -noted.length) })}{' '}
      {kind === 'a' ? (
        <Link to="/alerts/$id" params={{ id }}>
          {t('containment.ofAlert')}
        </Link>
      ) : (
        <Link to="/playbooks/runs/$id" params={{ id }}>
          {t('containment.ofRun')}
        </Link>
      )}
    </>
  );
}
