import { Button } from 'antd';
import { useChannelState } from '../../api/events.ts';
import { PauseIcon, ResumeIcon } from '../../ds/icon.ts';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

interface LiveControlProps {
  readonly paused: boolean;
  readonly waiting: number;
  readonly toggle: () => void;
}

/** Whether new requests appear by themselves, and how to hold the list still while reading it. */
export function LiveControl({ paused, waiting, toggle }: LiveControlProps) {
  const { t } = useLanguage();
  const state = useChannelState();
  return (
    <>
      {paused ? (
        <span className="quiet">{t('live.waiting', { count: waiting })}</span>
      ) : (
        <Status tone={state === 'open' ? 'safe' : 'warning'}>{t(state === 'open' ? 'live.on' : 'live.connecting')}</Status>
      )}
      <Button icon={paused ? <ResumeIcon /> : <PauseIcon />} onClick={toggle}>
        {t(paused ? 'live.resume' : 'live.pause')}
      </Button>
    </>
  );
}
