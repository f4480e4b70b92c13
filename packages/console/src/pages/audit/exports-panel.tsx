import { type AuditExportView, listAuditExports } from '@menshen/contract';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Other systems that get the log: those that take nothing first. */
export function ExportsPanel() {
  const { t } = useLanguage();
  const exports = useEndpoint(listAuditExports, { input: {} });
  const columns = useColumns();
  return (
    <Panel flush={exports.data?.exports.length !== 0} title={t('exports.title')} note={t('exports.note')}>
      <Loadable query={exports} lines={2}>
        {({ exports: places }) =>
          places.length === 0 ? (
            <p className="quiet">{t('exports.noneText')}</p>
          ) : (
            <DataTable
              caption={t('exports.title')}
              columns={columns}
              rows={[...places].sort((one, other) => Number(other.problem !== null) - Number(one.problem !== null))}
              rowKey={({ id }) => id}
              empty={null}
            />
          )
        }
      </Loadable>
    </Panel>
  );
}

function useColumns(): readonly Column<AuditExportView>[] {
  const { t, format } = useLanguage();
  const stateOf = ({ problem, failingSince, sent }: AuditExportView): string => {
    if (problem === null) return t(sent === null ? 'exports.starting' : 'exports.ok');
    const said = t(`exports.problem.${problem}`);
    return failingSince === null ? said : t('exports.since', { problem: said, time: format.dateTime(failingSince) });
  };
  const number = (value: number | null): string => (value === null ? '–' : format.number(value));
  return [
    {
      key: 'place',
      title: t('exports.place'),
      grow: true,
      value: ({ place }) => place,
      render: ({ id, kind, place }) => (
        <>
          {id} <span className="quiet">{t(`exports.kind.${kind}`)}</span> <code>{place}</code>
        </>
      ),
    },
    {
      key: 'state',
      title: t('exports.state'),
      value: stateOf,
      render: (row) => (
        <Status tone={row.problem === null ? (row.sent === null ? 'quiet' : 'safe') : 'danger'}>{stateOf(row)}</Status>
      ),
    },
    { key: 'format', title: t('exports.format'), value: ({ format: name }) => name, render: ({ format: name }) => name },
    { key: 'sent', title: t('exports.sent'), numeric: true, value: ({ sent }) => sent ?? 0, render: ({ sent }) => number(sent) },
    {
      key: 'waiting',
      title: t('exports.waiting'),
      numeric: true,
      value: ({ waiting }) => waiting ?? 0,
      render: ({ waiting }) => number(waiting),
    },
  ];
}
