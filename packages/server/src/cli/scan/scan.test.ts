import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../testing/terminal.ts';
import { readAdvisories } from './advisories.ts';
import { progressBar } from './progress.ts';
import { scan } from './scan.ts';

const base = mkdtempSync(join(tmpdir(), 'menshen-scan-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let folder = '';
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(base, `project-${count}`);
});

const secret = "module.exports = { appSecret: '5d41402abc4b2a76b9719d911017c592' }\n";

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
const over = (...args: string[]) => run(scan, [folder, '--no-cache', ...args]);

describe('menshen scan', () => {
  it('ends with 1 on findings, 0 without, 2 for wrong usage', async () => {
    write({ 'server/config.js': secret });
    expect((await over()).code).toBe(1);
    expect((await over('--fail-on', 'none')).code).toBe(0);
    expect((await over('--rules', 'MP-CRY')).code).toBe(0);
    expect((await over('--fail-on', 'sometimes')).err).toContain('--fail-on must be one of');
    expect((await over('--rules', 'MP-NOPE')).code).toBe(2);
    expect((await over('--max-seconds', '0')).code).toBe(2);
    expect((await run(scan, [join(base, 'nothing-here')])).err).toBe('There is no such folder or file.');
    rmSync(join(folder, 'server/config.js'));
    expect((await over()).code).toBe(0);
  });

  it('writes every format, to a file as well', async () => {
    write({ 'server/config.js': secret });
    expect((await over()).out).toContain('Begin with these:');
    expect(JSON.parse((await over('--json')).out)).toMatchObject({
      summary: { critical: 1, total: 1 },
      findings: [{ rule: 'MP-SEC-001', line: 1 }],
    });
    expect(JSON.parse((await over('--json')).out)).not.toHaveProperty('partial');
    expect(JSON.parse((await over('--json', '--rules', 'MP-CRY')).out)).toMatchObject({ partial: true });
    expect(JSON.parse((await over('--format', 'sarif')).out)).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'MP-SEC-001' }] }],
    });
    expect((await over('--format', 'github')).out).toMatch(/^::error file=server\/config\.js,line=1/);
    expect((await over('--format', 'gitlab')).out).toContain('"check_name": "MP-SEC-001"');
    expect((await over('--format', 'checkstyle')).out).toContain('menshen.MP-SEC-001');
    const file = join(base, 'report.html');
    const written = await over('--format', 'html', '--out', file);
    expect([written.out, written.err]).toEqual(['', `1 findings; the report is in ${file}`]);
    expect(readFileSync(file, 'utf8')).toContain('<!doctype html>');
    expect(readFileSync(file, 'utf8')).not.toContain('5d41402abc4b2a76');
  });

  it('reports only what a baseline does not know', async () => {
    write({ 'server/config.js': secret });
    const baseline = join(base, 'baseline.json');
    await over('--write-baseline', baseline);
    expect((await over('--baseline', baseline)).code).toBe(0);
    write({ 'server/other.js': secret.replace('5d41', '6e52') });
    const again = await over('--baseline', baseline, '--json');
    expect([again.code, JSON.parse(again.out).summary]).toMatchObject([1, { total: 1, baseline: { known: 1, gone: 0 } }]);
    writeFileSync(baseline, '{}');
    expect((await over('--baseline', baseline)).err).toContain('--write-baseline');
  });

  it('honours comments with a reason, and tells of those that have expired', async () => {
    write({
      'a.js': `// menshen-ignore MP-SEC-001: made up\n${secret}`,
      'b.js': `// menshen-ignore MP-SEC-001 until 2020-01-01: made up\n${secret}`,
    });
    const { out, err } = await over('--json');
    expect(JSON.parse(out).findings.map(({ file }: { file: string }) => file)).toEqual(['b.js']);
    expect(err).toBe('b.js:1 The ignore comment has expired and has no effect');
  });

  it('mends what is mechanical', async () => {
    write({ 'project.config.json': '{"setting":{"urlCheck":false}}' });
    const { err } = await over('--fix');
    expect(err).toBe('project.config.json:1 MP-NET-004 domain checks are on');
    expect(readFileSync(join(folder, 'project.config.json'), 'utf8')).toBe('{"setting":{"urlCheck":true}}');
    expect((await over()).code).toBe(0);
  });

  it('limits the report to the files that a hook names', async () => {
    write({ 'a.js': secret, 'b.js': secret });
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { out } = await run(scan, ['a.js', 'missing-is-fine.md', '--json', '--no-cache']);
      expect(JSON.parse(out).findings.map(({ file }: { file: string }) => file)).toEqual(['a.js']);
    } finally {
      process.chdir(before);
    }
  });

  it('explains rules', async () => {
    expect((await run(scan, ['--explain', 'mp-sec-001'])).out).toContain('CWE-798');
    expect((await run(scan, ['--explain', 'list'])).out.split('\n').length).toBeGreaterThan(40);
    expect((await run(scan, ['--explain', 'MP-XXX-001'])).code).toBe(2);
  });
});

