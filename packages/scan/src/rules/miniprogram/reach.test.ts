import { describe, expect, it } from 'vitest';
import { filesOf } from '../../project/files.ts';
import { scanProject } from '../../scan.ts';
import { scanFiles } from '../../testing/scan-files.ts';
import { reach } from './reach.ts';

describe('reach', () => {
  it('walks packages, components and modules, and names what nothing leads to', () => {
    const { problems } = scanProject(
      filesOf({
        'mini/app.json':
          '{"pages":["pages/a/a"],"subPackages":[{"root":"pack/","independent":true,"pages":["b/b"]}],"usingComponents":{"c":"/components/c/index"}}',
        'mini/app.js': "require('./utils/used')",
        'mini/pages/a/a.js': 'Page({})',
        'mini/pages/a/a.wxml': '<wxs src="./f.wxs" module="f" />',
        'mini/pages/a/f.wxs': '',
        'mini/pack/b/b.js': "import x from './deep'",
        'mini/pack/b/deep.ts': '',
        'mini/components/c/index.js': 'Component({})',
        'mini/components/c/index.json': '{"usingComponents":{"d":"../d/d"}}',
        'mini/components/d/d.js': 'Component({})',
        'mini/utils/used.js': '',
        'mini/utils/unused.js': '',
        'mini/pages/old/old.js': 'Page({})',
      }),
      { detectors: [reach] },
    );
    expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'not-reached mini/pages/old/old.js',
      'not-reached mini/utils/unused.js',
    ]);
  });

  it('does not keep faults in such files from being found', () => {
    expect(
      scanFiles(
        { 'app.json': '{"pages":["pages/a/a"]}', 'pages/a/a.js': 'Page({})', 'old.js': 'Page({\n onLoad(o) { eval(o.x) }\n})' },
        'MP-TNT',
      ),
    ).toEqual(['MP-TNT-006 old.js:2']);
  });
});
