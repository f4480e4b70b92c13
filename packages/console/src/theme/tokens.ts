/**
 * The look of the console, in one place: antd's theme, ECharts and the style sheets all read it. Every text colour reaches
 * 4.5 : 1 on every ground on which it stands (WCAG 2.2, 1.4.3; `contrast.test.ts` holds this).
 */
export interface Palette {
  /** The page, a card on it, and a quiet field inside a card (table head, code). */
  readonly ground: string;
  readonly card: string;
  readonly field: string;
  /** Under the pointer or selected. */
  readonly hover: string;
  readonly selected: string;
  readonly line: string;
  /** Border of a button, which its words already tell apart. */
  readonly rim: string;
  /** Border of an input: 3 : 1 against the card (WCAG 1.4.11). */
  readonly edge: string;
  readonly ink: string;
  readonly slate: string;
  readonly cinnabar: string;
  readonly amber: string;
  readonly jade: string;
  /** Grounds behind a word in the colour of the same name. */
  readonly cinnabarWash: string;
  readonly amberWash: string;
  readonly jadeWash: string;
  readonly slateWash: string;
  /** A filled button of the brand, and the text on it. */
  readonly solid: string;
  readonly onSolid: string;
  readonly focus: string;
  /** At most five series; told apart by pattern too. */
  readonly series: { readonly passed: string; readonly refused: string; readonly failed: string };
}

export const light: Palette = {
  ground: '#FAF8F4',
  card: '#FFFFFF',
  field: '#F9F6F1',
  hover: '#F8F5EF',
  selected: '#F8F5EF',
  line: '#E5DFD4',
  rim: '#CFC8BB',
  edge: '#8C939D',
  ink: '#1F2A37',
  slate: '#566579',
  cinnabar: '#C8372D',
  amber: '#8A5A00',
  jade: '#2E7D6B',
  cinnabarWash: '#FCF1F0',
  amberWash: '#FBF4E4',
  jadeWash: '#F0F8F5',
  slateWash: '#F1F3F5',
  solid: '#C8372D',
  onSolid: '#FFFFFF',
  focus: '#1F2A37',
  series: { passed: '#8090A5', refused: '#C8372D', failed: '#B07A12' },
};

export const dark: Palette = {
  ground: '#12161C',
  card: '#1A2028',
  field: '#161B22',
  hover: '#222A34',
  selected: '#28303B',
  line: '#2B343F',
  rim: '#46525F',
  edge: '#6B7888',
  ink: '#E4E8ED',
  slate: '#9DA9B8',
  cinnabar: '#F28B82',
  amber: '#E0AC52',
  jade: '#6CC2AB',
  cinnabarWash: '#33211F',
  amberWash: '#2E2718',
  jadeWash: '#182B28',
  slateWash: '#232B35',
  solid: '#C8372D',
  onSolid: '#FFFFFF',
  focus: '#E4E8ED',
  series: { passed: '#6F8096', refused: '#EC7A70', failed: '#D9A441' },
};

export type ThemeName = 'light' | 'dark';

export const palettes: Readonly<Record<ThemeName, Palette>> = { light, dark };

export const fontFamily = '"PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", system-ui, sans-serif';
/** Chinese inside code falls back to the text fonts, not to whatever the system calls monospace. */
export const codeFamily = `"JetBrains Mono", ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", ${fontFamily}`;

/** Pixels. Everything is a multiple of the 4 px grid, corners apart. */
export const metrics = { grid: 4, radius: 6, row: 40, rowDense: 32, control: 32, navigation: 208, topBar: 56 } as const;

/** Milliseconds; none of it with `prefers-reduced-motion`. */
export const motion = { fast: 80, normal: 120, slow: 140 } as const;
