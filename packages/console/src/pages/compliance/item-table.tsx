import type { ComplianceRow, getCompliance } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { PathLink } from '../../components/path-link.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { stateOrder, stateTones } from './states.ts';

/** Requirements in words: what needs somebody first, each with what closes it. */
export function ItemTable({
  data,
  items,
}: {
  readonly data: Output<typeof getCompliance>;
  readonly items: readonly ComplianceRow[];
}) {
  const { t } = useLanguage();
  const columns = useColumns(data.subject);
  const rows = [...items].sort((a, b) => stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state));
  return (
    <Panel
      flush
      title={t('compliance.items')}
      note={t('compliance.itemsNote', { count: rows.length })}
      actions={<ExportButton name={`menshen-${data.framework}`} columns={columns} rows={rows} />}
    >
      <DataTable
        caption={t('compliance.items')}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('compliance.none')}>{t('compliance.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function useColumns(subject: string): readonly Column<ComplianceRow>[] {
  const { t, language, format } = useLanguage();
  return [
    {
      key: 'item',
      title: t('compliance.item'),
      grow: true,
      wrap: true,
      width: 260,
      value: ({ clause, text }) => `${clause} ${text[language]}`,
      render: ({ id, clause, text, kind }) => (
        <>
          <Link to="/compliance/$id" params={{ id }} search={subject === 'all' ? {} : { subject }}>
            <strong className="figures">{clause}</strong> {text[language]}
          </Link>
          <div className="quiet">{t(`compliance.kind.${kind}`)}</div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('compliance.stateTitle'),
      value: ({ state }) => t(`compliance.state.${state}`),
      render: ({ state }) => <Status tone={stateTones[state]}>{t(`compliance.state.${state}`)}</Status>,
    },
    {
      key: 'seen',
      title: t('compliance.seen'),
      wideOnly: true,
      value: ({ seen }) => (seen === null ? '' : format.dateTime(seen)),
      render: ({ seen }) =>
        seen === null ? <span className="quiet">–</span> : <span className="no-wrap">{format.minute(seen)}</span>,
    },
    {
      key: 'step',
      title: t('compliance.next'),
      wrap: true,
      width: 200,
      value: ({ step }) => step?.text[language] ?? '',
      render: ({ step, until }) => {
        if (step !== null) return <PathLink to={step.path}>{step.text[language]}</PathLink>;
        return until === null ? (
          <span className="quiet">–</span>
        ) : (
          <span className="quiet">{t('compliance.holdsUntil', { time: format.minute(until) })}</span>
        );
      },
    },
  ];
}
