import type { PolicyExplanation } from '@menshen/contract';
import { DataTable } from '../../ds/data-table.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Effect } from './effect.tsx';
import styles from './policies.module.css';

type Considered = PolicyExplanation['policies'][number];

const entityText = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type}::"${id}"`;

/** The answer first, in one sentence; then what each policy said, those that decided before all others. */
export function Explanation({ explanation }: { readonly explanation: PolicyExplanation }) {
  const { t, format } = useLanguage();
  const { allow, question, determining, errors, policies, otherActions } = explanation;
  const [error] = errors;
  const named = format.list(determining);
  const because = allow
    ? t('policies.allowedBy', { policies: named })
    : error !== undefined
      ? t('policies.refusedByError', { message: error.message })
      : determining.length > 0
        ? t('policies.refusedBy', { policies: named })
        : t('policies.refusedByNone');
  const rows = [...policies].sort(
    (a, b) => Number(b.determining) - Number(a.determining) || Number(b.matched) - Number(a.matched),
  );
  return (
    <div className={styles.result}>
      <p className={styles.verdict}>
        <Status tone={allow ? 'safe' : 'danger'}>{t(allow ? 'policies.allowed' : 'policies.refused')}</Status>{' '}
        <span>{because}</span>
      </p>
      <p className={styles.asked}>
        <code>
          {t('policies.asked', {
            principal: entityText(question.principal),
            action: question.action.id,
            resource: entityText(question.resource),
          })}
        </code>
      </p>
      <DataTable
        dense
        caption={t('policies.explain')}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'policy',
            title: t('policies.policy'),
            width: 160,
            render: (row) => (
              <>
                <code>{row.id}</code>
                {row.determining ? <span className={styles.decided}>{t('policies.decided')}</span> : null}
              </>
            ),
          },
          { key: 'effect', title: t('policies.effect'), plain: true, render: (row) => <Effect effect={row.effect} /> },
          {
            key: 'applies',
            title: t('policies.applies'),
            render: (row) =>
              row.matched ? <strong>{t('policies.yes')}</strong> : <span className="quiet">{t('policies.no')}</span>,
          },
          { key: 'because', title: t('policies.because'), grow: true, wrap: true, render: (row) => <Because row={row} /> },
        ]}
        empty={<EmptyState title={t('policies.noneConsidered')}>{t('policies.noneConsideredText')}</EmptyState>}
      />
      {otherActions === 0 ? null : <p className={styles.asked}>{t('policies.otherActions', { count: otherActions })}</p>}
    </div>
  );
}

function Because({ row }: { readonly row: Considered }) {
  const { t } = useLanguage();
  const { code, text, message } = row.reason;
  return (
    <>
      {t(`policies.reason.${code}`)}
      {text === null ? null : (
        <>
          {' '}
          <code>{text}</code>
        </>
      )}
      {message === null ? null : <div className="quiet">{message}</div>}
    </>
  );
}
