import { describe, expect, it } from 'vitest';
import { contrast } from './contrast.ts';
import { palettes } from './tokens.ts';

describe('contrast', () => {
  it('follows WCAG at the ends of the scale', () => {
    expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#777777')).toBe(1);
  });
});

describe.each(Object.entries(palettes))('%s palette', (_name, palette) => {
  const grounds = ['ground', 'card', 'field', 'hover', 'selected'] as const;
  const texts = ['ink', 'slate', 'cinnabar', 'amber', 'jade'] as const;

  it.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))(
    '%s on %s reads at 4.5 : 1',
    (text, ground) => {
      expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(['cinnabar', 'amber', 'jade', 'slate'] as const)('%s reads on its own wash', (name) => {
    expect(contrast(palette[name], palette[`${name}Wash`])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.ink, palette[`${name}Wash`])).toBeGreaterThanOrEqual(4.5);
  });

  it('counts refusals readably over the bar of a facet', () => {
    expect(contrast(palette.cinnabar, palette.slateWash)).toBeGreaterThanOrEqual(4.5);
  });

  it('reads on filled buttons', () => {
    expect(contrast(palette.onSolid, palette.solid)).toBeGreaterThanOrEqual(4.5);
  });

  it('shows edges, focus and chart series at 3 : 1', () => {
    const shapes = [palette.edge, palette.focus, ...Object.values(palette.series)];
    for (const shape of shapes) expect(contrast(shape, palette.card)).toBeGreaterThanOrEqual(3);
  });
});
