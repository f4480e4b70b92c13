import { BarChart, type BarSeriesOption } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  type GridComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from 'echarts/components';
import { type ComposeOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import type { Formatter } from '../i18n/format.ts';
import { useLanguage } from '../i18n/language.tsx';
import type { Translate } from '../i18n/translate.ts';
import { useReducedMotion, useThemeName } from '../theme/theme-choice.ts';
import { fontFamily, motion, type Palette, palettes } from '../theme/tokens.ts';
import type { Bucket } from './timeline.tsx';

use([BarChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

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

function optionOf(buckets: readonly Bucket[], palette: Palette, still: boolean, t: Translate, format: Formatter): ChartOption {
  const first = buckets[0]?.time ?? 0;
  const long = (buckets.at(-1)?.time ?? first) - first > 2 * dayMs;
  // Over several days each day is named once, where it begins.
  const days = buckets.map((bucket) => format.day(bucket.time));
  const text = { color: palette.slate, fontFamily, fontSize: 12 };
  return {
    animation: !still,
    animationDuration: motion.slow,
    animationDurationUpdate: motion.slow,
    aria: { enabled: true, label: { description: describe(buckets, t, format) } },
    grid: { left: 4, right: 4, top: 8, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      // Drawn, not written as HTML: nothing from the data can become markup.
      renderMode: 'richText',
      axisPointer: { type: 'shadow', shadowStyle: { color: palette.slate, opacity: 0.08 } },
      backgroundColor: palette.card,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontFamily, fontSize: 13 },
      formatter: (items) => {
        const at = Array.isArray(items) ? items[0]?.dataIndex : items.dataIndex;
        const bucket = at === undefined ? undefined : buckets[at];
        if (bucket === undefined) return '';
        return t('chart.tooltip', {
          time: format.minute(bucket.time),
          passed: bucket.passed,
          refused: bucket.refused,
          failed: bucket.failed,
        });
      },
    },
    xAxis: {
      type: 'category',
      data: long ? days : buckets.map((bucket) => format.hour(bucket.time)),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: {
        ...text,
        hideOverlap: true,
        ...(long ? { interval: (at: number) => at > 0 && days[at] !== days[at - 1] } : {}),
      },
    },
    yAxis: { type: 'value', minInterval: 1, splitNumber: 3, splitLine: { lineStyle: { color: palette.line } }, axisLabel: text },
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
  const theme = useThemeName();
  const still = useReducedMotion();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const option = useMemo(() => optionOf(buckets, palettes[theme], still, t, format), [buckets, theme, still, t, format]);
  const pick = useEffectEvent((at: number) => {
    const bucket = buckets[at];
    if (bucket !== undefined) onPick?.(bucket.time);
  });

  useEffect(() => {
    if (place.current === null) return;
    const made = init(place.current, null, { renderer: 'svg' });
    chart.current = made;
    made.on('click', (event) => pick(event.dataIndex));
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

  return <div ref={place} data-chart role="img" aria-label={describe(buckets, t, format)} style={{ height }} />;
}
