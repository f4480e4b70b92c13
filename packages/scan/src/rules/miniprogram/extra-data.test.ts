import { describe, expect, it } from 'vitest';
import { page, scanFiles } from '../../testing/scan-files.ts';

const app = (body: string): Readonly<Record<string, string>> => ({
  ...page('Page({})'),
  'app.js': `App({\n onShow(options) {\n${body}\n }\n})`,
});
const found = (files: Readonly<Record<string, string>>): readonly string[] => scanFiles(files, 'MP-TNT-009', 'MP-TNT-010');

describe('data between mini programs', () => {
  it('finds extraData that is taken from anybody', () => {
    expect(
      found(app('  if (options.referrerInfo && options.referrerInfo.extraData) this.paid = options.referrerInfo.extraData.paid')),
    ).toEqual(['MP-TNT-009 app.js:3']);
    expect(found(app('  const { extraData } = options.referrerInfo\n  this.use(extraData)'))).toEqual(['MP-TNT-009 app.js:3']);
  });

  it('is quiet where the sender is compared, in whatever way', () => {
    expect(
      found(app("  const info = options.referrerInfo\n  if (info.appId === 'wx1') this.use(options.referrerInfo.extraData)")),
    ).toEqual([]);
    expect(found(app('  if (TRUSTED.includes(options.referrerInfo.appId)) this.use(options.referrerInfo.extraData)'))).toEqual(
      [],
    );
    expect(found(app('  if (options.referrerInfo.extraData) this.seen = true'))).toEqual([]);
  });

  it('finds secrets that are handed over, and lets constants and codes pass', () => {
    expect(
      found(page("Page({\n go() {\n  wx.navigateToMiniProgram({ appId: 'wx1', extraData: {\n   token: this.token } })\n }\n})")),
    ).toEqual(['MP-TNT-010 pages/a/a.js:4']);
    expect(
      found(
        page(
          "Page({ go() { wx.navigateToMiniProgram({ appId: 'wx1', path: 'p?id=1', extraData: { code: this.code, token: 'demo' } }) } })",
        ),
      ),
    ).toEqual([]);
  });
});
