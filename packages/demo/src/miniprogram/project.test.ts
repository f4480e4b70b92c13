import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoAccounts } from '../credentials.ts';
import { loadMiniProgram } from './testing/runtime.ts';
import { boundHandlers, parseWxml, WxmlError, walkWxml } from './testing/wxml.ts';

const root = join(import.meta.dirname, '..', '..', 'miniprogram');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readJson = (file: string): Record<string, unknown> => JSON.parse(read(file));
const app = readJson('app.json');
const pages = app.pages as string[];
const components = Object.values(app.usingComponents as Record<string, string>).map((path) => path.slice(1));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.\w+$/.test(file) && !file.startsWith('vendor/'));

const noClient = { createMenshen: () => ({ request: () => Promise.reject(new Error('offline')), login() {}, logout() {} }) };
const program = () => loadMiniProgram(root, {}, { 'vendor/menshen.js': noClient });

describe('the mini program project', () => {
  it('has four files for each page, and for each component', () => {
    for (const name of [...pages, ...components]) {
      for (const kind of ['js', 'json', 'wxml', 'wxss'])
        expect(existsSync(join(root, `${name}.${kind}`)), `${name}.${kind}`).toBe(true);
    }
  });

  it('declares every page that lies there', () => {
    const lying = files
      .filter((file) => file.startsWith('pages/') && file.endsWith('.wxml'))
      .map((file) => file.replace('.wxml', ''));
    expect([...pages].sort()).toEqual(lying.sort());
  });

  it('has JSON that parses', () => {
    for (const file of files.filter((one) => one.endsWith('.json'))) expect(() => readJson(file), file).not.toThrow();
  });

  it('has well-formed WXML', () => {
    for (const file of files.filter((one) => one.endsWith('.wxml'))) expect(() => parseWxml(read(file)), file).not.toThrow();
  });

  it('has WXSS whose braces pair', () => {
    for (const file of files.filter((one) => one.endsWith('.wxss'))) {
      let depth = 0;
      for (const character of read(file)) {
        if (character === '{') depth += 1;
        if (character === '}') depth -= 1;
        expect(depth === 0 || depth === 1, file).toBe(true);
      }
      expect(depth, file).toBe(0);
    }
  });

  it('binds only handlers that its pages have', () => {
    for (const page of pages) {
      const definition = program().define(`${page}.js`);
      for (const handler of boundHandlers(parseWxml(read(`${page}.wxml`))))
        expect(definition[handler], `${page}: ${handler}`).toBeTypeOf('function');
    }
    for (const component of components) {
      const { methods } = program().define(`${component}.js`) as { methods: Record<string, unknown> };
      const handlers = boundHandlers(parseWxml(read(`${component}.wxml`)));
      expect(handlers.length).toBeGreaterThan(0);
      for (const handler of handlers) expect(methods[handler], handler).toBeTypeOf('function');
    }
  });

  it('shows only data that its pages have', () => {
    for (const page of pages) {
      const data = Object.keys((program().define(`${page}.js`).data ?? {}) as object);
      const texts = [...walkWxml(parseWxml(read(`${page}.wxml`)))].flatMap((element) => [...element.attributes.values()]);
      const source = [read(`${page}.wxml`), ...texts].join('\n');
      for (const [, expression = ''] of source.matchAll(/\{\{(.*?)\}\}/gs)) {
        const names = expression.replace(/'[^']*'/g, '').matchAll(/(?<![\w.])[a-z]\w*/gi);
        for (const [name] of names) expect([...data, 'item', 'index'], `${page}: ${expression}`).toContain(name);
      }
    }
  });

  it('opens only pages that it declares', () => {
    const targets = files
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) => [...read(file).matchAll(/['"`]\/(pages\/[\w/-]+)/g)].map((match) => match[1]));
    expect(targets.length).toBeGreaterThan(4);
    for (const target of targets) expect(pages).toContain(target);
    const tabs = (app.tabBar as { list: { pagePath: string }[] }).list;
    for (const { pagePath } of tabs) expect(pages).toContain(pagePath);
  });

  it('asks before it uses what is private, keeps staff pages out of search, and has the settings of a release', () => {
    expect(app.__usePrivacyCheck__).toBe(true);
    expect(app.sitemapLocation).toBe('sitemap.json');
    expect(app.debug).toBeUndefined();
    expect(readJson('sitemap.json').rules).toEqual(expect.arrayContaining([{ action: 'disallow', page: '*' }]));
    expect(readJson('project.config.json').setting).toMatchObject({ urlCheck: true, uploadWithSourceMap: false });
    expect(existsSync(join(root, 'project.private.config.json'))).toBe(false);
  });

  it('holds the appid that the gateway is configured with, and no secret', () => {
    expect(readJson('project.config.json').appid).toBe(demoAccounts.appid);
    const { appSecret, push, neighbour, agentSecret, contactsSecret, callback } = demoAccounts;
    const secrets = [
      appSecret,
      push.token,
      push.aesKey,
      neighbour.secret,
      agentSecret,
      contactsSecret,
      callback.token,
      callback.aesKey,
    ];
    for (const file of files) for (const secret of secrets) expect(read(file).includes(secret), file).toBe(false);
  });

  it('keeps the built SDK out of the repository', () => {
    expect(read('vendor/.gitignore').split('\n')).toContain('*');
  });
});

describe('parseWxml', () => {
  it('reads what WXML has', () => {
    const [view] = parseWxml(
      '<!-- x --><view wx:if="{{a > 1}}" bindtap="go" hidden><text>{{b}}</text><input value=\'1\' /></view>',
    );
    expect(view?.children.map((child) => child.name)).toEqual(['text', 'input']);
    expect(boundHandlers(view === undefined ? [] : [view])).toEqual(['go']);
  });

  it.each([
    '<view>',
    '<view></text>',
    '</view>',
    '<view a=1></view>',
    '<view a="1></view>',
    '<view a="1" a="2"></view>',
    '<view>{{a</view>',
    '<view>{{}}</view>',
    '<view a="{{b"></view>',
    '<!-- x',
    '<view',
    '<1>',
  ])('refuses %s', (source) => {
    expect(() => parseWxml(source)).toThrow(WxmlError);
  });
});
