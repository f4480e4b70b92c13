import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addToTop, ReaderSketch, topOf } from './reader-sketch.ts';

const sketchOf = (from: number, to: number): ReaderSketch => {
  const sketch = new ReaderSketch();
  for (let at = from; at < to; at += 1) sketch.add(createHash('sha256').update(`person ${at}`).digest());
  return sketch;
};

describe('a sketch of readers', () => {
  it.each([0, 1, 3, 10])('is exact for %i', (people) => expect(sketchOf(0, people).estimate()).toBe(people));
  it.each([100, 1_000, 20_000])('is close for %i, whole or in parts', (people) => {
    expect(Math.abs(sketchOf(0, people).estimate() / people - 1)).toBeLessThan(0.2);
    const parts = sketchOf(0, Math.floor(people * 0.7));
    parts.merge(sketchOf(Math.floor(people * 0.3), people));
    expect(parts.toString()).toBe(sketchOf(0, people).toString());
    expect(new ReaderSketch(parts.toString()).estimate()).toBe(parts.estimate());
  });
  it('keeps those who read most, in bounded room', () => {
    const top = new Map<string, number>();
    for (let at = 0; at < 1_000; at += 1) addToTop(top, at % 3 === 0 ? 'most' : `one ${at}`, 1, 20);
    expect(top.size).toBe(20);
    expect(topOf(top)[0]).toEqual({ tag: 'most', count: 334 });
  });
});
