import { describe, expect, it } from 'vitest';
import { filesOf } from './project/files.ts';
import { scanProject } from './scan.ts';

const prints = (script: string): readonly string[] =>
  scanProject(filesOf({ 'app.json': '{"pages":["a"]}', 'a.js': script }), { rules: new Set(['MP-TNT-006']) }).findings.map(
    ({ fingerprint }) => fingerprint,
  );

describe('fingerprints', () => {
  it('stay when lines and white space move, and tell equals apart', () => {
    const before = prints('Page({ onLoad(o) { eval(o.a); eval(o.b) } })');
    expect(new Set(before).size).toBe(2);
    expect(prints('// new\n\nPage({\n  onLoad(o) {\n    eval( o.a );\n    eval(o.b);\n  },\n});\n')).toEqual(before);
    const twice = prints('Page({ onLoad(o) {\n eval(o.a)\n eval(o.a)\n } })');
    expect(new Set(twice).size).toBe(2);
    expect(twice).toContain(before[0]);
  });

  it('come with the path of the data, from where it enters to where it arrives', () => {
    const { findings } = scanProject(
      filesOf({
        'app.json': '{"pages":["a"]}',
        'a.js': 'Page({\n onLoad(o) {\n  const code = o.a\n  run(code)\n }\n})\nfunction run(text) {\n eval(text)\n}',
      }),
    );
    const steps = findings.find(({ rule }) => rule === 'MP-TNT-006')?.steps ?? [];
    expect(steps.map(({ line }) => line)).toEqual([2, 3, 4, 8]);
    expect(steps.every(({ label }) => label.zh !== '' && label.en !== '')).toBe(true);
  });
});
