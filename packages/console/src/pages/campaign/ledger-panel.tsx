import { type GrantState, type GrantView, grantState, listGrants, voidGrant } from '@menshen/contract';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useEndpointPages } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { SearchField } from '../../components/filters/search-field.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loading } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { yuan } from '../campaigns/money.ts';
import styles from './campaign-page.module.css';
import { type GrantAct, GrantDialog } from './grant-dialog.tsx';

const page = getRouteApi('/shell/campaigns/$app/$campaign');
const pageSize = 20;

const tones: Readonly<Record<GrantState, Tone>> = {
  reserved: 'quiet',
  granted: 'safe',
  redeemed: 'safe',
  refunded: 'warning',
  void: 'danger',
  released: 'quiet',
};

/** Every coupon from reservation to refund, to be searched. */
export function LedgerPanel({ app, campaign }: { readonly app: string; readonly campaign: string }) {
  const { t } = useLanguage();
  const search = page.useSearch();
  const navigate = page.useNavigate();
  const may = useMay();
  const [chosen, setChosen] = useState<GrantAct | null>(null);
  const set = (change: Partial<typeof search>): void =>
    void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const query = useEndpointPages(listGrants, {
    key: [app, campaign, search.q, search.state, search.uncertain],
    input: (cursor) => ({
      params: { app, campaign },
      query: {
        limit: pageSize,
        ...(cursor === undefined ? {} : { cursor }),
        ...(search.q === undefined ? {} : { q: search.q }),
        ...(search.state === undefined ? {} : { state: search.state }),
        ...(search.uncertain === undefined ? {} : { uncertain: '1' as const }),
      },
    }),
  });
  const rows = (query.data?.pages ?? []).flatMap((one) => one.rows);
  const columns = useLedgerColumns(may(voidGrant) ? (act, grant) => setChosen({ act, grant }) : null);
  return (
    <Panel
      flush
      title={t('ledger.title')}
      note={t('ledger.note')}
      actions={<ExportButton name="menshen-ledger" columns={columns} rows={rows} />}
    >
      <div className={styles.filters}>
        <SearchField label={t('ledger.search')} value={search.q} maxLength={128} width={280} onChange={(q) => set({ q })} />
        <Select
          aria-label={t('ledger.state')}
          style={{ minWidth: 144 }}
          allowClear
          placeholder={t('ledger.anyState')}
          value={search.state ?? null}
          onChange={(state: GrantState | null | undefined) => set({ state: state ?? undefined })}
          options={grantState.options.map((state) => ({ value: state, label: t(`ledger.state.${state}`) }))}
        />
        <Checkbox
          checked={search.uncertain !== undefined}
          onChange={(event) => set({ uncertain: event.target.checked ? '1' : undefined })}
        >
          {t('ledger.onlyUncertain')}
        </Checkbox>
      </div>
      {query.error !== null ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <Loading lines={6} />
      ) : (
        <>
          <DataTable
            caption={t('ledger.title')}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            empty={<EmptyState title={t('ledger.none')}>{t('ledger.noneText')}</EmptyState>}
          />
          {rows.length === 0 ? null : <MoreButton query={query} shown={rows.length} />}
        </>
      )}
      <GrantDialog chosen={chosen} app={app} campaign={campaign} close={() => setChosen(null)} />
    </Panel>
  );
}

function useLedgerColumns(act: ((act: GrantAct['act'], grant: GrantView) => void) | null): readonly Column<GrantView>[] {
  const { t, format } = useLanguage();
  return [
    {
      key: 'coupon',
      title: t('ledger.coupon'),
      width: 104,
      value: (row) => row.coupon,
      render: (row) => (row.coupon === null ? <span className="quiet">–</span> : <code>{row.coupon}</code>),
    },
    {
      key: 'state',
      title: t('ledger.state'),
      plain: true,
      value: (row) => t(`ledger.state.${row.state}`),
      render: (row) => (
        <>
          <Status tone={tones[row.state]}>{t(`ledger.state.${row.state}`)}</Status>{' '}
          {row.uncertain ? <Status tone="warning">{t('ledger.uncertain')}</Status> : null}
        </>
      ),
    },
    {
      key: 'amount',
      title: t('ledger.amount'),
      numeric: true,
      value: (row) => row.cents / 100,
      render: (row) => yuan(row.cents, format.number),
    },
    {
      key: 'person',
      title: t('violations.person'),
      grow: true,
      value: (row) => row.person,
      render: (row) => <PersonLink uid={row.person} name={row.name} />,
    },
    { key: 'place', title: t('ledger.place'), value: (row) => row.place, render: (row) => row.place ?? '–' },
    {
      key: 'code',
      title: t('ledger.code'),
      wideOnly: true,
      value: (row) => row.code,
      render: (row) => (row.code === null ? '–' : <code>{row.code}</code>),
    },
    {
      key: 'created',
      title: t('ledger.time'),
      value: (row) => format.dateTime(row.created),
      render: (row) => <span className="no-wrap">{format.minute(row.created)}</span>,
    },
    ...(act === null
      ? []
      : [
          {
            key: 'act',
            title: t('column.act'),
            plain: true,
            render: (row: GrantView) =>
              row.uncertain ? (
                <Button onClick={() => act('resolve', row)}>{t('ledger.resolve')}</Button>
              ) : row.state === 'granted' ? (
                <Button onClick={() => act('void', row)} aria-label={t('ledger.voidOf', { coupon: row.coupon ?? '' })}>
                  {t('ledger.void')}
                </Button>
              ) : (
                <span className="quiet">–</span>
              ),
          },
        ]),
  ];
}
