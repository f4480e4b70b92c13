import type { tryPolicies } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { DataTable } from '../../ds/data-table.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './policies.module.css';

type Report = NonNullable<Output<typeof tryPolicies>['report']>;

const causes = ['permit_lost', 'forbid_added', 'error_added', 'permit_added', 'forbid_removed', 'error_removed'] as const;
type Cause = (typeof causes)[number];
const isCause = (cause: string): cause is Cause => (causes as readonly string[]).includes(cause);
const fewExamples = 3;

/** What a draft would have decided otherwise in the last day, newly refused first: those are people who would be stopped. */
export function ChangeReport({ report }: { readonly report: Report }) {
  const { t, format } = useLanguage();
  if (report.questions === 0) return <Status tone="quiet">{t('policies.noQuestions')}</Status>;
  const tried = <p className={styles.asked}>{t('policies.changesQuestions', { count: report.questions })}</p>;
  if (report.groups.length === 0)
    return (
      <div>
        <Status tone="safe">{t('policies.changesNone')}</Status>
        {tried}
      </div>
    );
  const rows = [...report.groups].sort((a, b) => a.change.localeCompare(b.change) || b.count - a.count);
  const causeText = (cause: string): string => t(isCause(cause) ? `policies.cause.${cause}` : 'policies.cause.other');
  return (
    <div>
      {tried}
      <DataTable
        dense
        caption={t('policies.try')}
        rows={rows}
        rowKey={(row) => [row.change, row.cause, row.policy].join(' ')}
        columns={[
          {
            key: 'change',
            title: t('policies.try'),
            width: 200,
            render: (row) => (
              <Status tone={row.change === 'allowed_to_refused' ? 'danger' : 'warning'}>
                {t(row.change === 'allowed_to_refused' ? 'policies.toRefused' : 'policies.toAllowed')}
              </Status>
            ),
          },
          {
            key: 'cause',
            title: t('policies.group'),
            grow: true,
            render: (row) => (
              <>
                {causeText(row.cause)} {row.policy === null ? null : <code>{row.policy}</code>}
              </>
            ),
          },
          { key: 'count', title: t('policies.count'), numeric: true, render: (row) => format.number(row.count) },
          {
            key: 'examples',
            title: t('policies.instances'),
            wrap: true,
            render: (row) => (
              <ul className={styles.problems}>
                {row.examples.slice(0, fewExamples).map(({ principal, action, resource, reference }) => (
                  <li key={[principal.id, action.id, resource.id].join(' ')}>
                    {reference === null ? (
                      principal.id
                    ) : (
                      <Link to="/traffic/$requestId" params={{ requestId: reference }}>
                        {principal.id}
                      </Link>
                    )}{' '}
                    <code>{action.id}</code>
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
      />
    </div>
  );
}
