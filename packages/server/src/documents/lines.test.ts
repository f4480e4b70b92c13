import { describe, expect, it } from 'vitest';
import { linesRows, linesSvg } from './lines.ts';

const chart = {
  ...{ kind: 'lines' as const, caption: '合计', labels: ['a', 'b', 'c'] },
  series: [{ name: '风险', values: [0, null, 40] }],
};

describe('charts of lines', () => {
  it('begin at zero, end at a round number, and leave a hole where nothing is known', () => {
    const svg = linesSvg(chart);
    // 40 of 50 is four fifths up a plot of 150 pixels that begins at 24.
    expect(svg).toContain('<circle cx="44" cy="174"');
    expect(svg).toContain('<circle cx="628" cy="54"');
    expect(svg).not.toContain('polyline');
    expect(svg).toContain('>50</text>');
    expect(linesSvg({ ...chart, series: [{ name: 'x', values: [0, 25, 50] }] })).toContain('points="44,174 336,99 628,24"');
  });

  it('number their marks in order, and draw nothing that is not a number', () => {
    const svg = linesSvg({ ...chart, marks: [{ at: 0 }, { at: 2 }] });
    expect(svg.match(/text-anchor="middle">\d</g)).toEqual(['text-anchor="middle">1<', 'text-anchor="middle">2<']);
    for (const values of [[], [0], [0, 0, 0], [Number.NaN, 1, 2]])
      expect(linesSvg({ ...chart, labels: values.map(() => 'day'), series: [{ name: 'x', values }] })).not.toMatch(
        /NaN|Infinity/,
      );
  });

  it('become rows of characters with first and last figure', () => {
    expect(linesRows(chart)).toEqual([['风险', '▁ ▇', '0', '40']]);
    const [row] = linesRows({
      ...chart,
      labels: Array.from({ length: 90 }, String),
      series: [{ name: 'x', values: Array(90).fill(5) }],
    });
    expect(row?.[1]).toBe('█'.repeat(30));
  });
});
