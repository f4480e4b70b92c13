import { listKeys, rewrapKeys } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { Ring } from './ring.ts';

type WrappingPanelProps = Pick<Ring, 'wrapping' | 'rewrapping'>;

/** The keys that hold the data keys, and the way to put all under the current one. */
export function WrappingPanel({ wrapping, rewrapping }: WrappingPanelProps) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const rewrap = useAction(rewrapKeys, [listKeys]);
  const left = wrapping.some(({ current, keys }) => !current && keys > 0);
  const close = (): void => {
    rewrap.reset();
    setOpen(false);
  };
  return (
    <Panel
      title={t('keys.wrapping')}
      note={t('keys.wrappingNote')}
      actions={left && may(rewrapKeys) ? <Button onClick={() => setOpen(true)}>{t('keys.rewrap')}</Button> : null}
    >
      {rewrapping.running ? (
        <p className="paragraph">
          <Status tone="quiet">{t('keys.rewrapping', { moved: format.number(rewrapping.moved) })}</Status>
        </p>
      ) : null}
      <Facts
        columns={2}
        facts={wrapping.map(({ id, kind, current, keys }) => ({
          label: t('keys.wrappingName', { id, kind: t(`keys.kind.${kind}`) }),
          value: (
            <>
              {current ? <Status tone="safe">{t('keys.current')}</Status> : null}{' '}
              {t('keys.holds', { count: format.number(keys) })}
            </>
          ),
        }))}
      />
      <ConfirmDialog
        open={open}
        title={t('keys.rewrap')}
        consequence={t('keys.rewrapText')}
        confirm={t('keys.rewrap')}
        busy={rewrap.isPending}
        error={rewrap.error}
        onConfirm={() => rewrap.mutate({ body: {} }, { onSuccess: close })}
        onClose={close}
      />
    </Panel>
  );
}
