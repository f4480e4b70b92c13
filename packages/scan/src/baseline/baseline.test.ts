import { describe, expect, it } from 'vitest';
import { filesOf } from '../project/files.ts';
import { secretDetectors } from '../rules/secrets/detectors.ts';
import { scanProject } from '../scan.ts';
import { BaselineError, compareWithBaseline, makeBaseline, readBaseline } from './baseline.ts';

const one = "const appSecret = '5d41402abc4b2a76b9719d911017c592'";
const two = "const appSecret = '7d793037a0760186574b0282f2f435e7'";
const scan = (files: Readonly<Record<string, string>>) => scanProject(filesOf(files), { detectors: secretDetectors }).findings;

describe('baseline', () => {
  const baseline = readBaseline(JSON.stringify(makeBaseline(scan({ 'a.js': one, 'b.js': one }))));

  it('knows a fault again when lines move, and tells what is new and what is gone', () => {
    const { fresh, known, gone } = compareWithBaseline(scan({ 'a.js': `// moved\n\n  ${one}`, 'c.js': two }), baseline);
    expect(known.map(({ file }) => file)).toEqual(['a.js']);
    expect(fresh.map(({ file }) => file)).toEqual(['c.js']);
    expect(gone.map(({ file }) => file)).toEqual(['b.js']);
  });

  it('holds no secret', () => expect(JSON.stringify(baseline)).not.toContain('5d41402abc'));

  it.each([
    '',
    '[]',
    '{"version":2,"findings":[]}',
    '{"version":1,"findings":[{"fingerprint":"x"}]}',
    '{"version":1,"findings":{}}',
    'null',
  ])('refuses %s', (text) => {
    expect(() => readBaseline(text)).toThrow(BaselineError);
  });
});
