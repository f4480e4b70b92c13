import { getDetections, listAlerts, type SigmaStanding } from '@menshen/contract';
import { Alert, Segmented } from 'antd';
import { useState } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import cards from '../../components/cards.module.css';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AlertCard } from './alert-card.tsx';
import { RulesPanel } from './rules-panel.tsx';
import { TuningsPanel } from './tunings-panel.tsx';

const refreshMs = 15_000;
const shown = '100';

/** What detection found: what nobody has judged first; and how often each rule was right. */
export function AlertsPage() {
  const { t } = useLanguage();
  const [view, setView] = useState<'open' | 'all' | 'rules'>('open');
  const show = view === 'all' ? 'all' : 'open';
  const alerts = useEndpoint(listAlerts, {
    input: { query: { show, limit: shown } },
    refetchMs: refreshMs,
    enabled: view !== 'rules',
  });
  const detections = useEndpoint(getDetections, { input: {}, refetchMs: refreshMs });
  return (
    <Page title={t('alerts.title')} question={t('alerts.question')}>
      <div>
        <Segmented
          value={view}
          onChange={setView}
          options={[
            { value: 'open', label: t('alerts.open') },
            { value: 'all', label: t('alerts.all') },
            { value: 'rules', label: t('alerts.rules') },
          ]}
        />
      </div>
      {detections.data?.watching === false ? <Alert type="warning" showIcon title={t('alerts.notWatching')} /> : null}
      {view === 'rules' ? (
        <Loadable query={detections} lines={12}>
          {(data) => (
            <>
              <SigmaNotice sigma={data.sigma} />
              <RulesPanel rules={data.rules} />
              <TuningsPanel tunings={data.tunings} rules={data.rules} />
            </>
          )}
        </Loadable>
      ) : (
        <Loadable query={alerts} lines={12}>
          {(data) => (
            <Panel flush title={t('alerts.list')} note={t(view === 'open' ? 'alerts.listNote' : 'alerts.allNote')}>
              {data.alerts.length === 0 ? (
                <EmptyState title={t(view === 'open' ? 'alerts.noneOpen' : 'alerts.none')}>{t('alerts.noneText')}</EmptyState>
              ) : (
                <ol className={cards.list}>
                  {data.alerts.map((alert) => (
                    <AlertCard key={alert.id} alert={alert} />
                  ))}
                </ol>
              )}
            </Panel>
          )}
        </Loadable>
      )}
    </Page>
  );
}

/** What of the Sigma rules does not work, where something does not. */
function SigmaNotice({ sigma }: { readonly sigma: SigmaStanding | null }) {
  const { t } = useLanguage();
  if (sigma === null) return null;
  const { refused, blind } = sigma;
  return (
    <>
      {refused > 0 ? <Alert type="warning" showIcon title={t('alerts.rulesRefused', { count: refused })} /> : null}
      {blind.length > 0 ? <Alert type="warning" showIcon title={t('alerts.rulesBlind', { rules: blind.join(', ') })} /> : null}
    </>
  );
}
