import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import { useReducedMotion, useThemeName } from '../../theme/theme-choice.ts';
import { fontFamily, motion, type Palette, palettes } from '../../theme/tokens.ts';

use([GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** What charts look like in the theme at hand, and whether they may move. */
export interface ChartLook {
  readonly palette: Palette;
  readonly still: boolean;
}

export function useChartLook(): ChartLook {
  const theme = useThemeName();
  const still = useReducedMotion();
  return useMemo(() => ({ palette: palettes[theme], still }), [theme, still]);
}

export const axisText = ({ palette }: ChartLook) => ({ color: palette.slate, fontFamily, fontSize: 12 });

/** What every chart says and does alike; `description` is read aloud in place of the picture. */
export const chartBase = ({ still }: ChartLook, description: string) => ({
  animation: !still,
  animationDuration: motion.slow,
  aria: { enabled: true, label: { description } },
});

export const chartGrid = {
  left: 4,
  right: 4,
  top: 8,
  bottom: 0,
  outerBoundsMode: 'same',
  outerBoundsContain: 'axisLabel',
} as const;

/** Drawn, not written as HTML: nothing from the data can become markup. `text` says what stands at a position of the axis. */
export const axisTooltip = ({ palette }: ChartLook, text: (at: number) => string) => ({
  trigger: 'axis' as const,
  renderMode: 'richText' as const,
  backgroundColor: palette.card,
  borderColor: palette.line,
  textStyle: { color: palette.ink, fontFamily, fontSize: 13 },
  formatter: (items: { dataIndex: number } | readonly { dataIndex: number }[]): string => {
    const at = 'dataIndex' in items ? items.dataIndex : items[0]?.dataIndex;
    return at === undefined ? '' : text(at);
  },
});

export const categoryAxis = (look: ChartLook, data: string[]) => ({
  type: 'category' as const,
  data,
  axisLine: { lineStyle: { color: look.palette.line } },
  axisTick: { show: false },
  axisLabel: { ...axisText(look), hideOverlap: true },
});

export const valueAxis = (look: ChartLook) => ({
  type: 'value' as const,
  min: 0,
  minInterval: 1,
  splitNumber: 3,
  splitLine: { lineStyle: { color: look.palette.line } },
  axisLabel: axisText(look),
});

interface ChartProps {
  readonly option: EChartsCoreOption;
  readonly height: number;
  readonly description: string;
  readonly onPick?: (at: number) => void;
}

/** Draws an option, as wide as there is room. */
export function Chart({ option, height, description, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const pick = useEffectEvent((at: number) => onPick?.(at));

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

  return <div ref={place} data-chart role="img" aria-label={description} style={{ height }} />;
}
