import { listDormantPeople } from '@menshen/contract';
import { Checkbox, InputNumber } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { PersonLink } from '../../components/people/person-link.tsx';
import { PersonStatus } from '../../components/people/person-status.tsx';
import { classNames } from '../../ds/class-names.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './sources-page.module.css';

type QuietPerson = Output<typeof listDormantPeople>['dormant'][number];

/** Accounts that nobody has used for long, and identities that are still bound to people who may no longer come in. */
export function DormantPanels() {
  const { t } = useLanguage();
  const may = useMay();
  const [days, setDays] = useState<number | undefined>(undefined);
  const [never, setNever] = useState(false);
  const report = useEndpoint(listDormantPeople, {
    input: { query: { days, never: never ? 'true' : 'false' } },
    enabled: may(listDormantPeople),
    keep: true,
  });
  const columns = useQuietColumns();
  if (!may(listDormantPeople)) return null;
  const { data } = report;
  return (
    <>
      <Panel
        flush
        title={t('dormant.title')}
        note={data === undefined ? undefined : t('dormant.note', { count: data.days })}
        actions={
          <div className={styles.tools}>
            <InputNumber
              className={classNames(styles.days)}
              aria-label={t('dormant.days')}
              min={1}
              max={3_650}
              precision={0}
              value={days ?? data?.days ?? null}
              onChange={(value) => setDays(value ?? undefined)}
            />
            <Checkbox checked={never} onChange={(event) => setNever(event.target.checked)}>
              {t('dormant.never')}
            </Checkbox>
            <ExportButton name="menshen-dormant" columns={columns} rows={data?.dormant ?? []} />
          </div>
        }
      >
        <Loadable query={report} lines={4}>
          {({ dormant, totals }) => (
            <>
              <DataTable
                caption={t('dormant.title')}
                columns={columns}
                rows={dormant}
                rowKey={(row) => row.uid}
                empty={<EmptyState title={t('dormant.none')}>{t('dormant.noneText')}</EmptyState>}
              />
              {totals.dormant > dormant.length ? (
                <p className={styles.told}>{t('dormant.shown', { count: totals.dormant })}</p>
              ) : null}
            </>
          )}
        </Loadable>
      </Panel>
      {data === undefined || data.boundButBlocked.length === 0 ? null : (
        <Panel
          flush
          title={t('dormant.bound')}
          note={t('dormant.boundNote')}
          actions={<ExportButton name="menshen-bound-but-blocked" columns={columns} rows={data.boundButBlocked} />}
        >
          <DataTable caption={t('dormant.bound')} columns={columns} rows={data.boundButBlocked} rowKey={(row) => row.uid} />
        </Panel>
      )}
    </>
  );
}

function useQuietColumns(): readonly Column<QuietPerson>[] {
  const { t, format } = useLanguage();
  return [
    {
      key: 'name',
      title: t('column.person'),
      width: 104,
      value: (row) => row.name,
      render: (row) => <PersonLink uid={row.uid} name={row.name} />,
    },
    {
      key: 'uid',
      title: t('column.uid'),
      wideOnly: true,
      value: (row) => row.uid,
      render: (row) => <code className="quiet">{row.uid}</code>,
    },
    { key: 'kind', title: t('column.kind'), value: (row) => t(`kind.${row.kind}`), render: (row) => t(`kind.${row.kind}`) },
    {
      key: 'status',
      title: t('column.personStatus'),
      plain: true,
      value: (row) => t(`personStatus.${row.status}`),
      render: (row) => <PersonStatus status={row.status} />,
    },
    {
      key: 'roles',
      title: t('column.roles'),
      grow: true,
      value: (row) => row.roles.join('; '),
      render: (row) => (row.roles.length === 0 ? '–' : <code>{row.roles.join(', ')}</code>),
    },
    { key: 'source', title: t('person.source'), wideOnly: true, value: (row) => row.source, render: (row) => row.source },
    {
      key: 'identities',
      title: t('dormant.identities'),
      numeric: true,
      value: (row) => row.identities,
      render: (row) => format.number(row.identities),
    },
    {
      key: 'lastLogin',
      title: t('dormant.lastLogin'),
      value: (row) => (row.lastLogin === null ? null : format.dateTime(row.lastLogin)),
      render: (row) =>
        row.lastLogin === null ? (
          <span className="quiet">{t('dormant.noLogin')}</span>
        ) : (
          <span className="figures no-wrap">{format.minute(row.lastLogin)}</span>
        ),
    },
  ];
}
