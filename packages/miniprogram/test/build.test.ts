import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { clientApi, mfaApi } from '@menshen/contract';
import { type Node, parse } from 'acorn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type BuiltSdk, buildSdk, runTsc } from '../scripts/build.ts';
import { internalNames } from '../scripts/internal-names.ts';
import * as sdk from '../src/index.ts';
import { createBoundGateway } from '../src/testing/bound-gateway.ts';
import { playFactors, rightCode } from '../src/testing/factor-endpoints.ts';
import { createFakeWx } from '../src/testing/fake-wx.ts';
import { createScriptedGateway } from '../src/testing/scripted-gateway.ts';
import type { Menshen, MenshenOptions } from '../src/types.ts';

let folder = '';
let built: BuiltSdk;
let script = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'menshen-build-'));
  built = await buildSdk(folder);
  script = await readFile(built.script, 'utf8');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every node of a syntax tree. */
function* nodes(node: Node): Generator<Node & Readonly<Record<string, unknown>>> {
  yield node as Node & Readonly<Record<string, unknown>>;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof child.type === 'string') yield* nodes(child);
    }
  }
}

describe('the built script', () => {
  it('is smaller than 40 KB', async () => {
    expect((await stat(built.script)).size).toBeLessThanOrEqual(40_000);
  });

  it('exports what the source exports', () => {
    const module = { exports: {} };
    new Script(script).runInContext(createContext({ module }));
    expect(Object.keys(module.exports).sort()).toEqual(Object.keys(sdk).sort());
  });

  it('shortens only names that nobody else knows', async () => {
    const outside = new Set<string>();
    const types = [
      'types.ts',
      'factors/factor-types.ts',
      'phone/platform.ts',
      'error.ts',
      '../../wire/src/messages.ts',
      '../../wire/src/ticket.ts',
    ];
    for (const file of types) {
      const text = await readFile(join(import.meta.dirname, '../src', file), 'utf8');
      for (const [, name = ''] of text.matchAll(/(?:readonly\s+|^\s*|[{;]\s*)(\w+)\??\s*[:(<]/gm)) outside.add(name);
    }
    const schemas = [...Object.values(clientApi), ...Object.values(mfaApi)];
    for (const schema of schemas.filter((value) => value instanceof z.ZodType))
      for (const [, name = ''] of JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })).matchAll(
        /"(\w+)":/g,
      ))
        outside.add(name);
    for (const value of [
      Object,
      Function,
      Array,
      String,
      Number,
      RegExp,
      Promise,
      Map,
      Set,
      WeakMap,
      Uint8Array,
      Int32Array,
      DataView,
      JSON,
      Math,
      Error,
    ])
      for (const holder of [value, 'prototype' in value ? value.prototype : {}, Object.getPrototypeOf(Uint8Array.prototype)])
        for (const name of Object.getOwnPropertyNames(holder)) outside.add(name);
    // Stored on the phone, or inside of a sealed message.
    for (const name of [
      'owner',
      'session',
      'packed',
      'version',
      'nonce',
      'ts',
      'ephemeral',
      'body',
      'keyVersion',
      'userKeyVersion',
      'share',
    ])
      outside.add(name);
    expect(outside.size).toBeGreaterThan(300);
    expect(internalNames.filter((name) => outside.has(name))).toEqual([]);
  });

  it('is ES2018', () => {
    expect(() => parse(script, { ecmaVersion: 2018, sourceType: 'script' })).not.toThrow();
  });

  it('makes no code out of text and loads nothing', () => {
    const names = new Set<unknown>();
    for (const node of nodes(parse(script, { ecmaVersion: 2018, sourceType: 'script' }))) {
      expect(node.type).not.toMatch(/^Import/);
      if (node.type === 'Identifier') names.add(node.name);
    }
    for (const name of [
      'eval',
      'Function',
      'require',
      'process',
      'Buffer',
      'globalThis',
      'window',
      'document',
      'self',
      'global',
      'console',
      'fetch',
      'URL',
      'TextEncoder',
      'BigInt',
    ]) {
      expect(names, name).not.toContain(name);
    }
  });

  it('runs with nothing but what a mini program has, code from text forbidden', async () => {
    const gateway = createScriptedGateway();
    const module: { exports: { createMenshen?: (options: MenshenOptions) => Menshen } } = { exports: {} };
    const wx = createFakeWx({ fetch: gateway.fetch, loginCode: () => 'code-1' });
    const context = createContext(
      { module, exports: module.exports, wx, setTimeout, clearTimeout },
      { codeGeneration: { strings: false, wasm: false } },
    );
    new Script(script).runInContext(context);
    const menshen = module.exports.createMenshen?.({ baseUrl: 'https://api.example.com', app: 'portal' });
    const answer = await menshen?.request({ url: '/api/orders', method: 'POST', data: { item: 7 } });
    expect(answer).toMatchObject({ statusCode: 200, data: { method: 'POST', body: '{"item":7}' } });
    await expect(menshen?.request({ url: 'https://evil.example/' })).rejects.toMatchObject({ name: 'TypeError' });
    await menshen?.logout();
    expect(gateway.liveTokens.size).toBe(0);
  });

  it('seals its login and signs its requests with nothing more', async () => {
    const gateway = createScriptedGateway();
    const bound = createBoundGateway(gateway, () => Date.now());
    const module: { exports: { createMenshen?: (options: MenshenOptions) => Menshen } } = { exports: {} };
    const files = new Map([['wxfile://a', new Uint8Array([1, 2, 3])]]);
    const wx = createFakeWx({ fetch: bound.fetch, loginCode: () => `code-${gateway.logins.length}`, files });
    const context = createContext(
      { module, exports: module.exports, wx, setTimeout, clearTimeout },
      { codeGeneration: { strings: false, wasm: false } },
    );
    new Script(script).runInContext(context);
    const { serverKeys } = bound;
    const played = playFactors(gateway);
    played.onToken = (before, after) => {
      const keys = bound.sessions.get(before);
      if (keys !== undefined) bound.sessions.set(after, keys);
    };
    const menshen = module.exports.createMenshen?.({
      baseUrl: 'https://api.example.com',
      app: 'portal',
      serverKeys,
      async onStepUp(challenge) {
        await challenge.begin('totp');
        await challenge.answer({ code: rightCode });
      },
    });
    for (const url of ['/api/fresh', '/api/approved'])
      expect((await menshen?.request({ url, method: 'POST', data: { item: '门' } }))?.statusCode).toBe(200);
    await menshen?.factors.list();
    expect(played.devices).toEqual([expect.stringMatching(/^mdv1/)]);
    const answer = await menshen?.request({ url: '/api/orders', method: 'POST', data: { item: '门' } });
    expect(answer).toMatchObject({ statusCode: 200, data: { method: 'POST', body: '{"item":"门"}' } });
    expect((await menshen?.uploadFile({ url: '/api/files', filePath: 'wxfile://a', name: 'a' }))?.statusCode).toBe(200);
    expect([bound.refusals, gateway.logins.length]).toEqual([[], 1]);
  });
});

