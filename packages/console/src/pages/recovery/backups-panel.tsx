import type { BackupView } from '@menshen/contract';
import type { ReactNode } from 'react';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { RecoveryData } from './model.ts';
import styles from './recovery.module.css';

/** The backups that there are, the newest first, and what of the business is in them. */
export function BackupsPanel({ data: { backups, data, at }, act }: { readonly data: RecoveryData; readonly act: ReactNode }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<BackupView>[] = [
    {
      key: 'created',
      title: t('recovery.made'),
      value: ({ created }) => format.dateTime(created),
      render: ({ created }) => (
        <>
          {format.dateTime(created)} <span className="quiet">{format.relative(created, at)}</span>
        </>
      ),
    },
    { key: 'file', title: t('recovery.file'), grow: true, value: ({ file }) => file, render: ({ file }) => <code>{file}</code> },
    {
      key: 'bytes',
      title: t('recovery.size'),
      numeric: true,
      value: ({ bytes }) => bytes,
      render: ({ bytes }) => format.bytes(bytes),
    },
    {
      key: 'log',
      title: t('recovery.entries'),
      numeric: true,
      value: ({ logSize }) => logSize ?? 0,
      render: ({ logSize }) => (logSize === null ? '–' : format.number(logSize)),
    },
    {
      key: 'holds',
      title: t('recovery.holds'),
      value: (one) => [...one.data, ...(one.keys ? ['keys'] : [])].join(' '),
      render: (one) => (
        <>
          {t(one.keys ? 'recovery.withKeys' : 'recovery.withoutKeys')}
          {one.data.length === 0 ? null : ` · ${format.list(one.data)}`}
        </>
      ),
    },
  ];
  const missing = data.filter(({ last }) => last === null);
  const note =
    backups === null
      ? t('recovery.backupsOffNote')
      : t(backups.offsite ? 'recovery.backupsNoteOffsite' : 'recovery.backupsNote', {
          folder: backups.folder,
          next: format.minute(backups.next),
        });
  return (
    <Panel flush title={t('recovery.backups')} note={note} actions={act}>
      {missing.length === 0 || backups === null ? null : (
        <p className={styles.wrapped} style={{ padding: '0 16px' }}>
          <Status tone="warning">{t('recovery.dataMissing', { names: format.list(missing.map(({ id }) => id)) })}</Status>
        </p>
      )}
      <DataTable
        caption={t('recovery.backups')}
        columns={columns}
        rows={backups?.list ?? []}
        rowKey={({ file }) => file}
        empty={
          backups === null ? (
            <EmptyState title={t('recovery.backupsOff')}>{t('recovery.backupsOffText')}</EmptyState>
          ) : (
            <EmptyState title={t('recovery.backupsEmpty')}>{t('recovery.backupsEmptyText')}</EmptyState>
          )
        }
      />
    </Panel>
  );
}
