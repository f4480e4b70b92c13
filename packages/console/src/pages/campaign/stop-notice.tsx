import { resumeCampaign } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useMay } from '../../api/may.ts';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './campaign-page.module.css';
import type { CampaignDetail } from './model.ts';
import { StopDialog } from './stop-dialog.tsx';

/** Why a campaign stands still, what exactly differed last, and the way on. Nothing while it runs. */
export function StopNotice({ detail }: { readonly detail: CampaignDetail }) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const [resuming, setResuming] = useState(false);
  const { campaign, violations, now } = detail;
  const { stop } = campaign;
  if (stop === null) return null;
  const side = stop.cause === 'answers' ? 'answer' : 'request';
  const last = stop.cause === 'administrator' ? undefined : violations.find((one) => one.side === side);
  return (
    <section className={styles.stop} aria-label={t('campaign.stopTitle')}>
      <h2 className={styles.stopTitle}>
        <Status tone="danger">
          {stop.cause === 'administrator'
            ? t('campaign.stopped.administrator', { name: stop.by })
            : t(`campaign.stopped.${stop.cause}`, { count: stop.count ?? 0 })}
        </Status>
      </h2>
      <p className={styles.stopText}>
        <span title={format.dateTime(stop.at)}>{format.relative(stop.at, now)}</span>
        {stop.reason === null ? null : <> · {stop.reason}</>}
      </p>
      {last === undefined ? null : (
        <p className={styles.stopText}>
          {t('campaign.differed', { expected: last.expected[language], seen: last.seen[language] })}
        </p>
      )}
      <p className={styles.stopText}>{t('campaign.stopNext')}</p>
      {may(resumeCampaign) ? <Button onClick={() => setResuming(true)}>{t('campaign.resume')}</Button> : null}
      <StopDialog open={resuming} app={campaign.app} campaign={campaign.id} resume close={() => setResuming(false)} />
    </section>
  );
}
