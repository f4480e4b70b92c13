import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, Script } from 'node:vm';
import { createSuiteA, encodeBase64url, openEnvelope, sealEnvelope, suiteAPrimitives } from '@menshen/wire';
import { parse } from 'acorn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltSdk, buildSdk, runTsc } from '../scripts/build.ts';
import { isBytes } from '../src/bytes.ts';
import type { Envelope } from '../src/envelope-types.ts';
import { createBoundGateway } from '../src/testing/bound-gateway.ts';
import { createFakeWx } from '../src/testing/fake-wx.ts';
import { createScriptedGateway } from '../src/testing/scripted-gateway.ts';
import type { Menshen, MenshenOptions } from '../src/types.ts';

let folder = '';
let built: BuiltSdk;
let scripts: { readonly sdk: string; readonly envelope: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'menshen-envelope-'));
  built = await buildSdk(folder);
  scripts = {
    sdk: await readFile(built.script, 'utf8'),
    envelope: await readFile(built.envelope.script, 'utf8'),
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the built envelope', () => {
  it('stands alone, is small, is ES2018, and is no part of the SDK', async () => {
    expect((await stat(built.envelope.script)).size).toBeLessThan(10_000);
    expect(() => parse(scripts.envelope, { ecmaVersion: 2018, sourceType: 'script' })).not.toThrow();
    expect(scripts.sdk).not.toContain('vnd.menshen.envelope');
  });

  it('goes with the built SDK, in a mini program that makes no code out of text', async () => {
    const gateway = createScriptedGateway();
    const bound = createBoundGateway(gateway, () => Date.now());
    const wire: string[] = [];
    bound.onRequest = (url, init) => {
      if (isBytes(init.body)) wire.push(Buffer.from(init.body).toString('latin1'));
      return [url, init];
    };
    const wx = createFakeWx({ fetch: bound.fetch, loginCode: () => 'code-1' });
    const load = (script: string): Record<string, (options: object) => unknown> => {
      const module: { exports: Record<string, (options: object) => unknown> } = { exports: {} };
      const place = { module, exports: module.exports, wx, setTimeout, clearTimeout };
      new Script(script).runInContext(createContext(place, { codeGeneration: { strings: false, wasm: false } }));
      return module.exports;
    };
    const envelope = load(scripts.envelope).createEnvelope?.({}) as Envelope;
    const options: MenshenOptions = {
      baseUrl: 'https://api.example.com',
      app: 'portal',
      serverKeys: bound.serverKeys,
      envelope,
    };
    const menshen = load(scripts.sdk).createMenshen?.(options) as Menshen;
    const answer = await menshen.request({ url: '/api/orders?a=1', method: 'POST', data: { item: '门' }, seal: true });
    expect(answer).toMatchObject({ statusCode: 200, data: { method: 'POST', body: '{"item":"门"}' } });
    expect([wire.length, wire[0]?.slice(0, 2), bound.refusals]).toEqual([1, 'MS', []]);
  });

  it('has declarations that fit the SDK’s', async () => {
    await writeFile(
      join(folder, 'app.ts'),
      `import { createEnvelope } from './envelope.js';
       import { createMenshen } from './menshen.js';
       const menshen = createMenshen({
         baseUrl: 'https://api.example.com', app: 'portal', serverKeys: [{ kid: 'k', publicKey: 'x' }],
         envelope: createEnvelope({ always: true }),
       });
       export const answer = menshen.request({ url: '/api/me', seal: false });`,
    );
    const typings = join(import.meta.dirname, '../../../node_modules/miniprogram-api-typings/types/index.d.ts');
    const flags =
      '--noEmit --strict --target es2018 --lib es2018 --module nodenext --moduleResolution nodenext --types --ignoreConfig';
    await runTsc([...flags.split(' '), 'app.ts', typings], folder);
  });
});

describe('the cost on a phone without a compiler', () => {
  it('of sealing and opening 2 KB is told, and both are right', async () => {
    const suite = createSuiteA(suiteAPrimitives);
    const keys = new Uint8Array(128).map((_byte, at) => at * 7 + 1);
    const place = {
      method: 'POST',
      host: 'api.example.com',
      path: '/api/orders',
      query: 'a=1',
      session: new Uint8Array(16).fill(2),
      ts: 1_790_000_000_000,
      nonce: new Uint8Array(16).fill(3),
    };
    const context = { ...place, sid: place.session, timestamp: place.ts };
    const head = { direction: 's2c', keyVersion: 1 } as const;
    const answer = new TextEncoder().encode(JSON.stringify({ text: 'y'.repeat(2_037) }));
    const sealed = sealEnvelope(suite, keys.slice(96), head, context, new Uint8Array(12).fill(5), answer);
    await writeFile(
      join(folder, 'cost.cjs'),
      `const { createEnvelope } = require('./envelope.js');
       const bytes = (size, fill) => new Uint8Array(size).fill(fill);
       const place = { ...${JSON.stringify({ ...place, session: 0, nonce: 0 })}, session: bytes(16, 2), nonce: bytes(16, 3), version: 1,
         keys: new Uint8Array(128).map((_byte, at) => at * 7 + 1), iv: bytes(12, 4) };
       const request = { header: {}, body: JSON.stringify({ text: 'x'.repeat(2037) }), dataType: 'json', responseType: 'text' };
       const data = Uint8Array.from(Buffer.from('${encodeBase64url(sealed)}', 'base64url')).buffer;
       const seal = createEnvelope()(true);
       // Time of the processor: others may be at work on this machine.
       const now = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
       const times = { seal: [], open: [] };
       let sent, opened;
       for (let round = 0; round < 60; round += 1) {
         let began = now();
         sent = seal(request, place);
         times.seal.push(now() - began);
         began = now();
         opened = sent.open({ status: 200, data, header: {} });
         times.open.push(now() - began);
       }
       const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
       console.log(JSON.stringify({ seal: median(times.seal), open: median(times.open), best: times.seal[0] + times.open[0],
         body: Buffer.from(sent.body).toString('base64url'), text: opened.data.text.length }));`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, ['--jitless', 'cost.cjs'], { cwd: folder });
    const { seal, open, best, body, text } = JSON.parse(stdout);
    const plain = openEnvelope(
      suite,
      keys.slice(64, 96),
      { direction: 'c2s', keyVersion: 1 },
      context,
      Uint8Array.from(Buffer.from(body, 'base64url')),
    );
    expect(plain?.length).toBe(2_048);
    expect(text).toBe(2_037);
    process.stdout.write(
      `2 KB without a compiler: seal ${seal.toFixed(1)} ms, open ${open.toFixed(1)} ms (medians); best of both ${best.toFixed(1)} ms\n`,
    );
  });
});
