import {
  type AdministratorSessionView,
  endAdministratorSession,
  listAdministratorSessions,
  listAdministrators,
} from '@menshen/contract';
import { useEndpoint } from '../../api/hooks.ts';
import type { Column } from '../../ds/data-table.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { browserName } from '../browser-name.ts';
import { RowActPanel } from '../row-act-panel.tsx';

interface ConsoleSessionsPanelProps {
  readonly title: string;
  readonly note?: string;
  /** Whose; one's own without. */
  readonly administrator?: string;
  /** Sessions of somebody on whom the reader may not act are shown only. */
  readonly actable?: boolean;
}

/** Where an administrator is signed in to the console, with the way to end each session but the reader's own. */
export function ConsoleSessionsPanel({ title, note, administrator, actable = true }: ConsoleSessionsPanelProps) {
  const { t, format } = useLanguage();
  const list = useEndpoint(listAdministratorSessions, { input: { query: { administrator } } });
  const columns: readonly Column<AdministratorSessionView>[] = [
    { key: 'address', title: t('column.address'), width: 120, render: (row) => <code>{row.address}</code> },
    {
      key: 'browser',
      title: t('account.browser'),
      grow: true,
      render: (row) =>
        row.userAgent === null ? '–' : <span title={row.userAgent}>{browserName(row.userAgent) ?? row.userAgent}</span>,
    },
    {
      key: 'methods',
      title: t('account.methods'),
      render: (row) => format.list(row.methods.map((method) => t(`method.${method}`))),
    },
    {
      key: 'created',
      title: t('session.created'),
      render: (row) => <span className="figures no-wrap">{format.minute(row.created)}</span>,
    },
    {
      key: 'lastSeen',
      title: t('session.lastSeen'),
      render: (row) => <span className="no-wrap">{format.relative(row.lastSeen, list.dataUpdatedAt)}</span>,
    },
  ];
  const instead = (row: AdministratorSessionView) =>
    row.current ? <Status tone="safe">{t('account.current')}</Status> : actable ? null : <span className="quiet">–</span>;
  return (
    <RowActPanel
      title={title}
      note={note}
      columns={columns}
      rows={list.data?.sessions ?? []}
      rowKey={(row) => row.id}
      empty={<EmptyState title={t('adminSessions.none')} />}
      wrap={(table) => (
        <Loadable query={list} lines={3}>
          {() => table}
        </Loadable>
      )}
      act={{
        endpoint: endAdministratorSession,
        stale: [listAdministratorSessions, listAdministrators],
        label: t('account.end'),
        labelOf: (row) => t('account.endOf', { address: row.address }),
        consequence: (row) => t('account.endText', { address: row.address }),
        input: (row) => ({ params: { id: row.id } }),
        instead,
      }}
    />
  );
}
