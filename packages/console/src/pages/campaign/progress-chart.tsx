import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  type GridComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from 'echarts/components';
import { type ComposeOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import type { Formatter } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { useReducedMotion, useThemeName } from '../../theme/theme-choice.ts';
import { fontFamily, motion, type Palette, palettes } from '../../theme/tokens.ts';
import { yuan } from '../campaigns/money.ts';
import type { HourPoint } from './hour-series.ts';

use([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

type ChartOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | TooltipComponentOption>;

export interface ProgressChartProps {
  readonly points: readonly HourPoint[];
  readonly kind: 'left' | 'claims';
  readonly description: string;
}

function optionOf(
  { points, kind, description }: ProgressChartProps,
  palette: Palette,
  still: boolean,
  t: Translate,
  format: Formatter,
): ChartOption {
  const money = (cents: number): string => yuan(cents, format.number);
  const text = { color: palette.slate, fontFamily, fontSize: 12 };
  const values = points.map((point) => (kind === 'left' ? point.left : point.claims));
  return {
    animation: !still,
    animationDuration: motion.slow,
    aria: { enabled: true, label: { description } },
    grid: { left: 4, right: 4, top: 8, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      // Drawn, not written as HTML: nothing from the data can become markup.
      renderMode: 'richText',
      backgroundColor: palette.card,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontFamily, fontSize: 13 },
      formatter: (items) => {
        const at = Array.isArray(items) ? items[0]?.dataIndex : items.dataIndex;
        const point = at === undefined ? undefined : points[at];
        if (point === undefined) return '';
        return t('campaign.chartTooltip', {
          time: format.minute(point.time),
          claims: point.claims,
          cents: money(point.cents),
          left: money(point.left),
        });
      },
    },
    xAxis: {
      type: 'category',
      data: points.map(({ time }) => (points.length > 48 ? format.day(time) : format.hour(time))),
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
      axisLabel: { ...text, ...(kind === 'left' ? { formatter: (cents: number) => money(cents) } : {}) },
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
export function ProgressChart(props: ProgressChartProps) {
  const { t, format } = useLanguage();
  const theme = useThemeName();
  const still = useReducedMotion();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const { points, kind, description } = props;
  const option = useMemo(
    () => optionOf({ points, kind, description }, palettes[theme], still, t, format),
    [points, kind, description, theme, still, t, format],
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

  return <div ref={place} data-chart role="img" aria-label={description} style={{ height: 180 }} />;
}
