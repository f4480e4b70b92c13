import { BarChart, type BarSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import { type ComposeOption, use } from 'echarts/core';
import { useMemo } from 'react';
import type { Formatter } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { motion } from '../../theme/tokens.ts';
import type { Bucket } from './bucket.ts';
import {
  axisText,
  axisTooltip,
  Chart,
  type ChartLook,
  categoryAxis,
  chartBase,
  chartGrid,
  useChartLook,
  valueAxis,
} from './chart.tsx';

use([BarChart]);

type ChartOption = ComposeOption<BarSeriesOption | GridComponentOption | TooltipComponentOption>;

interface TimelineChartProps {
  readonly buckets: readonly Bucket[];
  readonly height: number;
  readonly onPick: ((from: number) => void) | undefined;
}

/** Told apart by pattern as well as by colour. */
const decals = {
  passed: { symbol: 'none' },
  refused: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4 },
  failed: {
    symbol: 'circle',
    symbolSize: 0.7,
    dashArrayX: [
      [4, 4],
      [0, 4, 4, 0],
    ],
    dashArrayY: [4, 0],
  },
};

const dayMs = 86_400_000;

function describe(buckets: readonly Bucket[], t: Translate, format: Formatter): string {
  const sum = (series: 'passed' | 'refused' | 'failed'): number => buckets.reduce((total, bucket) => total + bucket[series], 0);
  const size = (bucket: Bucket): number => bucket.passed + bucket.refused + bucket.failed;
  const peak = buckets.reduce<Bucket | undefined>(
    (top, bucket) => (top === undefined || size(bucket) > size(top) ? bucket : top),
    undefined,
  );
  if (peak === undefined) return t('chart.empty');
  return t('chart.description', {
    passed: sum('passed'),
    refused: sum('refused'),
    failed: sum('failed'),
    time: format.minute(peak.time),
    peak: size(peak),
  });
}

function optionOf(buckets: readonly Bucket[], look: ChartLook, t: Translate, format: Formatter): ChartOption {
  const { palette } = look;
  const first = buckets[0]?.time ?? 0;
  const long = (buckets.at(-1)?.time ?? first) - first > 2 * dayMs;
  // Over several days each day is named once, where it begins.
  const days = buckets.map((bucket) => format.day(bucket.time));
  return {
    ...chartBase(look, describe(buckets, t, format)),
    animationDurationUpdate: motion.slow,
    grid: chartGrid,
    tooltip: {
      ...axisTooltip(look, (at) => {
        const bucket = buckets[at];
        if (bucket === undefined) return '';
        return t('chart.tooltip', {
          time: format.minute(bucket.time),
          passed: bucket.passed,
          refused: bucket.refused,
          failed: bucket.failed,
        });
      }),
      axisPointer: { type: 'shadow', shadowStyle: { color: palette.slate, opacity: 0.08 } },
    },
    xAxis: {
      ...categoryAxis(look, long ? days : buckets.map((bucket) => format.hour(bucket.time))),
      axisLabel: {
        ...axisText(look),
        hideOverlap: true,
        ...(long ? { interval: (at: number) => at > 0 && days[at] !== days[at - 1] } : {}),
      },
    },
    yAxis: valueAxis(look),
    series: (['passed', 'refused', 'failed'] as const).map((series) => ({
      type: 'bar',
      name: t(`outcome.${series}`),
      stack: 'requests',
      barCategoryGap: '20%',
      data: buckets.map((bucket) => bucket[series]),
      itemStyle: { color: palette.series[series], decal: { color: palette.card, ...decals[series] } },
      emphasis: { disabled: true },
      cursor: 'pointer',
    })),
  };
}

/** The chart itself, loaded when the first chart is shown. */
export function TimelineChart({ buckets, height, onPick }: TimelineChartProps) {
  const { t, format } = useLanguage();
  const look = useChartLook();
  const option = useMemo(() => optionOf(buckets, look, t, format), [buckets, look, t, format]);
  const pick = (at: number): void => {
    const bucket = buckets[at];
    if (bucket !== undefined) onPick?.(bucket.time);
  };
  return <Chart option={option} height={height} description={describe(buckets, t, format)} onPick={pick} />;
}
