import { listSessions, type SessionView } from '@menshen/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useEndpointPages } from '../../api/hooks.ts';
import { SearchField } from '../../components/filters/search-field.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { RevokeSessionDialog } from '../../components/sessions/revoke-session-dialog.tsx';
import { useSessionColumns } from '../../components/sessions/session-columns.tsx';
import { PeopleTabs } from '../../components/tabs/people-tabs.tsx';
import { DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const route = getRouteApi('/shell/sessions');
const pageSize = 50;

/** Everybody who is signed in to an app right now. */
export function SessionsPage() {
  const { t } = useLanguage();
  const { app, uid } = route.useSearch();
  const navigate = route.useNavigate();
  const [revoking, setRevoking] = useState<SessionView | null>(null);
  const list = useEndpointPages(listSessions, {
    key: { app, uid },
    input: (cursor) => ({ query: { app, uid, limit: pageSize, cursor } }),
  });
  const rows = list.data?.pages.flatMap((page) => page.sessions) ?? [];
  const columns = useSessionColumns({ withPerson: true, now: list.dataUpdatedAt, revoke: setRevoking });
  const setUid = useCallback(
    (next: string | undefined) => void navigate({ search: (now) => ({ ...now, uid: next }), replace: true }),
    [navigate],
  );
  return (
    <Page
      title={t('people.title')}
      question={t('sessions.question')}
      actions={<ExportButton name="menshen-sessions" columns={columns} rows={rows} />}
    >
      <PeopleTabs current="sessions" />
      <Panel
        flush
        title={t('sessions.title')}
        note={list.data === undefined ? undefined : t('sessions.total', { count: list.data.pages[0]?.total ?? 0 })}
        actions={<SearchField label={t('sessions.filterPerson')} value={uid} maxLength={128} onChange={setUid} />}
      >
        <Loadable query={list} lines={8}>
          {() => (
            <>
              <DataTable
                caption={t('sessions.title')}
                columns={columns}
                rows={rows}
                rowKey={(row) => row.sid}
                empty={
                  <EmptyState title={t(app === undefined && uid === undefined ? 'sessions.none' : 'sessions.empty')}>
                    {t('sessions.emptyText')}
                  </EmptyState>
                }
              />
              {rows.length === 0 ? null : <MoreButton query={list} shown={rows.length} />}
            </>
          )}
        </Loadable>
      </Panel>
      <RevokeSessionDialog session={revoking} close={() => setRevoking(null)} />
    </Page>
  );
}
