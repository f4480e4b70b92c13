import { listPeople, type Person, putLocalPerson } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Checkbox, Select } from 'antd';
import { useCallback, useState } from 'react';
import { useEndpointPages } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { SearchField } from '../../components/filters/search-field.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { LocalPersonDialog } from '../../components/people/local-person-dialog.tsx';
import { PersonStatus } from '../../components/people/person-status.tsx';
import { PeopleTabs } from '../../components/tabs/people-tabs.tsx';
import { classNames } from '../../ds/class-names.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DepartmentPanel } from './department-panel.tsx';
import styles from './people-page.module.css';

const route = getRouteApi('/shell/people');
const pageSize = 50;
const anyKind = '';

/** The company's people by department. */
export function PeoplePage() {
  const { t } = useLanguage();
  const { department, q, kind, online } = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (next: Partial<ReturnType<typeof route.useSearch>>) =>
      void navigate({ search: (now) => ({ ...now, ...next }), replace: true }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => change({ q: text }), [change]);
  const filter = { department, q, kind, online };
  const list = useEndpointPages(listPeople, {
    key: filter,
    input: (cursor) => ({ query: { ...filter, limit: pageSize, cursor } }),
  });
  const rows = list.data?.pages.flatMap((page) => page.people) ?? [];
  const columns = usePeopleColumns();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={t('people.title')}
      question={t('people.question')}
      actions={
        <>
          <ExportButton name="menshen-people" columns={columns} rows={rows} />
          {may(putLocalPerson) ? <Button onClick={() => setAdding(true)}>{t('personActs.add')}</Button> : null}
        </>
      }
    >
      <LocalPersonDialog open={adding} close={() => setAdding(false)} />
      <PeopleTabs current="people" />
      <div className={styles.columns}>
        <DepartmentPanel selected={department} select={(id) => change({ department: id })} />
        <Panel
          flush
          title={t('people.list')}
          note={list.data === undefined ? undefined : t('people.total', { count: list.data.pages[0]?.total ?? 0 })}
          actions={
            <>
              <SearchField label={t('people.search')} value={q} maxLength={64} onChange={setText} />
              <Select
                aria-label={t('column.kind')}
                className={classNames(styles.kind)}
                value={kind ?? anyKind}
                onChange={(value) => change({ kind: value === anyKind ? undefined : value })}
                options={[
                  { value: anyKind, label: t('kind.any') },
                  ...(['employee', 'partner', 'customer'] as const).map((value) => ({ value, label: t(`kind.${value}`) })),
                ]}
              />
              <Checkbox
                checked={online === 'true'}
                onChange={(event) => change({ online: event.target.checked ? 'true' : undefined })}
              >
                {t('people.online')}
              </Checkbox>
            </>
          }
        >
          <Loadable query={list} lines={10}>
            {() => (
              <>
                <DataTable
                  caption={t('people.list')}
                  columns={columns}
                  rows={rows}
                  rowKey={(row) => row.uid}
                  empty={
                    Object.values(filter).every((value) => value === undefined) ? (
                      <EmptyState title={t('people.none')}>{t('people.noneText')}</EmptyState>
                    ) : (
                      <EmptyState title={t('people.empty')}>{t('people.emptyText')}</EmptyState>
                    )
                  }
                />
                {rows.length === 0 ? null : <MoreButton query={list} shown={rows.length} />}
              </>
            )}
          </Loadable>
        </Panel>
      </div>
    </Page>
  );
}

function usePeopleColumns(): readonly Column<Person>[] {
  const { t, format } = useLanguage();
  return [
    {
      key: 'name',
      title: t('column.person'),
      width: 96,
      value: (row) => row.name,
      render: (row) => (
        <Link to="/people/$uid" params={{ uid: row.uid }}>
          {row.name === '' ? row.uid : row.name}
        </Link>
      ),
    },
    {
      key: 'uid',
      title: t('column.uid'),
      width: 128,
      cut: true,
      wideOnly: true,
      value: (row) => row.uid,
      render: (row) => <code className="quiet">{row.uid}</code>,
    },
    {
      key: 'department',
      title: t('column.department'),
      grow: true,
      plain: true,
      value: (row) => row.departments.map((department) => department.path.join(' / ')).join('; '),
      render: (row) => (
        <span title={row.departments.map((department) => department.path.join(' / ')).join('\n')}>
          {format.list(row.departments.map((department) => department.name))}
        </span>
      ),
    },
    {
      key: 'position',
      title: t('column.position'),
      width: 96,
      cut: true,
      wideOnly: true,
      value: (row) => row.position,
      render: (row) => row.position ?? '–',
    },
    {
      key: 'roles',
      title: t('column.roles'),
      width: 112,
      cut: true,
      wideOnly: true,
      value: (row) => row.roles.join('; '),
      render: (row) => (row.roles.length === 0 ? '–' : <code title={row.roles.join(', ')}>{row.roles.join(', ')}</code>),
    },
    {
      key: 'status',
      title: t('column.personStatus'),
      value: (row) => t(`personStatus.${row.status}`),
      plain: true,
      render: (row) => <PersonStatus status={row.status} />,
    },
    {
      key: 'sessions',
      title: t('column.sessions'),
      numeric: true,
      value: (row) => row.sessions,
      render: (row) =>
        row.sessions === 0 ? (
          <span className="quiet">0</span>
        ) : (
          <Link to="/sessions" search={{ uid: row.uid }}>
            {format.number(row.sessions)}
          </Link>
        ),
    },
  ];
}
