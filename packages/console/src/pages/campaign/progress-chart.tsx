import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import { type ComposeOption, use } from 'echarts/core';
import { useMemo } from 'react';
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
} from '../../components/charts/chart.tsx';
import type { Formatter } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { yuan } from '../campaigns/money.ts';
import type { HourPoint } from './hour-series.ts';

use([BarChart, LineChart]);

type ChartOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | TooltipComponentOption>;

export interface ProgressChartProps {
  readonly points: readonly HourPoint[];
  readonly kind: 'left' | 'claims';
  readonly description: string;
}

function optionOf(
  { points, kind, description }: ProgressChartProps,
  look: ChartLook,
  t: Translate,
  format: Formatter,
): ChartOption {
  const { palette } = look;
  const money = (cents: number): string => yuan(cents, format.number);
  const values = points.map((point) => (kind === 'left' ? point.left : point.claims));
  return {
    ...chartBase(look, description),
    grid: chartGrid,
    tooltip: axisTooltip(look, (at) => {
      const point = points[at];
      if (point === undefined) return '';
      return t('campaign.chartTooltip', {
        time: format.minute(point.time),
        claims: point.claims,
        cents: money(point.cents),
        left: money(point.left),
      });
    }),
    xAxis: categoryAxis(
      look,
      points.map(({ time }) => (points.length > 48 ? format.day(time) : format.hour(time))),
    ),
    yAxis: {
      ...valueAxis(look),
      axisLabel: { ...axisText(look), ...(kind === 'left' ? { formatter: (cents: number) => money(cents) } : {}) },
    },
    series:
      kind === 'left'
        ? [
            {
              type: 'line',
              step: 'end',
              symbol: 'none',
              data: values,
              lineStyle: { color: palette.jade, width: 2 },
              areaStyle: { color: palette.jadeWash },
            },
          ]
        : [
            {
              type: 'bar',
              barCategoryGap: '20%',
              data: values,
              itemStyle: { color: palette.series.passed },
              emphasis: { disabled: true },
            },
          ],
  };
}

/** What is left of the budget, or claims, by hour. */
export function ProgressChart({ points, kind, description }: ProgressChartProps) {
  const { t, format } = useLanguage();
  const look = useChartLook();
  const option = useMemo(
    () => optionOf({ points, kind, description }, look, t, format),
    [points, kind, description, look, t, format],
  );
  return <Chart option={option} height={180} description={description} />;
}
