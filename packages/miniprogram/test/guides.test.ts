import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createEnvelope } from '../src/envelope-entry.ts';
import { localErrorCodes } from '../src/error.ts';
import * as sdk from '../src/index.ts';
import { createBoundGateway } from '../src/testing/bound-gateway.ts';
import { playFactors, rightCode } from '../src/testing/factor-endpoints.ts';
import { createFakeWx } from '../src/testing/fake-wx.ts';
import { createScriptedGateway, json } from '../src/testing/scripted-gateway.ts';

const root = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/guides/mini-program-developer.md'), 'utf8');
const examples = [guide, readFileSync(join(root, 'packages/miniprogram/README.md'), 'utf8')].flatMap((text) =>
  [...text.matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1] ?? ''),
);

describe('the examples of guide and README', () => {
  it('run in a mini program', async () => {
    expect(examples.length).toBeGreaterThan(5);
    const gateway = createScriptedGateway();
    playFactors(gateway);
    gateway.backend = () => json(200, { orders: [7] });
    const wx = createFakeWx({ fetch: gateway.fetch, loginCode: () => `code-${gateway.logins.length}` });
    const client = sdk.createMenshen({ baseUrl: 'https://api.example.com', app: 'portal', wx });
    const pages: { data: Record<string, unknown>; onLoad(): Promise<void>; setData(data: object): void }[] = [];
    const bound = createBoundGateway(createScriptedGateway(), () => Date.now());
    const boundWx = createFakeWx({ fetch: bound.fetch, loginCode: () => 'code-1' });
    for (const example of examples) {
      const module = { exports: {} };
      const context = createContext({
        module,
        wx,
        Page: (page: (typeof pages)[number]) => pages.push(page),
        require: (path: string) =>
          path.endsWith('/services/menshen.js')
            ? client
            : {
                ...sdk,
                createEnvelope,
                createMenshen: (options: sdk.MenshenOptions) =>
                  sdk.createMenshen({ ...options, wx: options.envelope === undefined ? wx : boundWx }),
              },
      });
      new Script(example).runInContext(context);
      if (/function save/.test(example)) await new Script('save').runInContext(context)(client, { item: 1 });
      if (/function pay/.test(example)) await new Script('pay').runInContext(context)(client, 'o1', 'k1');
      if (/function enrolAuthenticator/.test(example)) {
        const show = ({ secret }: { secret: string }) => Promise.resolve(secret === 'ABCD' ? rightCode : '');
        expect(await new Script('enrolAuthenticator').runInContext(context)(client, 'C-77', show)).toEqual(['r1']);
      }
      if (/function withSecondFactor/.test(example)) {
        const failures: string[] = [];
        const answers = ['000000', rightCode, null];
        const askCode = async ({ failure }: { failure: string }) => {
          failures.push(failure);
          return answers.shift() ?? null;
        };
        const guarded = new Script('withSecondFactor').runInContext(context)(askCode);
        expect((await guarded.request({ url: '/api/approved', method: 'POST', data: { a: 1 } })).statusCode).toBe(200);
        await expect(guarded.request({ url: '/api/approved' })).rejects.toMatchObject({ code: 'mfa_required' });
        expect(failures).toEqual(['', 'text of factor_failed', '']);
      }
      if (/function connectSealed/.test(example))
        expect((await new Script('connectSealed').runInContext(context)(bound.serverKeys)).statusCode).toBe(200);
      if (/function connect\(/.test(example)) await new Script('connect').runInContext(context)({}).request({ url: '/api/me' });
    }
    const [page] = pages;
    await page?.onLoad.call(Object.assign(page, { setData: (data: object) => Object.assign(page.data, data) }));
    expect(page?.data).toEqual({ orders: [7] });
    expect(gateway.forwarded.find((request) => request.path === '/api/pay')?.headers.get('idempotency-key')).toBe('k1');
  });
});

it('every code of the SDK’s own stands in both languages of the guide', () => {
  const [chinese = '', english = ''] = guide.split('# For mini program developers');
  for (const code of localErrorCodes) {
    expect(chinese).toContain(`\`${code}\``);
    expect(english).toContain(`\`${code}\``);
  }
});
