import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCompanyFile } from './company/parse.ts';
import { appid, company, corpid, createBench, portalSecret, secret } from './testing/emulated-company.ts';

const guide = readFileSync(new URL('../../../docs/guides/emulator.md', import.meta.url), 'utf8');

function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1] ?? '');
}

/** One `curl` line of the guide: method by the presence of a body, and the errcode its comment announces. */
function readCommand(line: string) {
  const match = /^curl -s (?:--json '([^']*)' )?'?(http:\/\/127\.0\.0\.1:8481[^' ]*)'?(?: # (-?\d+))?$/.exec(line);
  if (!match?.[2]) throw new Error(`not understood: ${line}`);
  return { body: match[1], url: match[2].replace('http://127.0.0.1:8481', ''), errcode: Number(match[3] ?? 0) };
}

describe('docs/guides/emulator.md', () => {
  it('shows commands that do what it says', async () => {
    const bench = createBench({
      wechatApps: [{ appid, secret, name: '员工门户' }],
      wecom: { corpid, contactsSecret: 'contacts', agents: [{ agentid: 1000002, secret: portalSecret }] },
    });
    const results = new Map<string, string>();
    const fill = (text: string) => text.replace(/CODE|ACCESS_TOKEN/g, (name) => results.get(name) ?? name);
    const lines = blocks('sh').flatMap((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const { body, url, errcode } = readCommand(line);
      const answer = await (body === undefined ? bench.get(fill(url)) : bench.post(fill(url), fill(body)));
      expect([line, answer.status, Number(answer.json.errcode ?? 0)]).toEqual([line, 200, errcode]);
      if (answer.json.code) results.set('CODE', answer.json.code);
      if (answer.json.access_token) results.set('ACCESS_TOKEN', answer.json.access_token);
    }
  });

  it('shows a company file that is one', () => {
    const [example] = blocks('json');
    expect(parseCompanyFile(JSON.parse(example ?? '')).users).toHaveLength(2);
  });

  it('names every path of the admin API', async () => {
    const bench = createBench({ people: company });
    const section = guide.slice(guide.indexOf('## 管理接口'), guide.indexOf('## 示例'));
    const named = [...section.matchAll(/`(?:GET|POST) ([a-z\-/]+)/g)].map((match) => match[1]);
    for (const path of new Set(named)) expect([path, (await bench.get(`/_emulator/${path}`)).status]).not.toEqual([path, 404]);
    const source = ['phone', 'company', 'push', 'control'].map((name) =>
      readFileSync(new URL(`./admin/${name}-api.ts`, import.meta.url), 'utf8'),
    );
    const spoken = [...source.join('').matchAll(/adminRoute\(\s*'(?:GET|POST)',\s*'([a-z\-/]+)'/g)].map((match) => match[1]);
    expect(spoken.length).toBeGreaterThan(20);
    expect(new Set(named)).toEqual(new Set(spoken));
  });
});
