import { codeFamily, fontFamily, metrics, motion, type Palette, palettes, type ThemeName } from './tokens.ts';

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function colours(palette: Palette): string[] {
  return Object.entries(palette).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [`--${kebab(name)}: ${value};`]
      : Object.entries(value as Palette['series']).map(([series, colour]) => `--series-${series}: ${colour};`),
  );
}

/** The tokens as custom properties, for both themes: put into the page's head when the console is built. */
export function tokenStyleSheet(): string {
  const fixed = [
    `--font: ${fontFamily};`,
    `--font-code: ${codeFamily};`,
    `--radius: ${metrics.radius}px;`,
    `--row: ${metrics.row}px;`,
    `--row-dense: ${metrics.rowDense}px;`,
    `--control: ${metrics.control}px;`,
    `--navigation: ${metrics.navigation}px;`,
    `--top-bar: ${metrics.topBar}px;`,
    `--motion: ${motion.normal}ms;`,
  ];
  const theme = (name: ThemeName): string => `color-scheme: ${name}; ${colours(palettes[name]).join(' ')}`;
  return [
    `:root { ${fixed.join(' ')} ${theme('light')} }`,
    `:root[data-theme="dark"] { ${theme('dark')} }`,
    '@media (prefers-reduced-motion: reduce) { :root { --motion: 0ms; } }',
  ].join('\n');
}
