import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestorsOf, findNodes, type TreeNode, treeKey, visibleNodes } from './tree-model.ts';

const nodes: readonly TreeNode[] = [
  { id: '1', parent: null, name: '公司' },
  { id: '2', parent: '1', name: '销售部' },
  { id: '3', parent: '2', name: '华东' },
  { id: '4', parent: '2', name: '华南' },
  { id: '5', parent: '1', name: 'Finance' },
];
const ids = (expanded: readonly string[], list = nodes) =>
  visibleNodes(list, new Set(expanded)).map((line) => `${line.level}:${line.node.id}`);
const press = (key: string, focused: string, expanded: readonly string[] = ['1', '2']) =>
  treeKey(key, visibleNodes(nodes, new Set(expanded)), focused);

describe('visibleNodes', () => {
  it('shows what is unfolded, with its level and place', () => {
    expect(ids([])).toEqual(['1:1']);
    expect(ids(['1', '2'])).toEqual(['1:1', '2:2', '3:3', '3:4', '2:5']);
    expect(visibleNodes(nodes, new Set(['1'])).at(-1)).toMatchObject({ place: 2, siblings: 2, expandable: false });
  });

  it('shows every node once when all is unfolded, whatever the parents say', () => {
    const id = fc.integer({ min: 0, max: 12 }).map(String);
    fc.assert(
      fc.property(fc.array(fc.record({ parent: fc.option(id) }), { maxLength: 12 }), (list) => {
        const wild = list.map(({ parent }, at) => ({ id: String(at), parent, name: 'x' }));
        const shown = visibleNodes(wild, new Set(wild.map((node) => node.id))).map((line) => line.node.id);
        expect(shown.toSorted()).toEqual(wild.map((node) => node.id).toSorted());
      }),
    );
  });
});

describe('findNodes', () => {
  it('keeps what stands above a find', () => {
    expect(findNodes(nodes, '华南').map((node) => node.id)).toEqual(['1', '2', '4']);
    expect(findNodes(nodes, 'FIN').map((node) => node.id)).toEqual(['1', '5']);
    expect(findNodes(nodes, ' ')).toBe(nodes);
  });

  it('ends in a circle', () => {
    const circle = [
      { id: 'a', parent: 'b', name: 'a' },
      { id: 'b', parent: 'a', name: 'b' },
    ];
    expect(findNodes(circle, 'a')).toHaveLength(2);
    expect(ancestorsOf(circle, 'a')).toEqual(['b', 'a']);
  });
});

describe('treeKey', () => {
  it.each([
    ['ArrowDown', '1', { kind: 'focus', id: '2' }],
    ['ArrowUp', '5', { kind: 'focus', id: '4' }],
    ['ArrowUp', '1', null],
    ['Home', '5', { kind: 'focus', id: '1' }],
    ['End', '1', { kind: 'focus', id: '5' }],
    ['ArrowRight', '2', { kind: 'focus', id: '3' }],
    ['ArrowRight', '3', null],
    ['ArrowLeft', '2', { kind: 'collapse', id: '2' }],
    ['ArrowLeft', '4', { kind: 'focus', id: '2' }],
    ['Enter', '4', { kind: 'select', id: '4' }],
    [' ', '4', { kind: 'select', id: '4' }],
    ['华', '3', { kind: 'focus', id: '4' }],
    ['f', '1', { kind: 'focus', id: '5' }],
    ['Tab', '1', null],
  ] as const)('%s on %s', (key, focused, move) => {
    expect(press(key, focused)).toEqual(move);
  });

  it('unfolds a folded node first', () => {
    expect(press('ArrowRight', '2', ['1'])).toEqual({ kind: 'expand', id: '2' });
  });
});
