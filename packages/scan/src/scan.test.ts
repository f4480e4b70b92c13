import { describe, expect, it } from 'vitest';
import { filesOf } from './project/files.ts';
import { scanProject } from './scan.ts';

describe('scanProject', () => {
  it('classifies the parts of a project and reports what it could not read', () => {
    const { project, problems } = scanProject(
      filesOf({
        'project.config.json': '{"miniprogramRoot":"miniprogram/","cloudfunctionRoot":"cloud/"}',
        'miniprogram/app.json': '{"pages":["pages/a/a"], /* written by hand */}',
        'miniprogram/pages/a/a.js': 'Page({})',
        'cloud/pay/index.js': "const cloud = require('wx-server-sdk')\nexports.main = async event => event",
        'server/package.json': '{"dependencies":{"koa":"2.0.0"}}',
        'server/app.js': 'const a = ;\nmodule.exports = 1',
        'miniprogram/node_modules/x/index.js': 'broken(',
        'miniprogram/blob.js': 'var a\0',
      }),
      {
        detectors: [
          {
            id: 'parse',
            rules: [],
            run: ({ project, scripts }) => project.files.forEach((file) => void scripts(file)),
          },
        ],
      },
    );
    expect(project.parts.map((part) => [part.kind, part.root])).toEqual([
      ['mini-program', 'miniprogram'],
      ['cloud-function', 'cloud/pay'],
      ['backend', 'server'],
    ]);
    expect(project.file('cloud/pay/index.js')?.place).toBe('cloud-function');
    expect(project.file('miniprogram/node_modules/x/index.js')).toBeUndefined();
    expect(problems.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['binary', 'miniprogram/blob.js', undefined],
      ['syntax', 'server/app.js', 1],
    ]);
  });
});
