import { describe, expect, it } from 'vitest';
import type { Node } from './ast.ts';
import { parseScript } from './script.ts';
import { walk } from './walk.ts';

const limits = { typescript: false, jsx: true, maxDepth: 200 };

function typesIn(text: string, options = limits): readonly string[] {
  const result = parseScript(text, options);
  if (typeof result === 'string') return [result];
  const types: string[] = [];
  walk(result.program, (node) => void types.push(node.type));
  return types;
}

describe('parseScript', () => {
  it('reads the same tree from both parsers', () => {
    const text =
      'class A extends B { #x = 1; static y; get z() { return this.#x } async m({ a, ...r }, b = /r/g) { return a?.b?.(r)[0] } }\nconst o = { f() {}, get g() { return null }, h: true, [`k`]: -2n }';
    const shown = (typescript: boolean): readonly string[] =>
      typesIn(text, { ...limits, typescript }).filter((type) => type !== 'ChainExpression');
    expect(shown(true)).toEqual(shown(false));
  });

  it('keeps the offsets of the file and reads types, decorators and parameter properties', () => {
    const text =
      "@Controller('a')\nexport class A {\n constructor(private readonly s: Service) {}\n @Get() async find(@Query('q') q: string): Promise<X> { return this.s.find(q!) as unknown as X }\n abstract m(): void\n}\nenum E { a }\ninterface I { x: string }";
    const result = parseScript(text, { ...limits, typescript: true, jsx: false });
    if (typeof result === 'string') throw new Error(result);
    const found: string[] = [];
    walk(result.program, (node: Node) => {
      if (node.type === 'CallExpression') found.push(text.slice(node.start, node.end));
    });
    expect(found.sort()).toEqual(["Controller('a')", 'Get()', "Query('q')", 'this.s.find(q!)']);
  });

  it('leaves out what it cannot read, and says where', () => {
    const result = parseScript('const a = 1\nconst b = ;\nfoo(a)\nif (x) {{\n}', limits);
    if (typeof result === 'string') throw new Error(result);
    expect(result.errors.length).toBeGreaterThan(0);
    expect(typesIn('const a = 1\nconst b = ;\nfoo(a)')).toContain('CallExpression');
    expect(typesIn('return 1\nwith (a) b()')).toContain('CallExpression');
  });

  it('refuses trees that are too deep, whatever makes them so', () => {
    const many = (text: string): string => text.repeat(20_000);
    for (const text of [
      `${many('(')}1${many(')')}`,
      `${many('!')}1`,
      `a${many('+a')}`,
      `${many('a=>')}1`,
      `if(a){}${many('else if(a){}')}`,
      many('['),
      many('{'),
      `a${many('?b:c')}`,
    ])
      for (const typescript of [false, true])
        expect(['too-deep', 'broken']).toContain(typesIn(text, { ...limits, typescript })[0]);
  });
});
