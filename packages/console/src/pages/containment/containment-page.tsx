import {
  applyMeasure,
  getToday,
  liftMeasure,
  listAppSecrets,
  listMeasures,
  type MeasureKindId,
  type MeasureView,
  mostMeasures,
  targetWords,
} from '@menshen/contract';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useServerEvents } from '../../api/events.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AppSecretsPanel } from './app-secrets-panel.tsx';
import styles from './containment.module.css';
import { GroupLines } from './group-lines.tsx';
import { KindBoard } from './kind-board.tsx';
import { useMeasureColumns } from './measure-columns.tsx';
import { MeasureDialog } from './measure-dialog.tsx';
import { ReopenDialog } from './reopen-dialog.tsx';
import { ReopeningPanel } from './reopening-panel.tsx';
import { WaitingPanel } from './waiting-panel.tsx';

const route = getRouteApi('/shell/containment');
const refreshMs = 10_000;
const mostEnded = 100;

type Measures = Output<typeof listMeasures>;

/** What is contained now, what waits for a second person, what can be done, and what was. */
export function ContainmentPage() {
  const { t } = useLanguage();
  const may = useMay();
  const client = useQueryClient();
  // Asked for apart: a flood of short measures must not push an old one that still stands out of the list.
  const standing = useEndpoint(listMeasures, { input: { query: { show: 'active', limit: mostMeasures } }, refetchMs: refreshMs });
  const ended = useEndpoint(listMeasures, { input: { query: { show: 'ended', limit: mostEnded } }, refetchMs: refreshMs });
  const { kind, person, address, incident } = route.useSearch();
  const navigate = route.useNavigate();
  const [chosen, setTaking] = useState<MeasureKindId | null>(null);
  const [staged, setStaged] = useState('');
  // Whoever comes from an alert or an incident finds the form filled in.
  const taking = chosen ?? kind ?? null;
  const start = { person: person ?? '', persons: person ?? '', addresses: address ?? '', staged };
  const close = (): void => {
    setTaking(null);
    setStaged('');
    if (kind !== undefined) void navigate({ search: {}, replace: true });
  };
  useServerEvents((event) => {
    if (event.kind === 'containment') {
      void client.invalidateQueries({ queryKey: [listMeasures.id] });
      void client.invalidateQueries({ queryKey: [listAppSecrets.id] });
    }
  });
  return (
    <Page title={t('containment.title')} question={t('containment.question')}>
      <Loadable query={standing} lines={8}>
        {(data) => (
          <>
            <ReopeningPanel measures={data.measures} now={data.now} />
            <ActivePanel data={data} />
          </>
        )}
      </Loadable>
      <WaitingPanel />
      {may(applyMeasure) ? <KindBoard choose={setTaking} /> : null}
      <AppSecretsPanel
        use={(which) => {
          setStaged(which);
          setTaking('rotate_secret');
        }}
      />
      <Loadable query={ended} lines={6}>
        {(data) => <HistoryPanel data={data} />}
      </Loadable>
      {may(applyMeasure) ? (
        <MeasureDialog kind={taking} start={start} {...(incident === undefined ? {} : { incident })} close={close} />
      ) : null}
    </Page>
  );
}

function ActivePanel({ data }: { readonly data: Measures }) {
  const { t, language } = useLanguage();
  const may = useMay();
  const [lifting, setLifting] = useState<MeasureView | null>(null);
  const [reopening, setReopening] = useState<MeasureView | null>(null);
  const lift = useAction(liftMeasure, [listMeasures, getToday]);
  const columns = useMeasureColumns(data.now, may(liftMeasure) ? { lift: setLifting, reopen: setReopening } : null);
  const rows = [...data.measures].sort((one, other) => one.until - other.until);
  const done = (): void => {
    lift.reset();
    setLifting(null);
  };
  return (
    <Panel flush title={t('containment.active')} note={t('containment.activeNote', { count: data.inForce })}>
      <GroupLines measures={rows} />
      {data.inForce > rows.length ? <p className={styles.more}>{t('containment.moreInForce', { shown: rows.length })}</p> : null}
      <DataTable
        caption={t('containment.active')}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('containment.none')}>{t('containment.noneText')}</EmptyState>}
      />
      <ConfirmDialog
        open={lifting !== null}
        title={t('containment.lift')}
        consequence={
          lifting === null
            ? null
            : t('containment.liftText', {
                target: targetWords({ kind: lifting.kind, target: lifting.target } as never)[language],
              })
        }
        confirm={t('containment.lift')}
        reasonLength={4}
        busy={lift.isPending}
        error={lift.error}
        onConfirm={(reason) => {
          if (lifting !== null) lift.mutate({ params: { id: lifting.id }, body: { reason } }, { onSuccess: done });
        }}
        onClose={done}
      />
      <ReopenDialog measure={reopening} close={() => setReopening(null)} />
    </Panel>
  );
}

function HistoryPanel({ data }: { readonly data: Measures }) {
  const { t } = useLanguage();
  const columns = useMeasureColumns(data.now, null).filter(({ key }) => key !== 'act');
  const rows = data.measures;
  return (
    <Panel
      flush
      title={t('containment.history')}
      actions={<ExportButton name="menshen-containment" columns={columns} rows={rows} />}
    >
      <DataTable
        caption={t('containment.history')}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('containment.noHistory')}>{t('containment.noHistoryText')}</EmptyState>}
      />
    </Panel>
  );
}
