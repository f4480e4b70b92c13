import { describe, expect, it } from 'vitest';
import { filesOf } from '../project/files.ts';
import { configDetectors } from '../rules/config/detectors.ts';
import { patternDetectors } from '../rules/patterns/detectors.ts';
import { privacyDetectors } from '../rules/privacy/detectors.ts';
import { scanProject } from '../scan.ts';
import { applyFixes, planFixes } from './fix.ts';

const detectors = [...configDetectors, ...patternDetectors, ...privacyDetectors];

function fixed(files: Readonly<Record<string, string>>): Record<string, string> {
  const { findings, project } = scanProject(filesOf(files), { detectors });
  const out: Record<string, string> = {};
  for (const [path, fixes] of Map.groupBy(planFixes(findings, project), ({ file }) => file))
    out[path] = applyFixes(project.file(path)?.text ?? '', [...fixes]);
  return out;
}

describe('fixes', () => {
  it('turn switches to their safe side and touch nothing else', () => {
    expect(
      fixed({
        'project.config.json': '{"setting": { "urlCheck" : false, "minified": false }, "x": false}',
        'server/app.js':
          "// rejectUnauthorized: false\nhttps.get({ rejectUnauthorized: false })\nctx.cookies.set('uid', id, { httpOnly: false, signed: true })",
        'server/safe.js': 'https.get({ rejectUnauthorized: true })',
      }),
    ).toEqual({
      'project.config.json': '{"setting": { "urlCheck" : true, "minified": true }, "x": false}',
      'server/app.js':
        "// rejectUnauthorized: false\nhttps.get({ rejectUnauthorized: true })\nctx.cookies.set('uid', id, { httpOnly: true, signed: true })",
    });
  });

  it('declare the private interfaces that are used', () => {
    const page = 'Page({ onTap() { wx.getLocation({}); wx.chooseAddress({}) } })';
    const text = (app: string) => fixed({ 'app.json': app, 'pages/a/a.js': page })['app.json'];
    expect(JSON.parse(text('{"pages":["pages/a/a"]}') ?? '')).toEqual({
      pages: ['pages/a/a'],
      requiredPrivateInfos: ['getLocation', 'chooseAddress'],
    });
    expect(JSON.parse(text('{"pages":["pages/a/a"],"requiredPrivateInfos":["getLocation"]}') ?? '').requiredPrivateInfos).toEqual(
      ['getLocation', 'chooseAddress'],
    );
    expect(JSON.parse(text('{"pages":["pages/a/a"],"requiredPrivateInfos":[]}') ?? '').requiredPrivateInfos).toHaveLength(2);
  });

  it('leave nothing to fix behind', () => {
    const before = { 'project.config.json': '{"setting":{"urlCheck":false}}', 'app.json': '{"pages":[],"debug":true}' };
    expect(fixed({ ...before, ...fixed(before) })).toEqual({});
  });
});
