import { LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  type GridComponentOption,
  MarkLineComponent,
  type MarkLineComponentOption,
  type TooltipComponentOption,
} from 'echarts/components';
import { type ComposeOption, use } from 'echarts/core';
import { useMemo } from 'react';
import type { Formatter } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
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

use([LineChart, MarkLineComponent]);

type ChartOption = ComposeOption<LineSeriesOption | GridComponentOption | TooltipComponentOption | MarkLineComponentOption>;

export interface TrendSeries {
  readonly name: string;
  readonly tone: 'ink' | 'cinnabar' | 'amber' | 'jade';
  readonly values: readonly (number | null)[];
}

export interface TrendChartProps {
  /** Epoch ms of each point; days without a record have none. */
  readonly times: readonly number[];
  readonly series: readonly TrendSeries[];
  /** Numbered lines at points; what each stands for is said beside the chart. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  readonly description: string;
}

/** Told apart by the dashes of the line as well as by colour; the legend draws the same. */
const dashes = ['solid', [6, 4], [2, 3], [9, 3, 2, 3]] as const;

function optionOf({ times, series, marks, description }: TrendChartProps, look: ChartLook, format: Formatter): ChartOption {
  const { palette } = look;
  return {
    ...chartBase(look, description),
    grid: { ...chartGrid, right: 12, top: 26 },
    tooltip: axisTooltip(look, (at) => {
      const time = times[at];
      if (time === undefined) return '';
      const lines = series.flatMap(({ name, values }) => {
        const value = values[at] ?? null;
        return value === null ? [] : [`${name} ${format.number(value)}`];
      });
      return [format.day(time), ...lines].join('\n');
    }),
    xAxis: {
      ...categoryAxis(
        look,
        times.map((time) => format.day(time)),
      ),
      boundaryGap: false,
    },
    yAxis: valueAxis(look),
    series: series.map(({ name, tone, values }, index) => ({
      type: 'line',
      name,
      data: [...values],
      showSymbol: times.length < 8,
      symbolSize: 5,
      lineStyle: { color: palette[tone], width: 2, type: dashes[index] as 'solid' },
      itemStyle: { color: palette[tone] },
      emphasis: { disabled: true },
      ...(index === 0 && marks.length > 0
        ? {
            markLine: {
              silent: true,
              symbol: 'none',
              animation: false,
              lineStyle: { color: palette.edge, type: 'dotted' },
              label: { ...axisText(look), position: 'end', distance: 4 },
              data: marks.map(({ at, label }) => ({ xAxis: at, label: { formatter: label } })),
            },
          }
        : {}),
    })),
  };
}

/** Lines over days, loaded when the first one is shown. */
export function TrendChart({ times, series, marks, description }: TrendChartProps) {
  const { format } = useLanguage();
  const look = useChartLook();
  const option = useMemo(
    () => optionOf({ times, series, marks, description }, look, format),
    [times, series, marks, description, look, format],
  );
  return <Chart option={option} height={220} description={description} />;
}
