import type { CampaignView } from '@menshen/contract';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** How a campaign stands, in one word. */
export function CampaignStateMark({ campaign }: { readonly campaign: CampaignView }) {
  const { t } = useLanguage();
  const { state, stop, heldUntil } = campaign;
  if (state === 'stopped')
    return (
      <Status tone="danger" filled>
        {stop?.cause === 'administrator' ? t('campaign.state.stopped') : t('campaign.state.stoppedItself')}
      </Status>
    );
  // The ledger would let it go on; a measure does not.
  if (heldUntil !== null && state !== 'ended')
    return (
      <Status tone="danger" filled>
        {t('campaign.state.held')}
      </Status>
    );
  return <Status tone={state === 'open' ? 'safe' : 'quiet'}>{t(`campaign.state.${state}`)}</Status>;
}
