import type { trafficSummary } from '@menshen/contract';
import type { Output } from '../../api/call.ts';
import { Facet } from '../../components/filters/facet.tsx';
import { Reason } from '../../components/reason.tsx';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { TrafficFilter } from './row-matches.ts';
import styles from './traffic-facets.module.css';

interface TrafficFacetsProps {
  readonly summary: Output<typeof trafficSummary>;
  readonly filter: TrafficFilter;
  readonly change: (change: TrafficFilter) => void;
}

/** The same requests by reason, by route and by address; a press filters. */
export function TrafficFacets({ summary, filter, change }: TrafficFacetsProps) {
  const { t } = useLanguage();
  return (
    <div className={styles.facets}>
      <Panel flush title={t('traffic.byReason')}>
        <Facet
          items={summary.codes.map(({ code, count }) => ({ value: code, count, label: <Reason code={code} /> }))}
          chosen={filter.code}
          choose={(code) => change({ code })}
          empty={t('traffic.noReasons')}
        />
      </Panel>
      <Panel flush title={t('traffic.byRoute')}>
        <Facet
          items={summary.routes.map(({ route, count, refused }) => ({
            value: route,
            count,
            refused,
            label: <code title={route}>{route}</code>,
          }))}
          chosen={filter.route}
          choose={(route) => change({ route })}
          empty={t('traffic.noRoutes')}
        />
      </Panel>
      <Panel flush title={t('traffic.byAddress')}>
        <Facet
          items={summary.addresses.map(({ address, count, refused }) => ({
            value: address,
            count,
            refused,
            label: <code>{address}</code>,
          }))}
          chosen={filter.address}
          choose={(address) => change({ address })}
          empty={t('traffic.noAddresses')}
        />
      </Panel>
    </div>
  );
}
