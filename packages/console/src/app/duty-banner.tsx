import { listApprovals } from '@menshen/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { sessionQuery } from '../api/client.ts';
import { useEndpoint } from '../api/hooks.ts';
import { classNames } from '../ds/class-names.ts';
import { Status } from '../ds/status.tsx';
import { useLanguage } from '../i18n/language.tsx';
import styles from './mode-banner.module.css';

/** How often open approvals are looked at when the server's events do not say that they changed. */
const refreshMs = 60_000;
const most = 200;

/** Requests for approval and forced acts that are open, shared by the banner and the navigation. */
export function useOpenApprovals() {
  return useEndpoint(listApprovals, { key: 'open', input: { query: { show: 'open', limit: most } }, refetchMs: refreshMs });
}

/** Stands over every page while acts were forced that nobody reviewed, and while one account holds all powers. */
export function DutyBanner() {
  const { t } = useLanguage();
  const session = useQuery(sessionQuery);
  const open = useOpenApprovals();
  const forced = open.data?.approvals.filter((approval) => approval.review?.state === 'open').length ?? 0;
  return (
    <>
      {forced === 0 ? null : (
        <div className={classNames(styles.banner, styles.danger)} role="status">
          <div className={styles.row}>
            <Status tone="danger">{t('banner.forced', { count: forced })}</Status>
            <Link to="/approvals">{t('banner.forcedLink')}</Link>
          </div>
        </div>
      )}
      {session.data?.deviation === 'single_operator' ? (
        <div className={classNames(styles.banner, styles.quiet)} role="status">
          <div className={styles.row}>
            <Status tone="warning">{t('banner.single')}</Status>
            <Link to="/administrators">{t('banner.singleLink')}</Link>
          </div>
        </div>
      ) : null}
    </>
  );
}
