import type { replayInspection } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../api/call.ts';
import { ErrorState } from '../ds/states.tsx';
import { Status } from '../ds/status.tsx';
import { useLanguage } from '../i18n/language.tsx';
import { InspectedFieldName } from './inspected-field.tsx';
import styles from './replay-report.module.css';

type Report = Output<typeof replayInspection>;

const fewExamples = 3;

/** What a change of inspection would have decided otherwise in the last day, and what cannot be said of it. */
export function ReplayReport({
  replay,
}: {
  readonly replay: { readonly data: Report | undefined; readonly error: unknown; readonly isPending: boolean };
}) {
  const { t } = useLanguage();
  return (
    <div className={styles.report} role="status">
      {replay.isPending ? <span className="quiet">{t('inspection.replayRunning')}</span> : null}
      {replay.error === null ? null : <ErrorState error={replay.error} />}
      {replay.data === undefined ? null : <Replayed report={replay.data} />}
    </div>
  );
}

function Replayed({ report }: { readonly report: Report }) {
  const { t, format } = useLanguage();
  // Newly blocked first: those are people who would be stopped.
  const rows = [...report.groups].sort((a, b) => b.change.localeCompare(a.change) || b.count - a.count);
  return (
    <>
      <p className={styles.asked}>{t('inspection.replayed', { count: report.requests })}</p>
      {rows.length === 0 ? (
        <Status tone="safe">{t('inspection.replayNone')}</Status>
      ) : (
        <ul className={styles.groups}>
          {rows.map((row) => (
            <li key={[row.change, row.app, row.route, row.class, row.where.place, row.where.name].join(' ')}>
              <Status tone={row.change === 'passed_to_blocked' ? 'danger' : 'warning'}>
                {t(row.change === 'passed_to_blocked' ? 'inspection.toBlocked' : 'inspection.toPassed')}{' '}
                <strong className="figures">{t('inspection.times', { count: row.count })}</strong>
              </Status>
              <div className={styles.where}>
                <code>{row.route}</code> · <InspectedFieldName {...row.where} />
              </div>
              <div className={styles.examples}>
                {row.examples.slice(0, fewExamples).map(({ requestId, time }) => (
                  <Link key={requestId} to="/traffic/$requestId" params={{ requestId }}>
                    {format.clock(time)}
                  </Link>
                ))}
              </div>
            </li>
          ))}
        </ul>
      )}
      {report.limits.length === 0 ? null : (
        <div className={styles.limits}>
          <p className={styles.title}>{t('inspection.limits')}</p>
          <ul>
            {report.limits.map(({ code, count }) => (
              <li key={code}>{t(`inspection.limit.${code}`, { count: count ?? 0 })}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
