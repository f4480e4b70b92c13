import { type GrantView, getCampaign, listCampaigns, listGrants, resolveGrant, voidGrant } from '@menshen/contract';
import { Radio } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { yuan } from '../campaigns/money.ts';

export interface GrantAct {
  readonly act: 'void' | 'resolve';
  readonly grant: GrantView;
}

interface GrantDialogProps {
  readonly chosen: GrantAct | null;
  readonly app: string;
  readonly campaign: string;
  readonly close: () => void;
}

/** Makes a coupon void, or says what became of an interrupted one. */
export function GrantDialog({ chosen, app, campaign, close }: GrantDialogProps) {
  const { t, format } = useLanguage();
  const [happened, setHappened] = useState(true);
  const stale = [listGrants, getCampaign, listCampaigns];
  const makeVoid = useAction(voidGrant, stale);
  const resolve = useAction(resolveGrant, stale);
  const done = (): void => {
    makeVoid.reset();
    resolve.reset();
    setHappened(true);
    close();
  };
  const { act, grant } = chosen ?? {};
  const words = { coupon: grant?.coupon ?? '', amount: yuan(grant?.cents ?? 0, format.number) };
  const params = { app, campaign, grant: grant?.id ?? '' };
  return (
    <ConfirmDialog
      open={chosen !== null}
      title={act === 'resolve' ? t('ledger.resolve') : t('ledger.void')}
      consequence={
        act === 'resolve'
          ? t(grant?.state === 'refunded' ? 'ledger.resolveRefund' : 'ledger.resolveText', words)
          : t('ledger.voidText', words)
      }
      confirm={act === 'resolve' ? t('ledger.resolveConfirm') : t('ledger.void')}
      danger={act === 'void'}
      reasonLength={4}
      busy={makeVoid.isPending || resolve.isPending}
      error={makeVoid.error ?? resolve.error}
      onConfirm={(reason) => {
        if (act === 'resolve') resolve.mutate({ params, body: { happened, reason } }, { onSuccess: done });
        else makeVoid.mutate({ params, body: { reason } }, { onSuccess: done });
      }}
      onClose={done}
    >
      {act === 'resolve' ? (
        <Radio.Group
          aria-label={t('ledger.resolve')}
          value={happened}
          onChange={(event) => setHappened(event.target.value === true)}
          options={[
            { value: true, label: t('ledger.happened') },
            { value: false, label: t('ledger.notHappened') },
          ]}
        />
      ) : null}
    </ConfirmDialog>
  );
}
