import { lazy, Suspense } from 'react';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { yuan } from '../campaigns/money.ts';
import styles from './campaign-page.module.css';
import { hourSeries } from './hour-series.ts';
import type { CampaignDetail } from './model.ts';

const ProgressChart = lazy(async () => ({ default: (await import('./progress-chart.tsx')).ProgressChart }));

/** How the budget burns down, and how many claims an hour brings. */
export function ProgressPanel({ detail: { campaign, hours, centsBefore, now } }: { readonly detail: CampaignDetail }) {
  const { t, format } = useLanguage();
  const money = (cents: number): string => yuan(cents, format.number);
  const points = hourSeries(hours, centsBefore, campaign.budget.cents, now);
  const last = points.at(-1);
  const peak = points.reduce<(typeof points)[number] | undefined>(
    (top, point) => (top === undefined || point.claims > top.claims ? point : top),
    undefined,
  );
  if (last === undefined || peak === undefined)
    return (
      <Panel title={t('campaign.progress')}>
        <EmptyState title={t('campaign.noClaims')}>{t('campaign.noClaimsText')}</EmptyState>
      </Panel>
    );
  const charts = [
    [
      'left',
      t('campaign.burnDown'),
      t('campaign.burnDownText', { left: money(last.left), budget: money(campaign.budget.cents) }),
    ],
    ['claims', t('campaign.perHour'), t('campaign.perHourText', { peak: peak.claims, time: format.minute(peak.time) })],
  ] as const;
  return (
    <div className={styles.columns}>
      {charts.map(([kind, title, description]) => (
        <Panel key={kind} title={title} note={description}>
          <Suspense fallback={<div className={styles.chart} />}>
            <ProgressChart points={points} kind={kind} description={`${title}. ${description}`} />
          </Suspense>
        </Panel>
      ))}
    </div>
  );
}
