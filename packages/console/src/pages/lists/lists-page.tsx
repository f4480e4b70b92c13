import { addListEntries, getAccessLists, type ListEntry, listKinds, listNames, removeListEntries } from '@menshen/contract';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useCallback, useState } from 'react';
import { useAction, useEndpointPages } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { SearchField } from '../../components/filters/search-field.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { LimitsTabs } from '../../components/tabs/limits-tabs.tsx';
import { DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AddEntriesDialog } from './add-entries-dialog.tsx';
import { useEntryColumns } from './entry-columns.tsx';

const route = getRouteApi('/shell/lists');
const pageSize = 50;

/** Who is denied and who is let through, those that end soon first. */
export function ListsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const { list, kind, q } = route.useSearch();
  const navigate = route.useNavigate();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<ListEntry | null>(null);
  const pages = useEndpointPages(getAccessLists, {
    key: { list, kind, q },
    input: (cursor) => ({ query: { list, kind, q, limit: pageSize, cursor } }),
  });
  const remove = useAction(removeListEntries, [getAccessLists]);
  const rows = pages.data?.pages.flatMap((page) => page.entries) ?? [];
  const columns = useEntryColumns(pages.dataUpdatedAt, may(removeListEntries) ? setRemoving : null);
  const set = useCallback(
    (change: {
      list?: (typeof listNames)[number] | undefined;
      kind?: (typeof listKinds)[number] | undefined;
      q?: string | undefined;
    }) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ q: text }), [set]);
  const done = (): void => {
    remove.reset();
    setRemoving(null);
  };
  const filtered = list !== undefined || kind !== undefined || q !== undefined;
  return (
    <Page
      title={t('limits.title')}
      question={t('lists.question')}
      actions={
        <>
          <ExportButton name="menshen-lists" columns={columns} rows={rows} />
          {may(addListEntries) ? (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('lists.add')}
            </Button>
          ) : null}
        </>
      }
    >
      <LimitsTabs current="lists" />
      <Panel
        flush
        title={t('lists.list')}
        note={pages.data === undefined ? undefined : t('lists.total', { count: pages.data.pages[0]?.total ?? 0 })}
        actions={
          <>
            <Select
              aria-label={t('lists.which')}
              style={{ minWidth: 140 }}
              value={list ?? ''}
              options={[
                { value: '', label: t('lists.both') },
                ...listNames.map((one) => ({ value: one, label: t(`lists.${one}`) })),
              ]}
              onChange={(one) => set({ list: one === '' ? undefined : (one as (typeof listNames)[number]) })}
            />
            <Select
              aria-label={t('lists.kind')}
              style={{ minWidth: 140 }}
              value={kind ?? ''}
              options={[
                { value: '', label: t('lists.anyKind') },
                ...listKinds.map((one) => ({ value: one, label: t(`lists.kind.${one}`) })),
              ]}
              onChange={(one) => set({ kind: one === '' ? undefined : (one as (typeof listKinds)[number]) })}
            />
            <SearchField label={t('lists.search')} value={q} maxLength={100} onChange={setText} />
          </>
        }
      >
        <Loadable query={pages} lines={8}>
          {() => (
            <>
              <DataTable
                caption={t('lists.list')}
                columns={columns}
                rows={rows}
                rowKey={(row) => row.id}
                empty={
                  <EmptyState title={t(filtered ? 'lists.empty' : 'lists.none')}>
                    {t(filtered ? 'lists.emptyText' : 'lists.noneText')}
                  </EmptyState>
                }
              />
              {rows.length === 0 ? null : <MoreButton query={pages} shown={rows.length} />}
            </>
          )}
        </Loadable>
      </Panel>
      <AddEntriesDialog open={adding} close={() => setAdding(false)} />
      <ConfirmDialog
        open={removing !== null}
        title={t('lists.remove')}
        consequence={
          removing === null
            ? null
            : t(removing.list === 'deny' ? 'lists.removeDeny' : 'lists.removeAllow', { value: removing.value })
        }
        confirm={t('lists.remove')}
        reasonLength={4}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={(reason) => {
          if (removing !== null) remove.mutate({ body: { ids: [removing.id], reason } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Page>
  );
}
