import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BuildResult, buildConsole, consoleFolder } from '../scripts/build.ts';

describe('buildConsole', () => {
  let first: BuildResult;
  beforeAll(async () => {
    first = await buildConsole();
  });

  it('builds once and then only when something has changed', async () => {
    const again = await buildConsole();
    expect(again.built).toBe(false);
    expect(again.assets).toEqual(first.assets);
  });

  it('makes a page that lives under a strict policy: no inline script, the theme before the first paint', async () => {
    const html = await readFile(join(consoleFolder, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).toMatch(/<script src="\/assets\/first-paint-[\w-]{8}\.js">/);
    expect(html).toContain('--cinnabar: #C8372D');
    expect(html.indexOf('first-paint')).toBeLessThan(html.indexOf('type="module"'));
  });

  it('is the build for production, also when a test makes it', async () => {
    for (const { file } of first.assets.filter((asset) => asset.file.endsWith('.js')))
      expect({ file, development: /css-dev-only/.test(await readFile(join(consoleFolder, file), 'utf8')) }).toEqual({
        file,
        development: false,
      });
  });

  it('splits the code: a page for each route, charts apart, no part beyond its budget', () => {
    const names = first.assets.map((asset) => asset.file);
    for (const page of [
      'today',
      'traffic',
      'request',
      'audit',
      'entry',
      'people',
      'person',
      'sessions',
      'switches',
      'system',
      'login',
      'setup',
    ]) {
      expect(names.some((name) => name.startsWith(`assets/${page}-page-`) && name.endsWith('.js'))).toBe(true);
    }
    for (const { file, bytes } of first.assets) expect({ file, within: bytes <= 560_000 }).toEqual({ file, within: true });
  });
});
