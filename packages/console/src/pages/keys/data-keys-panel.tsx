import { type DataKeyView, destroyKey, listKeys, rotateKey } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { daysSince } from './ring.ts';

const tones: Readonly<Record<DataKeyView['state'], Tone>> = { active: 'safe', retired: 'quiet', destroyed: 'quiet' };

/** Keys of Menshen's own, by the name under which they are rotated. */
const ownKeys = {
  'menshen-incidents': 'keys.own.incidents',
  'menshen-compliance': 'keys.own.compliance',
  'menshen-reports': 'keys.own.reports',
} as const;

type Acts = Readonly<Record<'rotate' | 'destroy', ((key: DataKeyView) => void) | null>>;

/** The data keys of apps, old ones first; rotates and destroys them. */
export function DataKeysPanel({ keys, now }: { readonly keys: readonly DataKeyView[]; readonly now: number }) {
  const { t } = useLanguage();
  const may = useMay();
  const [rotating, setRotating] = useState<DataKeyView | null>(null);
  const [destroying, setDestroying] = useState<DataKeyView | null>(null);
  const rotate = useAction(rotateKey, [listKeys]);
  const destroy = useAction(destroyKey, [listKeys]);
  const columns = useColumns(now, {
    rotate: may(rotateKey) ? setRotating : null,
    destroy: may(destroyKey) ? setDestroying : null,
  });
  const rows = [...keys].sort((one, other) => Number(other.old !== null) - Number(one.old !== null));
  const rotated = (): void => {
    rotate.reset();
    setRotating(null);
  };
  const destroyed = (): void => {
    destroy.reset();
    setDestroying(null);
  };
  return (
    <Panel
      flush
      title={t('keys.data')}
      note={t('keys.dataNote')}
      actions={<ExportButton name="menshen-keys" columns={columns} rows={rows} />}
    >
      <DataTable
        caption={t('keys.data')}
        columns={columns}
        rows={rows}
        rowKey={(key) => String(key.kid)}
        empty={<EmptyState title={t('keys.none')}>{t('keys.noneText')}</EmptyState>}
      />
      <ConfirmDialog
        open={rotating !== null}
        title={t('keys.rotate')}
        consequence={rotating === null ? null : t('keys.rotateText', { app: rotating.app })}
        confirm={t('keys.rotate')}
        busy={rotate.isPending}
        error={rotate.error}
        onConfirm={() => {
          if (rotating !== null)
            rotate.mutate({ body: { app: rotating.app, algorithm: rotating.algorithm } }, { onSuccess: rotated });
        }}
        onClose={rotated}
      />
      <ConfirmDialog
        open={destroying !== null}
        title={t('keys.destroy')}
        consequence={destroying === null ? null : t('keys.destroyText', { kid: destroying.kid })}
        confirm={t('keys.destroy')}
        danger
        reasonLength={2}
        busy={destroy.isPending}
        error={destroy.error}
        onConfirm={(reason) => {
          if (destroying !== null)
            destroy.mutate({ params: { kid: destroying.kid }, body: { reason } }, { onSuccess: destroyed });
        }}
        onClose={destroyed}
      />
    </Panel>
  );
}

function useColumns(now: number, acts: Acts): readonly Column<DataKeyView>[] {
  const { t, format } = useLanguage();
  return [
    {
      key: 'app',
      title: t('keys.app'),
      grow: true,
      value: (key) => key.app,
      render: ({ app }) => (app in ownKeys ? <span title={app}>{t(ownKeys[app as keyof typeof ownKeys])}</span> : app),
    },
    {
      key: 'state',
      title: t('keys.state'),
      value: (key) => t(`keys.state.${key.state}`),
      render: (key) => (
        <Status tone={key.old === null ? tones[key.state] : 'warning'}>
          {key.old === null ? t(`keys.state.${key.state}`) : t(`keys.mark.${key.old}`)}
        </Status>
      ),
    },
    {
      key: 'age',
      title: t('keys.age'),
      numeric: true,
      value: (key) => daysSince(key.created, now),
      render: (key) => (
        <span className="no-wrap" title={format.dateTime(key.created)}>
          {t('keys.days', { days: format.number(daysSince(key.created, now)) })}
        </span>
      ),
    },
    {
      key: 'sealed',
      title: t('keys.sealed'),
      numeric: true,
      value: (key) => key.sealed,
      render: (key) => format.number(key.sealed),
    },
    {
      key: 'opened',
      title: t('keys.opened'),
      numeric: true,
      value: (key) => key.opened,
      render: (key) => format.number(key.opened),
    },
    {
      key: 'algorithm',
      title: t('keys.algorithm'),
      wideOnly: true,
      value: (key) => key.algorithm,
      render: (key) => <span className="no-wrap">{key.algorithm}</span>,
    },
    {
      key: 'kid',
      title: t('keys.kid'),
      wideOnly: true,
      value: (key) => key.kid,
      render: (key) => <code>{key.kid}</code>,
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 96,
      plain: true,
      render: (key) => {
        if (key.state === 'active' && acts.rotate !== null)
          return (
            <Button onClick={() => acts.rotate?.(key)} aria-label={t('keys.rotateOf', { app: key.app })}>
              {t('keys.rotate')}
            </Button>
          );
        if (key.state === 'retired' && acts.destroy !== null)
          return (
            <Button danger onClick={() => acts.destroy?.(key)} aria-label={t('keys.destroyOf', { kid: key.kid })}>
              {t('keys.destroy')}
            </Button>
          );
        return <span className="quiet">–</span>;
      },
    },
  ];
}
