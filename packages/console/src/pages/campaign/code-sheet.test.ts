import { describe, expect, it } from 'vitest';
import { codePath, codeSheet, contentOf, isPrefix } from './code-sheet.ts';

const code = 'AQAAAQAAAAB0123456789_-abcdefghi';

describe('sheets of codes', () => {
  it('draws the finder patterns and nothing in the quiet zone', () => {
    const { path, size } = codePath(code);
    // Version 3 has 29 modules, and holds 42 bytes at level M.
    expect(size).toBe(29 + 8);
    expect(path.startsWith('M4 4h7v1h-7z')).toBe(true);
    expect(path).not.toMatch(/M[0-3] |M\d+ [0-3]h/);
  });
  it('lays out many codes, and escapes what is printed beneath', () => {
    const { svg, width, height } = codeSheet(Array.from({ length: 7 }, (_, at) => ({ content: code, label: `<b>&${at}` })));
    expect([width, height]).toEqual([1_200, 536]);
    expect(svg).not.toContain('<b>');
    expect(svg.match(/<path /g)).toHaveLength(7);
  });
  it('puts codes behind addresses that the gateway reads them from', () => {
    expect(['', 'https://shop.example/q?s=', 'https://shop.example/q/'].map(isPrefix)).toEqual([true, true, true]);
    expect(['shop.example/', 'https://shop.example/q', 'javascript:alert(1)/', 'https://a b/'].map(isPrefix)).toEqual(
      Array.from({ length: 4 }, () => false),
    );
    expect(contentOf('https://shop.example/q/', code)).toBe(`https://shop.example/q/${code}`);
  });
});
