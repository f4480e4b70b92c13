import type { getToday } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { Facts } from '../../ds/facts.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Whether the log takes records, how long it is, and when its head was last signed. */
export function LogState({ log, now }: { readonly log: Output<typeof getToday>['log']; readonly now: number }) {
  const { t, format } = useLanguage();
  return (
    <Panel title={t('today.log')} actions={<Link to="/audit">{t('today.openLog')}</Link>}>
      <Facts
        facts={[
          {
            label: t('log.state'),
            value: <Status tone={log.state === 'ok' ? 'safe' : 'danger'}>{t(`log.${log.state}`)}</Status>,
          },
          { label: t('log.size'), value: format.number(log.size) },
          {
            label: t('log.checkpoint'),
            value: log.checkpointTime === null ? t('log.noCheckpoint') : format.relative(log.checkpointTime, now),
          },
        ]}
      />
    </Panel>
  );
}
