import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readZip } from '../../privacy/read-zip.ts';
import { openLibrary } from '../courses/library.ts';
import { closePages, launchBrowser, withoutBrowser } from '../testing-browser.ts';
import { scormPackage } from './package.ts';

const library = openLibrary();
const packageOf = (id: string, language: 'zh' | 'en') => {
  const course = library.courses.get(id);
  if (course === undefined) throw new Error(`no course ${id}`);
  return readZip(Buffer.from(scormPackage(course, language, library.pictures)));
};
const textOf = (files: ReadonlyMap<string, Buffer>, name: string): string => files.get(name)?.toString('utf8') ?? '';

describe('a SCORM 1.2 package', () => {
  it.each([...library.courses.keys()].flatMap((id) => [[id, 'zh'] as const, [id, 'en'] as const]))(
    '%s in %s is well formed by the content aggregation model',
    (id, language) => {
      const files = packageOf(id, language);
      const manifest = textOf(files, 'imsmanifest.xml');
      expect(manifest).toMatch(
        /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<manifest identifier="[A-Za-z_][\w.-]*" version="1\.0" /,
      );
      for (const namespace of ['http://www.imsproject.org/xsd/imscp_rootv1p1p2', 'http://www.adlnet.org/xsd/adlcp_rootv1p2'])
        expect(manifest).toContain(`="${namespace}"`);
      expect(manifest).toMatch(/<schema>ADL SCORM<\/schema>\s*<schemaversion>1\.2<\/schemaversion>/);
      // Exactly one of each, in the order that the schema wants; what refers to an identifier finds it.
      expect([...manifest.matchAll(/<(metadata|organizations|resources)[ >]/g)].map((found) => found[1])).toEqual([
        'metadata',
        'organizations',
        'resources',
      ]);
      const identifiers = [...manifest.matchAll(/ identifier="([^"]+)"/g)].map((found) => found[1]);
      expect(new Set(identifiers).size).toBe(identifiers.length);
      for (const found of manifest.matchAll(/ (?:default|identifierref)="([^"]+)"/g)) expect(identifiers).toContain(found[1]);
      expect(manifest).toMatch(/<resource [^>]*type="webcontent" adlcp:scormtype="sco" href="index\.html">/);
      expect(Number(/<adlcp:masteryscore>(\d+)</.exec(manifest)?.[1])).toBe(library.courses.get(id)?.pass);
      // Every file is listed, and every listed one is there.
      const listed = [...manifest.matchAll(/<file href="([^"]+)"\/>/g)].map((found) => found[1]);
      expect(listed.toSorted()).toEqual([...files.keys()].filter((name) => name !== 'imsmanifest.xml').sort());
      // Balanced elements.
      const open: string[] = [];
      for (const [, closing, name = '', own] of manifest.matchAll(/<(\/?)([A-Za-z:]+)[^>]*?(\/?)>/g))
        if (closing === '/') expect(open.pop()).toBe(name);
        else if (own !== '/') open.push(name);
      expect(open).toEqual([]);
      const page = textOf(files, 'index.html');
      for (const found of page.matchAll(/ src="([^"]+)"/g)) expect([...files.keys()]).toContain(found[1]);
      expect(page).not.toMatch(/<script(?! src=)/);
    },
  );

  it('is the same bytes for the same course', () => {
    const course = library.courses.get('phishing');
    if (course === undefined) throw new Error('no course');
    const make = () => Buffer.from(scormPackage(course, 'zh', library.pictures));
    expect(make().equals(make())).toBe(true);
  });
});

const runtime = createRequire(import.meta.url).resolve('scorm-again/scorm12/min');
const host = `<!doctype html><meta charset="utf-8"><script src="/runtime.js"></script>
<script src="/host.js"></script><iframe id="sco" style="width:700px;height:600px"></iframe>`;
const hostScript = `window.API = new (window.Scorm12API ?? window.Scorm12API.default)({ autocommit: false });
window.addEventListener('DOMContentLoaded', () => { document.getElementById('sco').src = '/package/index.html'; });`;

describe.skipIf(withoutBrowser)('a package in an independent SCORM 1.2 runtime, in Chromium', () => {
  const files = packageOf('phishing', 'en');
  const types: Readonly<Record<string, string>> = {
    html: 'text/html',
    js: 'text/javascript',
    css: 'text/css',
    svg: 'image/svg+xml',
  };
  let server: Server;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = (request.url ?? '/').slice(1);
      const bytes =
        path === ''
          ? Buffer.from(host)
          : path === 'host.js'
            ? Buffer.from(hostScript)
            : path === 'runtime.js'
              ? readFileSync(runtime)
              : path.startsWith('package/')
                ? files.get(path.slice('package/'.length))
                : undefined;
      if (bytes === undefined) return void response.writeHead(404).end();
      response
        .writeHead(200, { 'content-type': `${types[path.split('.').at(-1) ?? ''] ?? 'text/html'}; charset=utf-8` })
        .end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await closePages(browser);
    await new Promise((resolve) => server?.close(resolve));
  });

  /** What the learning system knows. */
  const known = async (name: string): Promise<string> => String(await page.evaluate(`window.API.LMSGetValue('${name}')`));
  const sco = () => page.frameLocator('#sco');

  it('begins, notes its place, fails, passes, and reports what it was', async () => {
    await sco().getByRole('heading', { name: 'Thirty seconds of a "subsidy notice"' }).waitFor();
    expect(await known('cmi.core.lesson_status')).toBe('incomplete');
    expect(await sco().locator('#offline').isHidden()).toBe(true);
    for (let at = 0; at < 8; at += 1) await sco().getByRole('button', { name: 'Next' }).click();
    expect(await known('cmi.core.lesson_location')).toBe('8');
    await sco().getByRole('button', { name: 'Hand in' }).click();
    await sco().getByText('Not passed; 80 are needed.').waitFor();
    expect([await known('cmi.core.lesson_status'), await known('cmi.core.score.raw')]).toEqual(['failed', '0']);
    await sco().getByRole('button', { name: 'Try again' }).click();
    for (const input of await sco().locator('input[data-right="1"]').all()) await input.check();
    await sco().getByRole('button', { name: 'Hand in' }).click();
    await sco().getByText('Passed.').waitFor();
    expect([await known('cmi.core.lesson_status'), await known('cmi.core.score.raw')]).toEqual(['passed', '100']);
    expect([await known('cmi.core.score.min'), await known('cmi.core.score.max')]).toEqual(['0', '100']);
    expect(Number(await known('cmi.interactions._count'))).toBe(6);
    expect(problems).toEqual([]);
  });

  it('ends its session when the system takes it away', async () => {
    await page.evaluate(`document.getElementById('sco').src = 'about:blank'`);
    await page.waitForFunction('window.API.isTerminated()');
    expect(problems).toEqual([]);
  });
});
