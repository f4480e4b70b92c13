import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../i18n/language.tsx';

/** What a playbook writes behind its reason: the alert that it acts upon, or its own run. */
const cause = /（((a|pr)_[A-Za-z0-9_-]{1,64})）$/;

/** Why a measure was taken. What a playbook notes is in both languages, and its number leads to the page behind it. */
export function MeasureReason({ reason }: { readonly reason: string }) {
  const { t, language } = useLanguage();
  const [noted, id, kind] = cause.exec(reason) ?? [];
  if (noted === undefined || id === undefined) return t('containment.because', { reason });
  const said = reason.slice(0, -noted.length);
  const [zh, en, more] = said.split(' · ');
  const own = more === undefined && en !== undefined ? { zh, en }[language] : said;
  return (
    <>
      {t('containment.because', { reason: own ?? said })}{' '}
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
