import {
  confirmHeldChange,
  discardHeldChange,
  type HeldDirectoryChange,
  listDirectorySources,
  listDormantPeople,
  listHeldChanges,
  listPeople,
  listSessions,
} from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { classNames } from '../../ds/class-names.ts';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './sources-page.module.css';

type Chosen = { readonly act: 'confirm' | 'discard'; readonly change: HeldDirectoryChange };

/** Changes that were stopped before they did harm, and files that were read and not applied; nothing when there are none. */
export function HeldChanges() {
  const { t } = useLanguage();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const held = useEndpoint(listHeldChanges, { input: {}, refetchMs: 30_000 });
  const changes = held.data?.changes ?? [];
  return (
    <>
      {changes.length === 0 ? null : (
        <ul className={styles.held} aria-label={t('held.title')}>
          {changes.map((change) => (
            <Change key={change.id} change={change} now={held.dataUpdatedAt} choose={(act) => setChosen({ act, change })} />
          ))}
        </ul>
      )}
      <HeldDialog chosen={chosen} close={() => setChosen(null)} />
    </>
  );
}

interface ChangeProps {
  readonly change: HeldDirectoryChange;
  readonly now: number;
  readonly choose: (act: 'confirm' | 'discard') => void;
}

function Change({ change, now, choose }: ChangeProps) {
  const { t, format } = useLanguage();
  const may = useMay();
  const { kind, totals, diff, source } = change;
  const guard = kind === 'guard';
  const groups = [
    ['left', diff.left, totals.left],
    ['disabled', diff.disabled, totals.disabled],
    ['departments', diff.departmentsRemoved, diff.departmentsRemoved.length],
    ['added', diff.added, totals.added],
    ['changed', diff.changed, totals.changed],
    ['conflicts', diff.conflicts.map(({ key, reason }) => `${key}: ${reason}`), totals.conflicts],
  ] as const;
  return (
    <li className={classNames(styles.change, guard && styles.guard)}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          <Status tone={guard ? 'danger' : 'warning'}>{t(`held.${kind}`)}</Status>
        </h2>
        <span className="quiet">{t('held.by', { name: change.by, time: format.relative(change.at, now) })}</span>
      </div>
      <p className={styles.text}>
        {guard ? t('held.guardText', { source, left: totals.left, before: diff.activeBefore }) : t('held.previewText', totals)}
      </p>
      <div className={styles.lists}>
        {groups.map(([name, listed, total]) =>
          total === 0 ? null : (
            <details key={name} open={name === 'left' && listed.length <= 50}>
              <summary>{t(`held.${name}`, { count: total })}</summary>
              <ul className={styles.names}>
                {listed.map((one) => (
                  <li key={one}>
                    <code>{one}</code>
                  </li>
                ))}
                {total > listed.length ? <li className="quiet">{t('held.more', { count: total - listed.length })}</li> : null}
              </ul>
            </details>
          ),
        )}
      </div>
      {may(confirmHeldChange) ? (
        <div className={styles.acts}>
          <Button danger={totals.left > 0} type={totals.left > 0 ? 'default' : 'primary'} onClick={() => choose('confirm')}>
            {t('held.confirm')}
          </Button>
          <Button onClick={() => choose('discard')}>{t('held.discard')}</Button>
        </div>
      ) : null}
    </li>
  );
}

function HeldDialog({ chosen, close }: { readonly chosen: Chosen | null; readonly close: () => void }) {
  const { t } = useLanguage();
  const stale = [listHeldChanges, listDirectorySources, listPeople, listSessions, listDormantPeople];
  const confirm = useAction(confirmHeldChange, stale);
  const discard = useAction(discardHeldChange, [listHeldChanges, listDirectorySources]);
  if (chosen === null) return null;
  const { act, change } = chosen;
  const done = (): void => {
    confirm.reset();
    discard.reset();
    close();
  };
  const params = { id: change.id };
  const { left } = change.totals;
  return (
    <ConfirmDialog
      open
      title={t(`held.${act}`)}
      consequence={act === 'confirm' ? t('held.confirmText', { count: left }) : t('held.discardText')}
      confirm={t(`held.${act}`)}
      danger={act === 'confirm' && left > 0}
      busy={confirm.isPending || discard.isPending}
      error={confirm.error ?? discard.error}
      onConfirm={() => {
        if (act === 'confirm') confirm.mutate({ params, body: { left } }, { onSuccess: done });
        else discard.mutate({ params }, { onSuccess: done });
      }}
      onClose={done}
    />
  );
}
