import { type ComplianceState, compareReport, complianceStates, type ReportView } from '@menshen/contract';
import { Modal } from 'antd';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type Comparison = Output<typeof compareReport>;

/** What a report says otherwise than the one of its kind before it. */
export function CompareDialog({ report, close }: { readonly report: ReportView; readonly close: () => void }) {
  const { t } = useLanguage();
  const comparison = useEndpoint(compareReport, { input: { params: { id: report.id } } });
  useFocusReturn(true);
  return (
    <Modal
      open
      width={760}
      title={t('reports.compareTitle', { number: report.number, before: report.previous?.number ?? 0 })}
      onCancel={close}
      onOk={close}
      okText={t('reports.close')}
      cancelButtonProps={{ hidden: true }}
    >
      <Loadable query={comparison} lines={8}>
        {(data) => (
          <>
            <Figures data={data} />
            <Changes data={data} />
          </>
        )}
      </Loadable>
    </Modal>
  );
}

function Figures({ data }: { readonly data: Comparison }) {
  const { t, language, format } = useLanguage();
  const columns: readonly Column<Comparison['figures'][number]>[] = [
    { ...{ key: 'name', title: t('reports.figure'), grow: true }, render: ({ name }) => name[language] },
    {
      ...{ key: 'before', title: t('reports.before'), numeric: true },
      render: ({ before }) => (before === null ? '–' : format.number(before)),
    },
    { ...{ key: 'after', title: t('reports.after'), numeric: true }, render: ({ after }) => format.number(after) },
  ];
  return <DataTable dense caption={t('reports.figure')} columns={columns} rows={data.figures} rowKey={({ key }) => key} />;
}

function Changes({ data }: { readonly data: Comparison }) {
  const { t, language } = useLanguage();
  const word = (state: string | null): string => {
    if (state === null) return t('reports.absent');
    const known = complianceStates.find((one): one is ComplianceState => one === state);
    return known === undefined ? t('reports.level', { level: state }) : t(`compliance.state.${known}`);
  };
  const columns: readonly Column<Comparison['changes'][number]>[] = [
    { ...{ key: 'name', title: t('reports.changed'), grow: true, wrap: true }, render: ({ name }) => name[language] },
    { ...{ key: 'before', title: t('reports.before') }, render: ({ before }) => word(before) },
    { ...{ key: 'after', title: t('reports.after') }, render: ({ after }) => word(after) },
  ];
  return (
    <DataTable
      dense
      caption={t('reports.changed')}
      columns={columns}
      rows={data.changes}
      rowKey={({ key }) => key}
      empty={<EmptyState title={t('reports.noChanges')} />}
    />
  );
}
