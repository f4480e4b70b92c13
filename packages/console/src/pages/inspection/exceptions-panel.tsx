import {
  type ExceptionView,
  extendInspectionException,
  getInspection,
  listInspectionExceptions,
  revokeInspectionException,
} from '@menshen/contract';
import { Button, Checkbox, InputNumber } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { InspectedFieldName } from '../../components/inspected-field.tsx';
import { RevokeDialog } from '../../components/revoke-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { endsSoon } from './ending.ts';
import styles from './inspection.module.css';

const dayMs = 86_400_000;
const defaultDays = 30;

interface ExceptionsPanelProps {
  readonly exceptions: {
    readonly data: Output<typeof listInspectionExceptions> | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  readonly ended: boolean;
  readonly showEnded: (show: boolean) => void;
}

const targetOf = (one: ExceptionView): string => one.rule ?? one.class ?? '';

/** Who let what pass, where, until when, and whether anything uses it. */
export function ExceptionsPanel({ exceptions, ended, showEnded }: ExceptionsPanelProps) {
  const { t } = useLanguage();
  const [extending, setExtending] = useState<ExceptionView | null>(null);
  const [revoking, setRevoking] = useState<ExceptionView | null>(null);
  const [days, setDays] = useState(defaultDays);
  const stale = [listInspectionExceptions, getInspection];
  const extend = useAction(extendInspectionException, stale);
  const revoke = useAction(revokeInspectionException, stale);
  const rows = exceptions.data?.exceptions ?? [];
  const columns = useColumns(exceptions.data?.now ?? 0, setExtending, setRevoking);
  const done = (): void => {
    extend.reset();
    setExtending(null);
    setDays(defaultDays);
  };
  return (
    <Panel
      flush
      title={t('inspection.exceptions')}
      note={t('inspection.exceptionsNote')}
      actions={
        <>
          <Checkbox checked={ended} onChange={(event) => showEnded(event.target.checked)}>
            {t('inspection.showAll')}
          </Checkbox>
          <ExportButton name="menshen-exceptions" columns={columns} rows={rows} />
        </>
      }
    >
      <Loadable query={exceptions} lines={4}>
        {() => (
          <DataTable
            caption={t('inspection.exceptions')}
            columns={columns}
            rows={rows}
            rowKey={(row) => `${row.id} ${row.app} ${row.route}`}
            empty={<EmptyState title={t('inspection.noExceptions')}>{t('inspection.noExceptionsText')}</EmptyState>}
          />
        )}
      </Loadable>
      <ConfirmDialog
        open={extending !== null}
        title={t('inspection.extend')}
        consequence={t('inspection.extendText')}
        confirm={t('inspection.extend')}
        reasonLength={4}
        busy={extend.isPending}
        error={extend.error}
        onConfirm={(reason) => {
          if (extending !== null)
            extend.mutate(
              { params: { id: extending.id }, body: { expiresAt: Date.now() + days * dayMs, reason } },
              { onSuccess: done },
            );
        }}
        onClose={done}
      >
        <Field label={t('inspection.days')} hint={t('inspection.daysHint')}>
          {(wiring) => (
            <InputNumber
              {...wiring}
              min={1}
              max={180}
              precision={0}
              value={days}
              onChange={(next) => setDays(next ?? defaultDays)}
            />
          )}
        </Field>
      </ConfirmDialog>
      <RevokeDialog
        target={revoking}
        revoke={revoke}
        title={t('inspection.revoke')}
        consequence={t('inspection.revokeText')}
        onClose={() => setRevoking(null)}
      />
    </Panel>
  );
}

function useColumns(
  now: number,
  extend: (one: ExceptionView) => void,
  revoke: (one: ExceptionView) => void,
): readonly Column<ExceptionView>[] {
  const { t, format } = useLanguage();
  const may = useMay();
  const fieldOf = ({ where }: ExceptionView): string => [t(`place.${where.place}`), where.name].join(' ');
  const routeOf = (one: ExceptionView): string =>
    one.app === null ? t('inspection.everyApp') : (one.route ?? `${one.app}: ${t('inspection.everyRoute')}`);
  return [
    {
      key: 'target',
      title: t('inspection.target'),
      width: 180,
      wrap: true,
      value: targetOf,
      render: (row) => <code>{targetOf(row)}</code>,
    },
    {
      key: 'field',
      title: t('inspection.field'),
      wrap: true,
      grow: true,
      value: (row) => `${routeOf(row)} ${fieldOf(row)}`,
      render: (row) => (
        <>
          <code>{routeOf(row)}</code>{' '}
          <span className={styles.words}>
            <InspectedFieldName {...row.where} />
          </span>
        </>
      ),
    },
    {
      key: 'state',
      title: t('column.personStatus'),
      plain: true,
      value: (row) => t(`inspection.state.${row.state}`),
      render: (row) => {
        const soon = endsSoon(row, now);
        return (
          <Status tone={soon ? 'warning' : row.state === 'active' ? 'safe' : 'quiet'}>
            {t(soon ? 'inspection.state.soon' : `inspection.state.${row.state}`)}
          </Status>
        );
      },
    },
    {
      key: 'ends',
      title: t('inspection.ends'),
      value: (row) => format.dateTime(row.expiresAt),
      render: (row) => (
        <span className="no-wrap" title={format.dateTime(row.expiresAt)}>
          {format.relative(row.expiresAt, now)}
        </span>
      ),
    },
    {
      key: 'owner',
      title: t('inspection.owner'),
      width: 200,
      wrap: true,
      value: (row) => row.owner,
      render: (row) => (
        <>
          {row.owner}
          <span className={styles.words}>{row.reason}</span>
        </>
      ),
    },
    { key: 'why', title: t('inspection.why'), exportOnly: true, value: (row) => row.reason, render: (row) => row.reason },
    {
      key: 'uses',
      title: t('inspection.uses'),
      numeric: true,
      value: (row) => row.uses,
      render: (row) =>
        row.lastUsed === null ? (
          <span className="quiet">{t('inspection.unused')}</span>
        ) : (
          <span title={t('inspection.lastUsed', { time: format.relative(row.lastUsed, now) })}>{format.number(row.uses)}</span>
        ),
    },
    {
      key: 'act',
      title: t('column.act'),
      plain: true,
      render: (row) => {
        if (row.source === 'configuration') return <span className="quiet">{t('inspection.fromFile')}</span>;
        if (row.state === 'revoked' || !may(revokeInspectionException)) return <span className="quiet">–</span>;
        return (
          <div className={styles.acts}>
            <Button onClick={() => extend(row)} aria-label={t('inspection.extendOf', { target: targetOf(row) })}>
              {t('inspection.extend')}
            </Button>
            <Button onClick={() => revoke(row)} aria-label={t('inspection.revokeOf', { target: targetOf(row) })}>
              {t('inspection.revoke')}
            </Button>
          </div>
        );
      },
    },
  ];
}
