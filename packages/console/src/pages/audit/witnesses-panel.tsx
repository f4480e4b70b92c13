import { type AuditWitness, getAuditStatus } from '@menshen/contract';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Problems that say that the log itself is not what it was; the others only that a witness is away. */
const grave: readonly AuditWitness['problem'][] = ['rolled_back', 'forked', 'signature_invalid'];

/** Machines elsewhere that sign the log only while it continues: those that do not first. */
export function WitnessesPanel() {
  const { t } = useLanguage();
  const status = useEndpoint(getAuditStatus, { input: {} });
  const columns = useColumns();
  return (
    <Panel
      flush={status.data !== undefined && status.data.witnesses.length > 0}
      title={t('witnesses.title')}
      note={t('witnesses.note')}
    >
      <Loadable query={status} lines={2}>
        {({ witnesses }) =>
          witnesses.length === 0 ? (
            <p className="quiet">{t('witnesses.noneText')}</p>
          ) : (
            <DataTable
              caption={t('witnesses.title')}
              columns={columns}
              rows={[...witnesses].sort((one, other) => Number(other.problem !== null) - Number(one.problem !== null))}
              rowKey={({ name, url }) => `${name} ${url}`}
              empty={null}
            />
          )
        }
      </Loadable>
    </Panel>
  );
}

function useColumns(): readonly Column<AuditWitness>[] {
  const { t, format } = useLanguage();
  const stateOf = ({ problem, recorded, size }: AuditWitness): string => {
    if (problem === null) return t(size === null ? 'witnesses.waiting' : 'witnesses.ok');
    return problem === 'rolled_back' && recorded !== null
      ? t('witnesses.problem.rolled_back', { count: recorded })
      : t(`witnesses.problem.${problem === 'rolled_back' ? 'forked' : problem}`);
  };
  return [
    {
      key: 'name',
      title: t('witnesses.name'),
      grow: true,
      value: ({ name }) => name,
      render: ({ name, url }) => (
        <>
          {name} <code>{url}</code>
        </>
      ),
    },
    {
      key: 'state',
      title: t('log.state'),
      wrap: true,
      value: stateOf,
      render: (row) => {
        const { problem, size } = row;
        const tone = problem === null ? (size === null ? 'quiet' : 'safe') : grave.includes(problem) ? 'danger' : 'warning';
        return <Status tone={tone}>{stateOf(row)}</Status>;
      },
    },
    {
      key: 'size',
      title: t('witnesses.size'),
      numeric: true,
      value: ({ size }) => size ?? 0,
      render: ({ size }) => (size === null ? '–' : format.number(size)),
    },
    {
      key: 'signedAt',
      title: t('witnesses.signedAt'),
      value: ({ signedAt }) => signedAt ?? 0,
      render: ({ signedAt }) => (signedAt === null ? '–' : format.dateTime(signedAt)),
    },
  ];
}
