import { lazy, Suspense, useState } from 'react';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { type ChartView, ChartViewSwitch } from './chart-view-switch.tsx';
import styles from './timeline.module.css';
import type { TrendSeries } from './trend-chart.tsx';

const TrendChart = lazy(async () => ({ default: (await import('./trend-chart.tsx')).TrendChart }));

/** As the chart draws them, series by series. */
const legendDashes = ['none', '6 4', '2 3', '9 3 2 3'] as const;

interface Point {
  readonly time: number;
  readonly at: number;
}

/** Figures over days, as a chart or as a table that holds all that the chart shows. */
export function TrendView({
  caption,
  times,
  series,
  marks = [],
}: {
  readonly caption: string;
  readonly times: readonly number[];
  readonly series: readonly TrendSeries[];
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
}) {
  const { t, format } = useLanguage();
  const [view, setView] = useState<ChartView>('chart');
  const last = series.flatMap(({ name, values }) => {
    const [first, now] = [values[0] ?? null, values.at(-1) ?? null];
    return now === null ? [] : [`${name} ${first === null ? '' : `${format.number(first)} → `}${format.number(now)}`];
  });
  const rows: readonly Point[] = times.map((time, at) => ({ time, at })).toReversed();
  const columns: readonly Column<Point>[] = [
    {
      ...{ key: 'day', title: t('trend.day') },
      value: ({ time }) => format.day(time),
      render: ({ time }) => format.day(time),
    },
    ...series.map(
      ({ name, values }): Column<Point> => ({
        ...{ key: name, title: name, numeric: true },
        value: ({ at }) => values[at] ?? '',
        render: ({ at }) => {
          const value = values[at] ?? null;
          return value === null ? '–' : format.number(value);
        },
      }),
    ),
  ];
  return (
    <div className={styles.timeline}>
      <div className={styles.bar}>
        <ul className={styles.legend}>
          {series.map(({ name, tone, values }, index) => {
            const now = values.at(-1) ?? null;
            return (
              <li key={name}>
                <svg width="26" height="8" aria-hidden="true">
                  <line
                    {...{ x1: 0, y1: 4, x2: 26, y2: 4, strokeWidth: 2 }}
                    stroke={`var(--${tone})`}
                    strokeDasharray={legendDashes[index]}
                  />
                </svg>{' '}
                {name} <strong className="figures">{now === null ? '–' : format.number(now)}</strong>
              </li>
            );
          })}
        </ul>
        <ChartViewSwitch view={view} onChange={setView} />
      </div>
      {view === 'chart' ? (
        <Suspense fallback={<div style={{ height: 220 }} data-loading />}>
          <TrendChart times={times} series={series} marks={marks} description={`${caption}. ${last.join(', ')}`} />
        </Suspense>
      ) : (
        <div className={styles.table}>
          <DataTable dense caption={caption} columns={columns} rows={rows} rowKey={({ time }) => String(time)} />
        </div>
      )}
    </div>
  );
}
