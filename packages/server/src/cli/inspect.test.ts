import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { inspect } from './inspect.ts';
import { readLines } from './lines.ts';
import { run } from './testing/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-inspect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const attack = {
  id: 'a-2',
  method: 'POST',
  path: '/api/notes',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ text: `nobody' UNION SELECT login, secret FROM staff -- ` }),
};
const honest = {
  id: 'a-1',
  method: 'POST',
  path: '/api/notes?page=2',
  headers: { 'Content-Type': 'application/json', 'X-Count': 3 },
  body: JSON.stringify({ text: '会议改到周五下午，请带上 3 份材料。' }),
};

const over = async (lines: readonly string[], ...more: string[]) => {
  const file = join(folder, 'requests.jsonl');
  writeFileSync(file, lines.join('\n'));
  const ran = await run(inspect, ['--jsonl', file, ...more]);
  return { ...ran, rows: ran.out === '' ? [] : ran.out.split('\n').map((line) => JSON.parse(line)) };
};

describe('menshen inspect', () => {
  it('answers a line each, in the order of the requests, and ends with 1 when something is refused', async () => {
    const { code, rows } = await over([JSON.stringify(honest), JSON.stringify(attack), JSON.stringify({ ...honest, id: 7 })]);
    expect(rows.map(({ id, action }) => [id, action])).toEqual([
      ['a-1', 'pass'],
      ['a-2', 'block'],
      [7, 'pass'],
    ]);
    expect(rows[0]).toEqual({ id: 'a-1', action: 'pass', score: 0, findings: [] });
    expect(Object.keys(rows[1].findings[0])).toEqual(['class', 'rule', 'where', 'evidence']);
    expect(rows[1]).toMatchObject({ findings: [{ class: 'sqli', where: 'body.text' }] });
    expect(rows[1].score).toBeGreaterThanOrEqual(50);
    expect(code).toBe(1);
  });

  it('ends with 0 when all pass, and adds points and sentences with --json', async () => {
    expect((await over([JSON.stringify(honest), ''])).code).toBe(0);
    const { rows } = await over([JSON.stringify(attack)], '--json');
    expect(rows[0].findings[0]).toMatchObject({ zh: expect.stringMatching(/\p{Script=Han}/u), points: expect.any(Number) });
  });

  it('names lines that are no requests, goes on, and ends with 2', async () => {
    const { code, rows, err } = await over(['{', JSON.stringify(honest), '{"id":1}', '[]']);
    expect(rows).toHaveLength(1);
    expect(err.split('\n').map((line) => /\d+/.exec(line)?.[0])).toEqual(['1', '3', '4']);
    expect(code).toBe(2);
  });

  it('wants a file', async () => expect((await run(inspect, [])).code).toBe(2));

  it('reads the files of a request', async () => {
    const form = (file: string): object => ({
      ...{ id: 'f', method: 'POST', path: '/api/files', headers: { 'Content-Type': 'multipart/form-data; boundary=b' } },
      body: `--b\r\nContent-Disposition: form-data; name="photo"; filename="a.svg"\r\n\r\n${file}\r\n--b--\r\n`,
    });
    const { rows, code } = await over([
      JSON.stringify(form('<svg><script>run()</script></svg>')),
      JSON.stringify(form('<svg><g/></svg>')),
    ]);
    expect(rows.map(({ action }) => action)).toEqual(['block', 'pass']);
    expect(rows[0].findings).toContainEqual({ class: 'upload', rule: 'upload.svg_script', where: 'file.photo', evidence: '@5' });
    expect(code).toBe(1);
  });

  it('reads files by themselves, and names those that it cannot read', async () => {
    const write = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const honest = write('名单.csv', '姓名,工号\n王芳,001\n');
    const attack = write('表.csv', "a,=cmd|'/C calc'!A0\n");
    const ran = await run(inspect, ['--file', honest, '--file', attack, '--json']);
    const [first, second] = ran.out.split('\n').map((line) => JSON.parse(line));
    expect(first).toEqual({ id: honest, action: 'pass', score: 0, findings: [] });
    expect(second).toMatchObject({
      id: attack,
      action: 'block',
      findings: [{ rule: 'upload.formula_command', zh: expect.any(String) }],
    });
    expect(ran.code).toBe(1);
    expect((await run(inspect, ['--file', honest])).code).toBe(0);
    expect((await run(inspect, ['--file', join(folder, 'none')])).code).toBe(2);
    expect((await run(inspect, ['--file', folder])).code).toBe(2);
    expect((await run(inspect, ['--file', honest, '--jsonl', honest])).code).toBe(2);
  });
});

describe('readLines', () => {
  const lines = async (chunks: readonly string[], max = 8) => {
    const read: unknown[] = [];
    for await (const line of readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), max)) read.push(line);
    return read;
  };

  it('splits wherever the chunks end', async () => {
    expect(await lines(['a', 'b\nc\r', '\n\n', 'd'])).toEqual(['ab', 'c', '', 'd']);
    const mark = Buffer.from('中\n');
    const read: unknown[] = [];
    for await (const line of readLines(Readable.from([mark.subarray(0, 1), mark.subarray(1)]), 8)) read.push(line);
    expect(read).toEqual(['中']);
  });

  it('does not keep a line beyond the bound', async () =>
    expect(await lines(['123456789\n12345678\n', '1234', '56789\n', 'x'])).toEqual([
      { bytes: 9 },
      '12345678',
      { bytes: 9 },
      'x',
    ]));
});