describe('the cache', () => {
  it('answers for an unchanged tree, and forgets when a byte changes', async () => {
    write({ 'server/config.js': secret });
    const cache = join(base, 'cache');
    const cached = () => run(scan, [folder, '--cache', cache, '--json']);
    const first = await cached();
    const [entry = ''] = (await import('node:fs')).readdirSync(cache);
    writeFileSync(join(cache, entry), readFileSync(join(cache, entry), 'utf8').replace('"critical"', '"high"'));
    expect(JSON.parse((await cached()).out).summary).toMatchObject({ high: 1 });
    expect(JSON.parse(first.out).summary).toMatchObject({ critical: 1 });
    write({ 'server/config.js': `${secret} ` });
    expect(JSON.parse((await cached()).out).summary).toMatchObject({ critical: 1 });
    writeFileSync(join(cache, entry), 'broken');
    write({ 'server/config.js': secret });
    expect(JSON.parse((await cached()).out).summary).toMatchObject({ critical: 1 });
  });
});

describe('advisories', () => {
  const record = (id: string) =>
    JSON.stringify({
      id,
      summary: 'made up',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'left-tool' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
        },
      ],
    });

  /** A zip with one stored and one packed entry, as OSV exports them. */
  function zip(entries: readonly [string, string][]): Buffer {
    const parts: Buffer[] = [];
    const directory: Buffer[] = [];
    let offset = 0;
    for (const [at, [name, text]] of entries.entries()) {
      const plain = Buffer.from(text);
      const method = at % 2 === 0 ? 8 : 0;
      const body = method === 8 ? deflateRawSync(plain) : plain;
      const head = Buffer.alloc(46);
      head.writeUInt32LE(0x02014b50, 0);
      head.writeUInt16LE(method, 10);
      head.writeUInt32LE(body.length, 20);
      head.writeUInt32LE(plain.length, 24);
      head.writeUInt16LE(name.length, 28);
      head.writeUInt32LE(offset, 42);
      const local = Buffer.alloc(30);
      local.writeUInt32LE(0x04034b50, 0);
      local.writeUInt16LE(method, 8);
      local.writeUInt16LE(name.length, 26);
      parts.push(local, Buffer.from(name), body);
      directory.push(head, Buffer.from(name));
      offset += 30 + name.length + body.length;
    }
    const size = directory.reduce((sum, { length }) => sum + length, 0);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(entries.length, 10);
    end.writeUInt32LE(size, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...parts, ...directory, end]);
  }

  it('come from a record, a list, lines, a folder or the zip that OSV exports', async () => {
    const file = (name: string, content: string | Buffer) => {
      const path = join(base, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    };
    expect(readAdvisories(file('one.json', record('A'))).records).toBe(1);
    expect(readAdvisories(file('list.json', `[${record('A')},${record('B')},{}]`)).records).toBe(2);
    expect(readAdvisories(file('lines.json', `${record('A')}\nnonsense\n${record('B')}\n`)).records).toBe(2);
    file('osv/a.json', record('A'));
    file('osv/more/b.json', record('B'));
    expect(readAdvisories(join(base, 'osv')).records).toBe(2);
    const archive = file(
      'all.zip',
      zip([
        ['A.json', record('A')],
        ['B.json', record('B')],
        ['c.txt', 'x'],
      ]),
    );
    expect(readAdvisories(archive).records).toBe(2);
    expect(() => readAdvisories(file('none.json', '{}'))).toThrow();
    expect(() => readAdvisories(file('broken.zip', Buffer.from('PK\u0003\u0004 no directory')))).toThrow();
    write({
      'package.json': '{"dependencies":{"left-tool":"1.0.0"}}',
      'package-lock.json': '{"packages":{"node_modules/left-tool":{"version":"1.0.0"}}}',
    });
    expect((await over('--advisories', archive)).out).toContain(
      'left-tool 1.0.0 has 2 known vulnerabilities, the worst first: A, B (made up); upgrade to 2.0.0 or later',
    );
  });
});

describe('hostile trees', () => {
  it('are not followed out of the folder, and end', async () => {
    write({ 'a.js': secret, 'deep/b.js': 'x\0', 'big.js': `var a = 1;${' '.repeat(2_000_000)}` });
    const outside = join(base, 'outside.js');
    writeFileSync(outside, secret);
    symlinkSync(outside, join(folder, 'link.js'));
    symlinkSync(folder, join(folder, 'deep/loop'));
    const { out } = await over('--json');
    const report = JSON.parse(out);
    expect(report.findings.map(({ file }: { file: string }) => file)).toEqual(['a.js']);
    expect(report.problems.map(({ code, file }: { code: string; file: string }) => `${code} ${file}`).sort()).toEqual([
      'binary deep/b.js',
      'minified big.js',
      'too-large big.js',
    ]);
    expect(existsSync(join(folder, '.menshen'))).toBe(false);
  });

  it('stop at the time that was given, and say so', async () => {
    write({ 'a.js': secret });
    const { out } = await over('--max-seconds', '0.000001', '--json');
    expect(JSON.parse(out).problems[0].code).toBe('out-of-time');
  });
});

describe('the progress bar', () => {
  const drawn = (isTTY: boolean, millis: number): string => {
    const parts: string[] = [];
    let now = 0;
    const bar = progressBar({ isTTY, write: (part: string) => parts.push(part) }, () => now);
    now = millis;
    bar.step(1, 2);
    bar.end();
    return parts.join('');
  };
  it('is for terminals, and for what takes longer than two seconds', () => {
    expect(drawn(true, 2001)).toContain('[###############...............] 1/2');
    expect([drawn(true, 500), drawn(false, 9000)]).toEqual(['', '']);
  });
});
