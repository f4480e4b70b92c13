import {
  type AppSecretView,
  applyMeasure,
  discardAppSecret,
  getToday,
  listAppSecrets,
  secretWords,
  stageAppSecret,
} from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AppSecretDialog } from './app-secret-dialog.tsx';
import styles from './containment.module.css';

const tones = { configured: 'safe', overlap: 'warning', replaced: 'warning' } as const;

/** Secrets that WeChat and WeCom give the apps: as the configuration has them, replaced, or waiting to be taken into use. */
export function AppSecretsPanel({ use }: { readonly use: (staged: string) => void }) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const secrets = useEndpoint(listAppSecrets, { input: {} });
  const [entering, setEntering] = useState<AppSecretView | null>(null);
  const [discarding, setDiscarding] = useState<AppSecretView | null>(null);
  const discard = useAction(discardAppSecret, [listAppSecrets, getToday]);
  const nameOf = ({ app, secret }: AppSecretView): string => `${app} ${secretWords[secret][language]}`;
  const done = (): void => {
    discard.reset();
    setDiscarding(null);
  };
  const columns: readonly Column<AppSecretView>[] = [
    {
      key: 'secret',
      title: t('appSecrets.secret'),
      value: nameOf,
      render: (row) => (
        <>
          <strong>{row.app}</strong> {secretWords[row.secret][language]}
          <div className="quiet">{row.provider}</div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('containment.state'),
      grow: true,
      wrap: true,
      value: (row) => t(`appSecrets.state.${row.state}`),
      render: ({ state, replaced, mark }) => (
        <>
          <Status tone={tones[state]}>{t(`appSecrets.state.${state}`)}</Status>
          <div className="quiet">
            {replaced === null
              ? t('appSecrets.mark', { mark })
              : t('appSecrets.replacedBy', { name: replaced.by, time: format.dateTime(replaced.at), mark })}
          </div>
          {state === 'overlap' && replaced !== null ? (
            <div className="quiet">{t('appSecrets.overlapUntil', { time: format.dateTime(replaced.overlapUntil) })}</div>
          ) : null}
          {replaced?.fellBack == null ? null : (
            <Status tone="danger">{t('appSecrets.fellBack', { time: format.dateTime(replaced.fellBack) })}</Status>
          )}
        </>
      ),
    },
    {
      key: 'staged',
      title: t('appSecrets.staged'),
      wrap: true,
      value: ({ staged }) => (staged === null ? '' : staged.mark),
      render: ({ staged }) =>
        staged === null ? (
          <span className="quiet">–</span>
        ) : (
          <>
            <Status tone={staged.accepted ? 'safe' : 'warning'}>
              {t(staged.accepted ? 'appSecrets.accepted' : 'appSecrets.unchecked')}
            </Status>
            <div className="quiet">
              {t('appSecrets.stagedBy', { name: staged.by, time: format.dateTime(staged.at), mark: staged.mark })}
            </div>
          </>
        ),
    },
    {
      key: 'act',
      title: t('column.act'),
      plain: true,
      render: (row) => {
        if (!may(stageAppSecret)) return <span className="quiet">–</span>;
        const { app, secret, staged } = row;
        if (staged === null)
          return (
            <Button onClick={() => setEntering(row)} aria-label={t('appSecrets.enterOf', { secret: nameOf(row) })}>
              {t('appSecrets.enter')}
            </Button>
          );
        return (
          <span className={styles.acts}>
            {may(applyMeasure) ? (
              <Button
                type="primary"
                onClick={() => use(`${app} ${secret} ${staged.id}`)}
                aria-label={t('appSecrets.useOf', { secret: nameOf(row) })}
              >
                {t('appSecrets.use')}
              </Button>
            ) : null}
            <Button onClick={() => setDiscarding(row)} aria-label={t('appSecrets.discardOf', { secret: nameOf(row) })}>
              {t('appSecrets.discard')}
            </Button>
          </span>
        );
      },
    },
  ];
  return (
    <Panel flush title={t('appSecrets.title')} note={t('appSecrets.note')}>
      <Loadable query={secrets} lines={3}>
        {(data) => (
          <DataTable
            caption={t('appSecrets.title')}
            columns={columns}
            rows={data.secrets}
            rowKey={({ app, secret }) => `${app} ${secret}`}
            empty={<EmptyState title={t('appSecrets.none')}>{t('appSecrets.noneText')}</EmptyState>}
          />
        )}
      </Loadable>
      {entering === null ? null : <AppSecretDialog of={entering} close={() => setEntering(null)} />}
      <ConfirmDialog
        open={discarding !== null}
        title={t('appSecrets.discard')}
        consequence={discarding === null ? null : t('appSecrets.discardText', { secret: nameOf(discarding) })}
        confirm={t('appSecrets.discard')}
        busy={discard.isPending}
        error={discard.error}
        onConfirm={() => {
          const id = discarding?.staged?.id;
          if (id !== undefined) discard.mutate({ params: { id } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}
