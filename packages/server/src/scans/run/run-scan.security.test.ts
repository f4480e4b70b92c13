import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderInside, runScan, sandboxOf } from './run-scan.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'menshen-run-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const root = join(base, 'root');
mkdirSync(join(root, 'app'), { recursive: true });
mkdirSync(join(base, 'outside'));
const secret = "module.exports = { appSecret: '5d41402abc4b2a76b9719d911017c592' }\n";
writeFileSync(join(root, 'app', 'config.js'), secret);
writeFileSync(join(base, 'outside', 'config.js'), secret);
symlinkSync(join(base, 'outside'), join(root, 'link'));
symlinkSync(join(root, 'app'), join(root, 'current'));
symlinkSync(join(base, 'outside'), join(root, 'app', 'inner'));

const request = { root, folder: 'app', memoryMb: 256, seconds: 60, today: '2026-11-26', version: 'test' };

describe('the folder that is scanned', () => {
  it('lies inside what the configuration names, after links are resolved', () => {
    expect(folderInside(root, 'app')).toBe(join(root, 'app'));
    expect(folderInside(root, 'current')).toBe(join(root, 'app'));
    for (const folder of [
      'link',
      '..',
      '../outside',
      'app/../..',
      'app/../../outside',
      'nothing',
      'app/config.js',
      '/etc',
      'app\0',
    ])
      expect(folderInside(root, folder), folder).toBeNull();
    // A sibling whose name begins alike.
    mkdirSync(`${root}-more`, { recursive: true });
    expect(folderInside(root, '../root-more')).toBeNull();
  });

  it('is refused before anything is started', async () => {
    expect(await runScan({ ...request, folder: '../outside' })).toEqual({ failure: 'folder' });
  });
});

describe('a scan in a child process', () => {
  it('finds, shows no secret, and follows no link out of the folder', async () => {
    const outcome = await runScan(request);
    expect(outcome).toMatchObject({
      report: {
        tool: 'menshen',
        partial: false,
        findings: [
          {
            rule: 'MP-SEC-001',
            file: 'config.js',
            excerpt: expect.arrayContaining([expect.objectContaining({ marked: true, number: 1 })]),
          },
        ],
      },
    });
    expect(JSON.stringify(outcome)).not.toContain('5d41402abc4b2a');
  });

  it('is ended when it needs too much memory, and the server goes on', async () => {
    // Half a million objects that are held at once: more than the limit, whatever the parser.
    mkdirSync(join(root, 'huge'));
    const line = `const a = [${'{b:[{c:1}]},'.repeat(8_000)}];\n`;
    for (let file = 0; file < 60; file += 1) writeFileSync(join(root, 'huge', `f${file}.js`), `// ${file}\n${line}`);
    const outcome = await runScan({ ...request, folder: 'huge', memoryMb: 24 });
    expect(outcome).toEqual({ failure: 'memory' });
  });

  it('may read its folder and nothing else, and write, start and load nothing', () => {
    const attempts = [
      `fs.readFileSync(${JSON.stringify(join(root, 'app', 'config.js'))})`,
      `fs.readFileSync(${JSON.stringify(join(base, 'outside', 'config.js'))})`,
      "fs.readFileSync('/etc/hostname')",
      `fs.writeFileSync(${JSON.stringify(join(root, 'app', 'new.js'))}, 'x')`,
      "require('child_process').execFileSync('true')",
      "new (require('worker_threads').Worker)('1', { eval: true })",
    ];
    const script = `const fs = require('fs'); for (const attempt of ${JSON.stringify(attempts)}) { try { eval(attempt); console.log('done') } catch (error) { console.log(error.code) } }`;
    const { stdout } = spawnSync(process.execPath, [...sandboxOf(join(root, 'app')), '-e', script], {
      env: {},
      encoding: 'utf8',
    });
    expect(stdout.trim().split('\n')).toEqual(['done', ...Array.from({ length: 5 }, () => 'ERR_ACCESS_DENIED')]);
  });
});
