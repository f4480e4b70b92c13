import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { ApiError, apiErrorText } from '../api/api-error.ts';
import { ApprovalFiled } from '../api/approval-filed.ts';
import { useLanguage } from '../i18n/language.tsx';
import { classNames } from './class-names.ts';
import { DangerIcon, InfoIcon, ReloadIcon } from './icon.ts';
import styles from './states.module.css';

/** Nothing to show: says why, and what makes something appear. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={styles.empty} data-empty>
      <p className={styles.title}>{title}</p>
      {children === undefined ? null : <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

/** A call failed: what happened in plain words, the request's id for whoever looks into it, and a second try where one may help. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { t, language } = useLanguage();
  if (error instanceof ApprovalFiled) return <Filed filed={error} />;
  const requestId = error instanceof ApiError ? error.requestId : null;
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <div className={styles.empty} role="alert" data-empty>
      <p className={classNames(styles.title, styles.danger)}>
        <DangerIcon aria-hidden="true" /> {apiErrorText(error, language)}
      </p>
      {missing ? <p className={styles.text}>{t('error.notFoundText')}</p> : null}
      {requestId === null ? null : (
        <p className={styles.text}>
          {t('error.requestId')} <code>{requestId}</code>
        </p>
      )}
      {retry === undefined || missing ? null : (
        <Button icon={<ReloadIcon />} onClick={retry}>
          {t('error.retry')}
        </Button>
      )}
    </div>
  );
}

/** Not a failure: the act waits for another person, or for its time. */
function Filed({ filed }: { readonly filed: ApprovalFiled }) {
  const { t, format } = useLanguage();
  const { notBefore } = filed.approval;
  return (
    <div className={styles.empty} role="status" data-empty>
      <p className={styles.title}>
        <InfoIcon aria-hidden="true" />{' '}
        {notBefore === null ? t('approval.filed') : t('approval.waiting', { time: format.clock(notBefore) })}
      </p>
      <p className={styles.text}>{t('approval.filedText')}</p>
      <Link to="/approvals">{t('approval.open')}</Link>
    </div>
  );
}

/** Grey lines where the content will stand, so that nothing jumps. */
export function Loading({ lines = 4 }: { readonly lines?: number }) {
  const { t } = useLanguage();
  return (
    <div className={styles.loading} role="status" data-loading>
      <span className="visually-hidden">{t('loading')}</span>
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <span key={at} className={styles.line} />
      ))}
    </div>
  );
}

interface LoadableProps<Data> {
  readonly query: { readonly data: Data | undefined; readonly error: unknown; readonly refetch: () => unknown };
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** The three states of data from the server. What is already shown stays when a later fetch fails. */
export function Loadable<Data>({ query, lines = 4, children }: LoadableProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return <Loading lines={lines} />;
}
