import { getRiskOverview } from '@menshen/contract';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { Page } from '../../ds/page.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AssetsPanel } from './assets-panel.tsx';
import { BusinessesPanel } from './businesses-panel.tsx';
import { ControlsPanel } from './controls-panel.tsx';
import { ReportMenu } from './report-menu.tsx';
import { RiskTabs } from './risk-tabs.tsx';
import { RisksView } from './risks-view.tsx';
import type { RiskTab } from './tabs.ts';
import { TreatmentsPanel } from './treatments-panel.tsx';
import { TrendPanel } from './trend-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';
import { WhatIfPanel } from './what-if-panel.tsx';

const route = getRouteApi('/shell/risk');
/** A patched finding or a control that was switched on is to be seen within a minute. */
export const riskRefreshMs = 20_000;

/** Risks of the company: the picture, each side of it, and the way to every single number. */
export function RiskPage() {
  const { t } = useLanguage();
  const { tab = 'risks', business } = route.useSearch();
  const overview = useEndpoint(getRiskOverview, { input: { query: { business } }, refetchMs: riskRefreshMs, keep: true });
  useServerEvents((event) => {
    if (event.kind === 'risk') void overview.refetch();
  });
  const panels: Readonly<Record<RiskTab, () => ReactNode>> = {
    risks: () => (
      <Loadable query={overview} lines={14}>
        {(data) => <RisksView overview={data} />}
      </Loadable>
    ),
    trend: () => <TrendPanel />,
    businesses: () => (
      <Loadable query={overview} lines={10}>
        {(data) => <BusinessesPanel overview={data} />}
      </Loadable>
    ),
    controls: () => <ControlsPanel />,
    'what-if': () => (
      <Loadable query={overview} lines={10}>
        {(data) => <WhatIfPanel steps={data.steps} />}
      </Loadable>
    ),
    treatment: () => <TreatmentsPanel />,
    assets: () => <AssetsPanel />,
    versions: () => (
      <Loadable query={overview} lines={10}>
        {(data) => <VersionsPanel overview={data} />}
      </Loadable>
    ),
  };
  return (
    <Page title={t('risks.title')} question={t('risks.question')} actions={<ReportMenu />}>
      <RiskTabs current={tab} />
      {panels[tab]()}
    </Page>
  );
}
