import type { ViolationView } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { PersonLink } from '../../components/people/person-link.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { requestOf } from './request-of.ts';

/** What broke the rules: who, when, and exactly what was expected and seen. */
export function ViolationsPanel({ violations, now }: { readonly violations: readonly ViolationView[]; readonly now: number }) {
  const { t } = useLanguage();
  const columns = useViolationColumns(now);
  return (
    <Panel
      flush
      title={t('violations.title')}
      note={t('violations.note')}
      actions={<ExportButton name="menshen-violations" columns={columns} rows={violations} />}
    >
      <DataTable
        caption={t('violations.title')}
        columns={columns}
        rows={violations.slice(0, 20)}
        rowKey={(row) => row.id}
        empty={<EmptyState title={t('violations.none')}>{t('violations.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function useViolationColumns(now: number): readonly Column<ViolationView>[] {
  const { t, format, language } = useLanguage();
  return [
    {
      key: 'time',
      title: t('column.time'),
      value: (row) => format.dateTime(row.last),
      render: (row) => (
        <span className="no-wrap" title={format.dateTime(row.last)}>
          {format.relative(row.last, now)}
        </span>
      ),
    },
    {
      key: 'side',
      title: t('violations.side'),
      plain: true,
      value: (row) => t(`violations.side.${row.side}`),
      render: (row) => (
        <Status tone={row.side === 'answer' ? 'danger' : 'warning'}>
          {t(`violations.side.${row.side}`)} · {t(`violations.act.${row.act}`)}
        </Status>
      ),
    },
    {
      key: 'expected',
      title: t('violations.expected'),
      width: 168,
      wrap: true,
      value: (row) => row.expected[language],
      render: (row) => row.expected[language],
    },
    {
      key: 'seen',
      title: t('violations.seen'),
      width: 168,
      wrap: true,
      grow: true,
      value: (row) => row.seen[language],
      render: (row) => <strong>{row.seen[language]}</strong>,
    },
    {
      key: 'person',
      title: t('violations.person'),
      value: (row) => row.person,
      render: (row) => <PersonLink uid={row.person} name={row.name} />,
    },
    {
      key: 'count',
      title: t('violations.count'),
      numeric: true,
      value: (row) => row.count,
      render: (row) => format.number(row.count),
    },
    {
      key: 'request',
      title: t('violations.request'),
      value: (row) => row.request,
      render: (row) => {
        const id = requestOf(row.request);
        return id === null ? (
          <span className="quiet">{t('ledger.byToken')}</span>
        ) : (
          <Link to="/traffic/$requestId" params={{ requestId: id }}>
            {t('violations.open')}
          </Link>
        );
      },
    },
  ];
}
