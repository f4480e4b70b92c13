import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSigma, SigmaEngine } from '@menshen/sigma';
import { expect, it } from 'vitest';
import { helpText } from '../command.ts';
import { sigmaCheck, sigmaTest } from './sigma.ts';

const docs = join(import.meta.dirname, '..', '..', '..', '..', '..', 'docs');
const blocks = (file: string, kind: string): string[] =>
  [...readFileSync(join(docs, file), 'utf8').matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, language, text]) =>
    language === kind ? [text ?? ''] : [],
  );

it('the rules of the guide work as it says', () => {
  const parsed = blocks('guides/sigma.md', 'yaml').flatMap((text) => parseSigma(text, { strict: true }));
  expect(parsed.flatMap(({ problem }) => problem ?? [])).toEqual([]);
  const engine = new SigmaEngine(parsed.flatMap(({ document }) => document ?? []));
  expect([...engine.problems.values()]).toEqual([]);
  const refund = { action: 'order.refund', result: 'success', user: 'zhang', amount_cents: 60_000, ip: '10.1.1.1' };
  const titles = (event: Record<string, unknown>, time: number): string[] =>
    engine.process(event, { id: String(time), time }).map(({ document }) => document.title);
  expect(titles(refund, 1)).toEqual(['Refund without an order']);
  expect(titles({ ...refund, ip: '10.66.0.7' }, 2)).toEqual([]);
  expect(titles({ ...refund, object: 'order-1' }, 3)).toEqual([]);
  expect(titles(refund, 4)).toEqual(['Refund without an order', 'Refunds add up']);
});

it('the commands of the guide exist with their options', () => {
  const [commands = ''] = blocks('guides/sigma.md', 'sh');
  for (const command of [sigmaCheck, sigmaTest]) {
    expect(commands).toContain(`menshen ${command.name} `);
    for (const option of ['--placeholders', '--json']) expect(helpText(command, 'zh')).toContain(option);
  }
});
