import { describe, expect, it } from 'vitest';
import type { Node, Program } from '../parse/ast.ts';
import { parseScript } from '../parse/script.ts';
import { filesOf } from '../project/files.ts';
import { defaultScanLimits } from '../project/limits.ts';
import { openProject } from '../project/project.ts';
import { createCodebase } from './codebase.ts';

const text = 'send(1)';
const opened = (paths: readonly string[]) =>
  openProject(filesOf(Object.fromEntries(paths.map((path) => [path, text]))), defaultScanLimits);
const parsed = (): Program => {
  const result = parseScript(text, { typescript: false, jsx: false, maxDepth: 100 });
  if (typeof result === 'string') throw new Error(result);
  return result.program;
};

describe('createCodebase', () => {
  it('loses one file, not all, to a tree that cannot be linked, and says which', () => {
    const project = opened(['src/good.js', 'src/odd.js']);
    const odd = { type: 'Program', start: 0, end: 0, body: [{ type: 'MethodDefinition' } as unknown as Node] } as Program;
    const codebase = createCodebase(
      project,
      ({ path }) => [{ program: path === 'src/odd.js' ? odd : parsed(), errors: [] }],
      () => undefined,
    );
    expect(codebase.callsNamed('send')).toHaveLength(1);
    expect(project.problems.filter(({ code }) => code === 'failed').map(({ file }) => file)).toEqual(['src/odd.js']);
  });

  it('does not even parse unit tests', () => {
    const asked: string[] = [];
    createCodebase(
      opened(['src/a.js', 'src/a.test.js', 'test/b.js']),
      ({ path }) => {
        asked.push(path);
        return [];
      },
      () => undefined,
    );
    expect(asked).toEqual(['src/a.js']);
  });
});
