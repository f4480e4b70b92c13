import { LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  type GridComponentOption,
  MarkLineComponent,
  type MarkLineComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from 'echarts/components';
import { type ComposeOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import type { Formatter } from '../i18n/format.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useReducedMotion, useThemeName } from '../theme/theme-choice.ts';
import { fontFamily, motion, type Palette, palettes } from '../theme/tokens.ts';

use([LineChart, GridComponent, TooltipComponent, MarkLineComponent, AriaComponent, SVGRenderer]);

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

function optionOf(
  { times, series, marks, description }: TrendChartProps,
  palette: Palette,
  still: boolean,
  format: Formatter,
): ChartOption {
  const text = { color: palette.slate, fontFamily, fontSize: 12 };
  return {
    animation: !still,
    animationDuration: motion.slow,
    aria: { enabled: true, label: { description } },
    grid: { left: 4, right: 12, top: 26, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      // Drawn, not written as HTML: nothing from the data can become markup.
      renderMode: 'richText',
      backgroundColor: palette.card,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontFamily, fontSize: 13 },
      formatter: (items) => {
        const at = Array.isArray(items) ? items[0]?.dataIndex : items.dataIndex;
        const time = at === undefined ? undefined : times[at];
        if (at === undefined || time === undefined) return '';
        const lines = series.flatMap(({ name, values }) => {
          const value = values[at] ?? null;
          return value === null ? [] : [`${name} ${format.number(value)}`];
        });
        return [format.day(time), ...lines].join('\n');
      },
    },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: times.map((time) => format.day(time)),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: 1,
      splitNumber: 3,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: text,
    },
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
              label: { ...text, position: 'end', distance: 4 },
              data: marks.map(({ at, label }) => ({ xAxis: at, label: { formatter: label } })),
            },
          }
        : {}),
    })),
  };
}

/** Lines over days, loaded when the first one is shown. */
export function TrendChart(props: TrendChartProps) {
  const { format } = useLanguage();
  const theme = useThemeName();
  const still = useReducedMotion();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const { times, series, marks, description } = props;
  const option = useMemo(
    () => optionOf({ times, series, marks, description }, palettes[theme], still, format),
    [times, series, marks, description, theme, still, format],
  );

  useEffect(() => {
    if (place.current === null) return;
    const made = init(place.current, null, { renderer: 'svg' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);

  return <div ref={place} data-chart role="img" aria-label={description} style={{ height: 220 }} />;
}
