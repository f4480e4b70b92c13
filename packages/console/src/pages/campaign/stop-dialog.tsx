import { getCampaign, getToday, listCampaigns, resumeCampaign, stopCampaign } from '@menshen/contract';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useLanguage } from '../../i18n/language.tsx';

interface StopDialogProps {
  readonly open: boolean;
  readonly app: string;
  readonly campaign: string;
  /** Lets it go on instead. */
  readonly resume?: boolean;
  readonly close: () => void;
}

/** Asks why a campaign is stopped, or goes on. */
export function StopDialog({ open, app, campaign, resume = false, close }: StopDialogProps) {
  const { t } = useLanguage();
  const act = useAction(resume ? resumeCampaign : stopCampaign, [getCampaign, listCampaigns, getToday]);
  const done = (): void => {
    act.reset();
    close();
  };
  return (
    <ConfirmDialog
      open={open}
      title={resume ? t('campaign.resume') : t('campaign.stop')}
      consequence={resume ? t('campaign.resumeText') : t('campaign.stopText')}
      confirm={resume ? t('campaign.resume') : t('campaign.stop')}
      danger={!resume}
      reasonLength={4}
      busy={act.isPending}
      error={act.error}
      onConfirm={(reason) => act.mutate({ params: { app, campaign }, body: { reason } }, { onSuccess: done })}
      onClose={done}
    />
  );
}