describe('the built declarations', () => {
  const app = `
    import { createMenshen, type Menshen, MenshenError, type WxPlatform } from './menshen.js';
    const platform: WxPlatform = wx;
    const menshen: Menshen = createMenshen({
      baseUrl: 'https://api.example.com', app: 'portal', wx: platform,
      onBindingRequired: async ({ ways, previous }) => (previous === null && ways.includes('phone') ? { phoneCode: 'x' } : null),
      async onStepUp(challenge) {
        const [kind = 'totp'] = (await challenge.factors()).stepUp;
        const { sms } = await challenge.begin(kind);
        if (kind === 'soter') return challenge.soter('facial');
        await challenge.answer({ code: sms?.phone ?? '' });
      },
      serverKeys: [{ kid: '2026-a', publicKey: 'x' }],
    });
    export async function me(): Promise<string> {
      try {
        const handle = menshen.request<{ name: string }>({ url: '/api/me' });
        handle.abort();
        const socket = await menshen.connectSocket({ url: '/ws' });
        socket.onMessage(({ data }) => socket.send({ data }));
        await menshen.uploadFile({ url: '/api/files', filePath: 'wxfile://a', name: 'a' });
        return (await handle).data.name;
      } catch (error) {
        if (error instanceof MenshenError && error.code === 'mfa_required') return error.message;
        throw error;
      }
    }
  `;
  const compile = async (source: string): Promise<void> => {
    await writeFile(join(folder, 'app.ts'), source);
    const typings = join(import.meta.dirname, '../../../node_modules/miniprogram-api-typings/types/index.d.ts');
    const flags =
      '--noEmit --strict --target es2018 --lib es2018 --module nodenext --moduleResolution nodenext --types --ignoreConfig'.split(
        ' ',
      );
    await runTsc([...flags, 'app.ts', typings], folder);
  };

  it('compile in a project with WeChat’s own typings, and the real wx fits', async () => {
    await compile(app);
  });

  it.each([
    ["app: 'portal',", ''],
    ["app: 'portal'", "app: 'portal', retries: 3"],
    ["kid: '2026-a', ", ''],
    ["{ phoneCode: 'x' }", "{ phone: 'x' }"],
    ["url: '/api/me'", "url: '/api/me', method: 'PATCH'"],
  ])('refuse %s → %s', async (from, to) => {
    expect(app).toContain(from);
    await expect(compile(app.replace(from, to))).rejects.toThrow(/app\.ts.*error TS/);
  });
});
