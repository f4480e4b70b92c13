import { type ComplianceFramework, getTrend } from '@menshen/contract';
import { useMemo } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { TrendView } from '../../components/charts/trend-view.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const shown = { met: 'jade', gap: 'cinnabar', stale: 'amber', manual: 'ink' } as const;
const states = ['met', 'gap', 'stale', 'manual'] as const;

/** States of a standard over the last months. */
export function ComplianceTrend({ framework, subject }: { readonly framework: ComplianceFramework; readonly subject: string }) {
  const { t } = useLanguage();
  const trend = useEndpoint(getTrend, { input: { query: { subject, days: '90' } }, keep: true });
  const days = trend.data?.days;
  const course = useMemo(() => {
    const known = (days ?? []).flatMap(({ at, compliance }) => {
      const own = compliance.find((one) => one.framework === framework);
      return own === undefined ? [] : [{ at, counts: own.counts }];
    });
    return {
      times: known.map(({ at }) => at),
      series: states.map((state) => ({
        ...{ name: t(`compliance.state.${state}`), tone: shown[state] },
        values: known.map(({ counts }) => counts[state]),
      })),
    };
  }, [days, framework, t]);
  return (
    <Panel title={t('compliance.trend')} note={t('compliance.trendNote')}>
      <Loadable query={trend} lines={6}>
        {() =>
          course.times.length < 2 ? (
            <p className="quiet">{t('trend.noneText')}</p>
          ) : (
            <TrendView caption={t('compliance.trend')} times={course.times} series={course.series} />
          )
        }
      </Loadable>
    </Panel>
  );
}
