import { lazy, type ReactNode, Suspense, useState } from 'react';
import { classNames } from '../../ds/class-names.ts';
import { DataTable } from '../../ds/data-table.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { Bucket } from './bucket.ts';
import { type ChartView, ChartViewSwitch } from './chart-view-switch.tsx';
import styles from './timeline.module.css';

const TimelineChart = lazy(async () => ({ default: (await import('./timeline-chart.tsx')).TimelineChart }));

type Series = 'passed' | 'refused' | 'failed';

interface TimelineProps {
  readonly buckets: readonly Bucket[];
  /** Opens the span of one bucket. */
  readonly onPick?: (from: number, to: number) => void;
  readonly height?: number;
  /** Makes a figure of the legend open its requests. */
  readonly link: (outcome: Series, figure: ReactNode) => ReactNode;
}

/** Requests over time, as a chart or as a table: the table holds all that the chart shows. */
export function Timeline({ buckets, onPick, height = 160, link }: TimelineProps) {
  const { t, format } = useLanguage();
  const [view, setView] = useState<ChartView>('chart');
  const width = buckets.length > 1 ? (buckets[1]?.time ?? 0) - (buckets[0]?.time ?? 0) : 3_600_000;
  const pick = onPick === undefined ? undefined : (from: number) => onPick(from, from + width);
  if (buckets.every((bucket) => bucket.passed + bucket.refused + bucket.failed === 0)) {
    return <EmptyState title={t('chart.empty')}>{t('chart.emptyText')}</EmptyState>;
  }
  return (
    <div className={styles.timeline}>
      <div className={styles.bar}>
        <ul className={styles.legend}>
          {(['passed', 'refused', 'failed'] as const).map((series) => (
            <li key={series}>
              <span className={classNames(styles.swatch, styles[series])} aria-hidden="true" />
              {t(`outcome.${series}`)}{' '}
              {link(
                series,
                <strong className="figures">{format.number(buckets.reduce((sum, bucket) => sum + bucket[series], 0))}</strong>,
              )}
            </li>
          ))}
        </ul>
        <ChartViewSwitch view={view} onChange={setView} />
      </div>
      {view === 'chart' ? (
        <Suspense fallback={<div style={{ height }} data-loading />}>
          <TimelineChart buckets={buckets} height={height} onPick={pick} />
        </Suspense>
      ) : (
        <div className={styles.table}>
          <TimelineTable buckets={buckets} onPick={pick} />
        </div>
      )}
    </div>
  );
}

function TimelineTable({
  buckets,
  onPick,
}: {
  readonly buckets: readonly Bucket[];
  readonly onPick: ((from: number) => void) | undefined;
}) {
  const { t, format } = useLanguage();
  const figure = (series: Series) => ({
    key: series,
    title: t(`outcome.${series}`),
    numeric: true,
    render: (bucket: Bucket) => format.number(bucket[series]),
  });
  return (
    <DataTable
      dense
      caption={t('chart.caption')}
      rows={buckets}
      rowKey={(bucket) => String(bucket.time)}
      columns={[
        {
          key: 'time',
          title: t('column.from'),
          render: (bucket) =>
            onPick === undefined ? (
              format.minute(bucket.time)
            ) : (
              <button type="button" className="link figures" onClick={() => onPick(bucket.time)}>
                {format.minute(bucket.time)}
              </button>
            ),
        },
        figure('passed'),
        figure('refused'),
        figure('failed'),
      ]}
    />
  );
}
