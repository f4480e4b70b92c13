import { type IncidentFigures, incidentFigures } from '@menshen/contract';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type Month = IncidentFigures['months'][number];
const measures = ['mttd', 'mtta', 'mttc', 'mttr'] as const;
const hourMs = 3_600_000;

/** Mean times by month. */
export function FiguresPanel() {
  const { t, format } = useLanguage();
  const figures = useEndpoint(incidentFigures, { input: { query: { months: '24' } } });
  const columns: readonly Column<Month>[] = [
    { key: 'month', title: t('incidents.month'), value: ({ month }) => month, render: ({ month }) => month },
    {
      ...{ key: 'count', title: t('incidents.count'), numeric: true },
      value: ({ incidents }) => incidents,
      render: ({ incidents }) => format.number(incidents),
    },
    ...measures.map((measure): Column<Month> => {
      const title = t(`incidents.${measure}`);
      return {
        ...{ key: measure, title, numeric: true },
        // Hours, for whoever reckons with them.
        value: (row) => (row[measure].mean === null ? null : Math.round((row[measure].mean / hourMs) * 100) / 100),
        render: (row) => {
          const { mean, of } = row[measure];
          return mean === null ? <span className="quiet">–</span> : t('incidents.timeOf', { span: format.span(mean), count: of });
        },
      };
    }),
    {
      ...{ key: 'false', title: t('incidents.falseAlarms'), numeric: true },
      value: ({ falseAlarms }) => falseAlarms,
      render: ({ falseAlarms }) => format.number(falseAlarms),
    },
  ];
  return (
    <Loadable query={figures} lines={8}>
      {({ months }) => (
        <Panel
          flush
          title={t('incidents.figures')}
          note={t('incidents.figuresNote')}
          actions={<ExportButton name="menshen-incident-times" columns={columns} rows={months} />}
        >
          <DataTable
            caption={t('incidents.figures')}
            columns={columns}
            rows={months}
            rowKey={({ month }) => month}
            empty={<EmptyState title={t('incidents.noFigures')} />}
          />
        </Panel>
      )}
    </Loadable>
  );
}
