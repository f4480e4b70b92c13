import { describe, expect, it } from 'vitest';
import { findingsIn, found } from '../patterns/testing.ts';
import { configDetectors } from './detectors.ts';

const of = (files: Readonly<Record<string, string>>) => found(configDetectors, files);

describe('bad', () => {
  it('finds loose settings of a mini program', () => {
    expect(
      of({
        'project.config.json': '{"setting":{\n"urlCheck":false,\n"minified":false,\n"uploadWithSourceMap":true}}',
        'app.json':
          '{"pages":["pages/order/order"],\n"debug":true,\n"plugins":{"a":{\n"version":"latest"}},"subPackages":[{"plugins":{"b":{\n"version":"dev"}}}]}',
        'sitemap.json': '{"rules":[\n{"action":"allow","page":"*"}]}',
      }),
    ).toEqual([
      'MP-CFG-004 sitemap.json:2',
      'MP-CFG-005 app.json:4',
      'MP-CFG-005 app.json:5',
      'MP-CFG-006 project.config.json:3',
      'MP-CFG-006 project.config.json:4',
      'MP-LOG-003 app.json:2',
      'MP-NET-004 project.config.json:2',
    ]);
  });

  it('finds open rules of the cloud database', () => {
    expect(
      of({
        'database/rules.json': '{"orders":{\n"read":true,\n"write":true},"goods":{"read":true,"write":false}}',
        'cloud/storage.rules.json': '{"write":"auth != null","read":true}',
      }),
    ).toEqual(['MP-CLD-009 cloud/storage.rules.json:1', 'MP-CLD-009 database/rules.json:2', 'MP-CLD-009 database/rules.json:3']);
  });

  it('finds tables of uniCloud that everybody may change, and takes schemas that ask whose a row is for what they are', () => {
    const schema = (permission: string): string =>
      `{\n"bsonType":"object",\n"permission":{\n${permission} // by the client\n},\n"properties":{"role":{"permission":{"write":true}}}}`;
    expect(
      of({
        'uniCloud-aliyun/database/stock.schema.json': schema(
          '"read":true,\n"create":"auth.uid != null",\n"update":true,\n"delete":"auth.uid != null"',
        ),
        'uniCloud-aliyun/database/user-cards.schema.json': schema('"read":true,\n"create":false'),
        'uniCloud-aliyun/database/posts.schema.json': schema(
          '"read":true,\n"create":"auth.uid != null",\n"update":"doc.user_id == auth.uid",\n"delete":false,\n"count":true',
        ),
      }),
    ).toEqual([
      'MP-CLD-009 uniCloud-aliyun/database/stock.schema.json:6',
      'MP-CLD-009 uniCloud-aliyun/database/stock.schema.json:7',
      'MP-CLD-009 uniCloud-aliyun/database/user-cards.schema.json:4',
    ]);
  });

  it('finds CSRF protection switched off, and knows whether cookies matter', () => {
    const config = {
      'package.json': '{"dependencies":{"egg":"2"}}',
      'config/config.default.js': 'config.security = {\n  csrf: {\n    enable: false,\n  },\n}',
    };
    const severity = (more: Record<string, string>) =>
      findingsIn(configDetectors, { ...config, ...more }).map(({ rule, line, severity: level }) => [rule, line, level]);
    expect(severity({ 'app/a.js': "ctx.cookies.set('uid', id)" })).toEqual([['MP-CFG-001', 3, 'medium']]);
    expect(severity({ 'app/a.js': '' })).toEqual([['MP-CFG-001', 3, 'info']]);
  });

  it('finds debug panels', () => {
    expect(of({ 'app.json': '{"pages":[]}', 'app.js': 'wx.setEnableDebug({ enableDebug: true })' })).toEqual([
      'MP-LOG-003 app.js:1',
    ]);
  });
});

describe('good and trap', () => {
  it('finds nothing in sound settings', () => {
    expect(
      of({
        'project.config.json': '{"setting":{"urlCheck":true,"minified":true,"uploadWithSourceMap":true}}',
        'app.json': '{"pages":["pages/order/order"],"debug":false,"plugins":{"a":{"version":"2.1.0"}}}',
        'sitemap.json': '{"rules":[{"action":"disallow","page":"pages/order/order"},{"action":"allow","page":"*"}]}',
        'database/rules.json': '{"read":"doc._openid == auth.openid","write":"doc._openid == auth.openid"}',
        'config/config.default.js': "config.security = { csrf: { ignore: '/weapp' } }; // csrf: { enable: false }",
        'app.js': "if (envVersion === 'develop') wx.setEnableDebug({ enableDebug: true })",
      }),
    ).toEqual([]);
  });

  it('takes private settings of a developer as a hint', () => {
    expect(findingsIn(configDetectors, { 'project.private.config.json': '{"setting":{"urlCheck":false}}' })[0]?.severity).toBe(
      'info',
    );
  });

  it('stands broken and hostile JSON', () => {
    expect(
      of({
        'app.json': '{',
        'project.config.json': '[[['.repeat(10_000),
        'sitemap.json': '{"rules":{}}',
        'database/rules.json': `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`,
      }),
    ).toEqual([]);
  });
});
