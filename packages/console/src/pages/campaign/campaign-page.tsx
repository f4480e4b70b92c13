import { getCampaign, stopCampaign } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { HeldNotice } from '../../components/held-notice.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { CampaignStateMark } from '../campaigns/campaign-state.tsx';
import { yuan } from '../campaigns/money.ts';
import styles from './campaign-page.module.css';
import { CodesPanel } from './codes-panel.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import type { CampaignDetail } from './model.ts';
import { ProgressPanel } from './progress-panel.tsx';
import { StopDialog } from './stop-dialog.tsx';
import { StopNotice } from './stop-notice.tsx';
import { TopPanel } from './top-panel.tsx';
import { ViolationsPanel } from './violations-panel.tsx';

const page = getRouteApi('/shell/campaigns/$app/$campaign');

/** One campaign: what broke its rules, how its budget goes, its ledger and its codes. */
export function CampaignPage() {
  const { t, language } = useLanguage();
  const params = page.useParams();
  const may = useMay();
  const [stopping, setStopping] = useState(false);
  const detail = useEndpoint(getCampaign, { input: { params }, refetchMs: 30_000 });
  useServerEvents((event) => {
    if (event.kind === 'guard') void detail.refetch();
  });
  const campaign = detail.data?.campaign;
  return (
    <Page
      title={campaign?.name[language] ?? params.campaign}
      question={t('campaign.question')}
      trail={<Link to="/campaigns">{t('campaigns.title')}</Link>}
      actions={
        campaign === undefined || campaign.state === 'stopped' || !may(stopCampaign) ? null : (
          <Button danger onClick={() => setStopping(true)}>
            {t('campaign.stop')}
          </Button>
        )
      }
    >
      <Loadable query={detail} lines={10}>
        {(data) => (
          <>
            <HeldNotice
              holds={({ kind, target }) =>
                kind === 'stop_campaign' && target.app === params.app && target.campaign === params.campaign
              }
            />
            <StopNotice detail={data} />
            <Figures detail={data} />
            <ViolationsPanel violations={data.violations} now={data.now} />
            <ProgressPanel detail={data} />
            <LedgerPanel app={params.app} campaign={params.campaign} />
            {data.campaign.codes ? <CodesPanel detail={data} /> : null}
            <div className={styles.columns}>
              <TopPanel top={data.top} />
              <Rules detail={data} />
            </div>
          </>
        )}
      </Loadable>
      <StopDialog open={stopping} app={params.app} campaign={params.campaign} close={() => setStopping(false)} />
    </Page>
  );
}

function Figures({ detail: { campaign, states } }: { readonly detail: CampaignDetail }) {
  const { t, format } = useLanguage();
  const money = (cents: number): string => yuan(cents, format.number);
  const of = (state: string) => states.find((one) => one.state === state);
  return (
    <Metrics>
      <Metric label={t('campaigns.state')} value="" note={<CampaignStateMark campaign={campaign} />} />
      <Metric
        label={t('campaign.taken')}
        value={money(campaign.taken.cents)}
        note={t('campaign.ofBudget', { budget: money(campaign.budget.cents) })}
      />
      <Metric
        label={t('campaign.granted')}
        value={format.number(campaign.taken.count)}
        note={campaign.budget.count === null ? undefined : t('campaign.ofCount', { count: campaign.budget.count })}
      />
      <Metric
        label={t('campaign.redeemed')}
        value={format.number(of('redeemed')?.count ?? 0)}
        note={money(of('redeemed')?.cents ?? 0)}
      />
      <Metric label={t('campaigns.claims')} value={format.number(campaign.recent.claims)} />
    </Metrics>
  );
}

function Rules({ detail: { campaign, rules } }: { readonly detail: CampaignDetail }) {
  const { t, format } = useLanguage();
  const money = (cents: number): string => yuan(cents, format.number);
  const quota = ({ total, perDay }: { readonly total: number | null; readonly perDay: number | null }): string | null => {
    const parts = [
      ...(total === null ? [] : [t('campaign.quotaTotal', { count: total })]),
      ...(perDay === null ? [] : [t('campaign.quotaDay', { count: perDay })]),
    ];
    return parts.length === 0 ? null : format.list(parts);
  };
  const { amount, start, end, budget } = campaign;
  return (
    <Panel title={t('campaign.rules')} note={t('campaign.rulesNote')}>
      <Facts
        facts={[
          {
            label: t('campaign.amount'),
            value:
              amount.fixedCents.length > 0
                ? format.list(amount.fixedCents.map(money))
                : amount.minCents === amount.maxCents
                  ? money(amount.minCents)
                  : t('campaign.range', {
                      from: money(amount.minCents),
                      to: money(amount.maxCents),
                      step: money(rules.stepCents),
                    }),
          },
          { label: t('campaign.open'), value: t('campaign.fromTo', { from: format.minute(start), to: format.minute(end) }) },
          {
            label: t('campaign.hours'),
            value: rules.hours === null ? null : t('campaign.fromTo', { from: rules.hours.from, to: rules.hours.to }),
          },
          { label: t('campaign.person'), value: quota(rules.person) },
          { label: t('campaign.device'), value: quota(rules.device) },
          {
            label: t('campaigns.budget'),
            value: format.list([
              money(budget.cents),
              ...(budget.count === null ? [] : [t('campaign.quotaTotal', { count: budget.count })]),
            ]),
          },
          { label: t('campaign.places'), value: rules.places.length === 0 ? null : rules.places.join(' ') },
          {
            label: t('campaign.stops'),
            value: t('campaign.stopsText', {
              answers: rules.stop.answers,
              people: rules.stop.people,
              minutes: Math.ceil(rules.stop.windowSeconds / 60),
            }),
          },
        ]}
      />
    </Panel>
  );
}
