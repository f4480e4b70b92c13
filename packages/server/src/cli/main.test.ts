import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { demoAccounts, demoEmulator } from '@menshen/demo';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { auditProve, auditVerify } from './audit/audit.ts';
import { buildConsole } from './build-console.ts';
import { takesWords } from './command.ts';
import { accountLines } from './emulator.ts';
import { failureText } from './failure.ts';
import { loadCommands, main, shelf } from './main.ts';
import { speakTo } from './speak.ts';
import { spawnMenshen } from './testing/process.ts';
import { run } from './testing/terminal.ts';
import { version } from './version.ts';

const menshen = async (...args: string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { out: (line) => void out.push(line), err: (line) => void err.push(line), ask: null });
  return { code, out: out.join('\n'), err: err.join('\n') };
};
const han = /\p{Script=Han}/u;
const commands = await loadCommands();

describe.each(commands.map((command) => [command.name, command] as const))('menshen %s', (name, command) => {
  it.each(['zh', 'en'] as const)('explains itself with usage, every option and examples in %s', async (language) => {
    const { code, out, err } = await run(command, ['--help'], { language });
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines[0]).toBe(command.summary[language]);
    expect(out).toContain(`  menshen ${name}`);
    for (const [option, { type }] of Object.entries(command.options)) {
      const help = command.optionHelp[option]?.[language] ?? '';
      expect([option, han.test(help)]).toEqual([option, language === 'zh']);
      const head = `--${option}${type === 'string' ? ' VALUE' : ''} `;
      expect(
        lines.some((line) => line.includes(head) && line.endsWith(` ${help}`)),
        option,
      ).toBe(true);
    }
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) expect(out).toContain(`  ${example}`);
    if (language === 'en') expect(out).not.toMatch(han);
  });

  it('refuses words that nobody would read', async () => {
    const reads = /\bpositionals\b/.test(command.run.toString()) || takesWords(command.usage);
    if (reads) expect(takesWords(command.usage)).toBe(true);
    else
      expect(await run(command, ['/var/lib/other/tlog'])).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining('options only'),
      });
  });

  it('prints JSON when asked to', () => {
    expect(command.options['json']).toEqual({ type: 'boolean' });
    expect(command.optionHelp['json']?.en).toMatch(/JSON/);
  });

  it.each(['zh', 'en'] as const)('refuses an option that it does not have, in %s, before it does anything', async (language) => {
    const { code, err, out } = await run(command, ['--no-such-option'], { language });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(language === 'zh' ? /没有选项 --no-such-option/ : /no option --no-such-option/);
  });
});

describe('the menshen command', { timeout: 60_000 }, () => {
  it('finds each command under the name that it says itself', () => {
    expect(Object.keys(shelf)).toEqual(commands.map((command) => command.name));
  });

  it('lists every command in both languages', async () => {
    for (const language of ['zh', 'en'] as const) {
      const { code, out } = await menshen('--help', '--lang', language);
      expect(code).toBe(0);
      for (const command of commands) expect(out).toContain(`${command.name.padEnd(16)} ${command.summary[language]}`);
    }
  });

  it('ends with 2 on what is not a command, a language or a value', async () => {
    expect((await menshen()).code).toBe(2);
    const real = spawnMenshen(['no-such-command']);
    expect([await real.ended, real.out(), real.err()]).toEqual([2, '', expect.stringMatching(/no such command/)]);
    expect(await menshen('no-such-command', '--lang', 'en')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/no such command/),
    });
    expect(await menshen('doctor', '--lang', 'fr')).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/--lang/) });
    expect(await menshen('dev', '--port-base', '70000', '--lang=zh')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/端口号/),
    });
    expect(await menshen('emulator', '--port', 'http', '--lang', 'en')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/port number/),
    });
    expect(await menshen('emulator', '--company', 'missing.json', '--lang', 'en')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/company file/),
    });
    expect(await menshen('emulator', '--gateway', 'ftp://127.0.0.1')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--gateway/),
    });
  });

  it.skipIf(process.platform === 'win32')('ends in peace when nobody reads to the end', () => {
    const bin = join(import.meta.dirname, '../../bin/menshen.js');
    const { stderr } = spawnSync('sh', ['-c', '"$0" "$1" --help | true', process.execPath, bin], { encoding: 'utf8' });
    expect(stderr).toBe('');
  });

  it('says its version', async () => {
    expect(await menshen('--version')).toMatchObject({ code: 0, out: version, err: '' });
  });

  it('runs the emulator alone, says where as JSON, and ends with 0 on SIGTERM', async () => {
    const first = spawnMenshen(['emulator', '--port', String(20_000 + Math.floor(Math.random() * 10_000)), '--json']);
    const { emulator } = JSON.parse((await first.seen(/.*\n/))[0]) as { emulator: string };
    const answer = await fetch(`${emulator}/_emulator/code`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'wecom', person: 'lin.xiaotong' }),
    });
    expect(answer.status).toBe(200);
    const second = spawnMenshen(['emulator', '--port', new URL(emulator).port, '--lang', 'zh']);
    expect([await second.ended, second.err()]).toEqual([2, expect.stringMatching(/端口已被占用/)]);
    expect(await first.stop()).toBe(0);
  });
});

