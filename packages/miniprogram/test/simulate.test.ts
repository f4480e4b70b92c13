// @vitest-environment jsdom
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFakeWx } from '../src/testing/fake-wx.ts';
import { createScriptedGateway, json, refuse } from '../src/testing/scripted-gateway.ts';

interface Rendered {
  readonly dom: { readonly textContent: string };
  readonly instance: { readonly loading: Promise<void> };
  attach(parent: unknown): void;
  querySelector(selector: string): { dispatchEvent(name: string): void } | undefined;
}

interface Simulator {
  load(path: string, options: { readonly compiler: 'simulate' }): string;
  render(id: string): Rendered;
  sleep(ms?: number): Promise<void>;
}

declare const document: { readonly body: unknown };

const require = createRequire(import.meta.url);
let project = '';

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'menshen-simulate-'));
  await cp(join(import.meta.dirname, 'fixtures/order-panel'), project, { recursive: true });
  // In a process of its own: esbuild does not run among jsdom's globals.
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../scripts/build.ts'), project]);
});

afterAll(() => rm(project, { recursive: true, force: true }));

it('serves a component in the official simulator: login, answer, refusal, another try', async () => {
  const gateway = createScriptedGateway();
  gateway.backend = () => json(200, { orders: [{ id: 7, title: '门神贴' }] });
  gateway.script.set('/api/orders', [() => refuse(403, 'not_permitted', { message: '没有权限执行此操作。' })]);
  const simulator: Simulator = require('miniprogram-simulate');
  Object.assign(globalThis, { wx: createFakeWx({ fetch: gateway.fetch, loginCode: () => 'code-1' }) });

  const component = simulator.render(simulator.load(join(project, 'index'), { compiler: 'simulate' }));
  component.attach(document.body);
  await component.instance.loading;
  await simulator.sleep();
  expect(component.dom.textContent).toBe('没有权限执行此操作。');

  component.querySelector('.problem')?.dispatchEvent('tap');
  await simulator.sleep();
  await component.instance.loading;
  await simulator.sleep();
  expect(component.dom.textContent).toBe('7: 门神贴');
  expect(gateway.logins).toHaveLength(1);
});
