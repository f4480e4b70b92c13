import { listAudit } from '@menshen/contract';
import { getRouteApi } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useCallback } from 'react';
import { codeText } from '../../api/api-error.ts';
import { useEndpointPages } from '../../api/hooks.ts';
import { spanOf } from '../../app/scope.ts';
import { FilterChips } from '../../components/filters/filter-chips.tsx';
import { SavedViewsButton } from '../../components/filters/saved-views-button.tsx';
import { SearchField } from '../../components/filters/search-field.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { OtherLogs } from '../../components/other-logs.tsx';
import { DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { useAuditColumns } from './audit-columns.tsx';
import styles from './audit-page.module.css';
import { ExportsPanel } from './exports-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { WitnessesPanel } from './witnesses-panel.tsx';

const route = getRouteApi('/shell/audit');
const pageSize = 50;
const everything = 'all';
const nothing = {
  ...{ kind: undefined, uid: undefined, address: undefined, object: undefined },
  ...{ objectType: undefined, code: undefined, q: undefined },
};

/** The tamper-evident log: its signed head, and a search of its entries. */
export function AuditPage() {
  const { t, language } = useLanguage();
  const { range, from, to, kind, uid, address, object, objectType, code, q } = route.useSearch();
  const scope = { range, from, to };
  const filter = { kind, uid, address, object, objectType, code, q };
  const navigate = route.useNavigate();
  const change = useCallback(
    (next: Partial<typeof filter>) => void navigate({ search: (now) => ({ ...now, ...next }), replace: true }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => change({ q: text }), [change]);
  const setPerson = useCallback((text: string | undefined) => change({ uid: text }), [change]);
  const setAddress = useCallback((text: string | undefined) => change({ address: text }), [change]);
  const setObject = useCallback((text: string | undefined) => change({ object: text }), [change]);
  const list = useEndpointPages(listAudit, {
    key: { ...scope, ...filter },
    input: (cursor) => ({ query: { ...filter, ...spanOf(scope, Date.now()), limit: pageSize, cursor } }),
  });
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const columns = useAuditColumns();
  return (
    <Page
      title={t('audit.title')}
      question={t('audit.question')}
      actions={
        <>
          <SavedViewsButton />
          <ExportButton name="menshen-audit" columns={columns} rows={rows} />
        </>
      }
    >
      <OtherLogs />
      <LogPanel />
      <WitnessesPanel />
      <ExportsPanel />
      <div className={styles.filters}>
        <Segmented<NonNullable<typeof kind> | typeof everything>
          aria-label={t('audit.kind')}
          value={kind ?? everything}
          onChange={(value) => change({ kind: value === everything ? undefined : value })}
          options={[
            { value: everything, label: t('audit.kind.all') },
            { value: 'requests', label: t('audit.kind.requests') },
            { value: 'security', label: t('audit.kind.security') },
          ]}
        />
        <SearchField label={t('audit.search')} value={q} maxLength={100} onChange={setText} />
        <SearchField label={t('traffic.filterPerson')} value={uid} maxLength={128} width={176} onChange={setPerson} />
        <SearchField label={t('traffic.filterAddress')} value={address} maxLength={64} width={176} onChange={setAddress} />
        <SearchField label={t('audit.filterObject')} value={object} maxLength={200} width={176} onChange={setObject} />
        <FilterChips
          chips={[
            ...(objectType === undefined ? [] : [{ key: 'objectType', label: t('audit.objectType'), value: objectType }]),
            ...(code === undefined ? [] : [{ key: 'code', label: t('column.reason'), value: codeText(code, language) }]),
          ]}
          lift={(key) => change({ [key]: undefined })}
          liftAll={() => change(nothing)}
        />
      </div>
      <Panel flush title={t('audit.entries')}>
        <Loadable query={list} lines={10}>
          {() => (
            <>
              <DataTable
                dense
                caption={t('audit.entries')}
                columns={columns}
                rows={rows}
                rowKey={(row) => String(row.index)}
                empty={<EmptyState title={t('audit.empty')}>{t('audit.emptyText')}</EmptyState>}
              />
              {rows.length === 0 ? null : <MoreButton query={list} shown={rows.length} />}
            </>
          )}
        </Loadable>
      </Panel>
    </Page>
  );
}
