import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forEachLeaf, type LeafLimits } from './leaves.ts';

function collect(value: unknown, limits?: LeafLimits) {
  const seen: string[] = [];
  const end = forEachLeaf(
    value,
    (leaf, path, kind) => {
      seen.push(`${kind} /${path.join('/')} ${JSON.stringify(leaf)}`);
      return undefined;
    },
    limits,
  );
  return { end, seen };
}

describe('forEachLeaf', () => {
  test('sees keys and values with their places, in order', () => {
    expect(collect({ a: 1, b: [true, { c: null }, []], d: { e: {} }, f: 'x' })).toStrictEqual({
      end: 'done',
      seen: [
        'key /a "a"',
        'value /a 1',
        'key /b "b"',
        'value /b/0 true',
        'key /b/1/c "c"',
        'value /b/1/c null',
        'key /d "d"',
        'key /d/e "e"',
        'key /f "f"',
        'value /f "x"',
      ],
    });
  });

  test('a root that is a leaf, or nothing', () => {
    expect(collect('x').seen).toStrictEqual(['value / "x"']);
    expect(collect(undefined).seen).toStrictEqual([]);
    expect(collect({ a: undefined }).seen).toStrictEqual(['key /a "a"']);
  });

  test('sees what a recursive walk sees', () => {
    const reference = (value: unknown, path: string): string[] =>
      typeof value !== 'object' || value === null
        ? [`${path} ${JSON.stringify(value)}`]
        : Object.entries(value).flatMap(([key, child]) => reference(child, `${path}/${key}`));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const seen: string[] = [];
        forEachLeaf(value, (leaf, path, kind) => {
          if (kind === 'value') seen.push(`${path.map((key) => `/${key}`).join('')} ${JSON.stringify(leaf)}`);
          return undefined;
        });
        expect(seen).toStrictEqual(reference(value, ''));
      }),
    );
  });

  test('the visitor ends the walk', () => {
    let calls = 0;
    const end = forEachLeaf([1, 2, 3], () => {
      calls += 1;
      return calls < 2;
    });
    expect([end, calls]).toStrictEqual(['stopped', 2]);
    expect(forEachLeaf({ a: 1 }, (_leaf, _path, kind) => kind !== 'key')).toBe('stopped');
    expect(forEachLeaf(1, () => false)).toBe('stopped');
  });

  test('limits are exact, and say that something was not seen', () => {
    expect(collect([1, 2], { maxNodes: 3 }).end).toBe('done');
    expect(collect([1, 2], { maxNodes: 2 }).end).toBe('bounded');
    expect(collect([[1]], { maxDepth: 2 }).end).toBe('done');
    expect(collect([[1]], { maxDepth: 1 })).toStrictEqual({ end: 'bounded', seen: [] });
  });

  test('depth costs no stack', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(collect(deep).end).toBe('bounded');
    const found: number[] = [];
    forEachLeaf(
      deep,
      (_leaf, path) => {
        found.push(path.length);
        return undefined;
      },
      { maxDepth: 200_000, maxNodes: 1_000_000 },
    );
    expect(found).toStrictEqual([100_000]);
  });
});