describe('the documents', () => {
  const root = join(import.meta.dirname, '../../../..');
  const files = [
    'README.md',
    'SECURITY.md',
    'docs/README.md',
    'packages/backend/README.md',
    'packages/miniprogram/README.md',
  ].concat(
    ['docs/guides', 'docs/reference'].flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)),
  );
  const byLength = [...commands].sort((a, b) => b.name.length - a.name.length);
  /** Every `menshen ...` of a text that is typed: lines of shell blocks and inline code. */
  const typed = (text: string): string[] => {
    const blocks = [...text.matchAll(/^```(?:sh|bash)\n(.*?)^```/gms)].flatMap(([, block = '']) =>
      block.replace(/\\\n/g, ' ').split('\n'),
    );
    const inline = [...text.replace(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
    return [...blocks.map((line) => line.replace(/(?:^|\s)#.*$/, '')), ...inline].flatMap((line) =>
      [...line.matchAll(/(?:^|[\s(|;])menshen ([a-z][^|;&)]*)/g)].map(([, words = '']) => words),
    );
  };

  it.each(files)('%s names commands and options that there are', (file) => {
    for (const words of typed(readFileSync(join(root, file), 'utf8'))) {
      const command = byLength.find(({ name }) => words === name || words.startsWith(`${name} `));
      expect([words, command?.name]).toEqual([words, expect.any(String)]);
      const known = ['help', 'lang', ...Object.keys(command?.options ?? {})];
      for (const [, option = ''] of words.matchAll(/(?:^|\s)--([a-z][\w-]*)/g))
        expect([words, known]).toEqual([words, expect.arrayContaining([option])]);
    }
  });
});

it('says of the emulator what a configuration needs to use it', () => {
  const url = 'http://127.0.0.1:8481';
  const printed = accountLines(demoEmulator('http://127.0.0.1:8443'), url, 'en');
  const lines = printed.match(/^ {4}(?:wechat|wecom): .*$/gm)?.join('\n') ?? '';
  const env = Object.fromEntries([...printed.matchAll(/(MENSHEN_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  const text = `apps:\n  - id: portal\n    audience: [employee]\n    upstream: http://127.0.0.1:1\n${lines}\n`;
  const read = parseConfig(text, '/etc/menshen.yaml', { env, readFile: () => '' });
  expect(read.ok ? [] : read.problems).toEqual([]);
  const { appid, appSecret, corpid, agentSecret } = demoAccounts;
  expect(read.ok && read.config.apps[0]).toMatchObject({
    wechat: { appid, secret: appSecret, apiBase: url },
    wecom: { corpid, secret: agentSecret, apiBase: url },
  });
});

it('goes on with the pages that were built where the tools to build them were removed', async () => {
  const script = join(mkdtempSync(join(tmpdir(), 'menshen-build-')), 'build.mjs');
  writeFileSync(script, "export const buildConsole = () => import('no-such-tool');");
  const terminal = { language: 'en', out: () => undefined, err: () => undefined, ask: null } as const;
  await expect(buildConsole(terminal, true, script)).resolves.toBeUndefined();
  writeFileSync(`${script}.mjs`, "export const buildConsole = () => Promise.reject(new Error('broken'));");
  await expect(buildConsole(terminal, true, `${script}.mjs`)).rejects.toThrow('broken');
  rmSync(dirname(script), { recursive: true });
});

describe('what ended a command', () => {
  const failed = (code: string): Error => Object.assign(new Error('secret detail of the machine'), { code });
  it('is told in both languages by its code, without the error itself', () => {
    for (const code of ['EADDRINUSE', 'store_locked', 'audit_key_mismatch', 'master_key_permissions', 'audit_unwritable']) {
      expect(failureText(failed(code), 'zh')).toMatch(han);
      expect(failureText(failed(code), 'en')).toMatch(/^[A-Z][^\p{Script=Han}]+\.$/u);
    }
    // Who has replaced the master key is told what to do.
    expect(failureText(failed('audit_key_mismatch'), 'en')).toContain('Put the former master key');
    expect(failureText(failed('ESOMETHING'), 'en')).toBe('The command could not be completed (ESOMETHING).');
    expect(failureText(new TypeError('x'), 'zh')).toBe('命令未能完成。');
  });
});

describe('audit commands', () => {
  it('find the log where a configuration keeps it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-audit-'));
    const file = join(folder, 'menshen.yaml');
    writeFileSync(file, 'data: ./kept\naudit: { directory: log }\n', { mode: 0o600 });
    const { code, err } = await run(auditVerify, ['-c', file]);
    rmSync(folder, { recursive: true });
    expect([code, err]).toEqual([2, expect.stringContaining(join(folder, 'kept', 'log'))]);
  });

  it('say that there is no key where there is no log', async () => {
    for (const command of [auditVerify, auditProve]) {
      const { code, err } = await run(
        command,
        command === auditProve ? ['0', '--log', '/nonexistent'] : ['--log', '/nonexistent'],
      );
      expect([code, err]).toEqual([2, expect.stringMatching(/verifier key/)]);
    }
    expect(await run(auditProve, ['first'])).toMatchObject({ code: 2, err: expect.stringMatching(/index/) });
  });
});

describe('what a command says', () => {
  const said = (text: string, isTTY: boolean): string => {
    const written: string[] = [];
    speakTo({ isTTY, write: (piece) => written.push(piece) })(text);
    return written.join('');
  };
  const hostile = 'agent \x1b]0;title\x07\x1b[2J\x1b[8m \u009b31m a\rb \u202etxt.exe';
  it('never steers a terminal by what strangers wrote', () => {
    const shown = said(`\x1b[31mhigh\x1b[0m\t${hostile}`, true);
    expect(shown).toBe(
      '\x1b[31mhigh\x1b[0m\tagent \\u001b]0;title\\u0007\\u001b[2J\\u001b[8m \\u009b31m a\\u000db \\u202etxt.exe\n',
    );
    expect(JSON.parse(said(JSON.stringify({ hostile }), true))).toEqual({ hostile });
  });
  it('goes to a program as it is', () => expect(said(hostile, false)).toBe(`${hostile}\n`));
});
