import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bilingual } from '@menshen/contract';
import type { Drift } from '../../release/compare.ts';
import { TreeError } from '../../release/file-tree.ts';
import { checkRelease, ManifestError, type ManifestProblem, openManifest, signRelease } from '../../release/release.ts';
import { makeReleaseKey, ReleaseKeyError, readSigner, readVerifier } from '../../release/release-key.ts';
import { summariseSarif } from '../../release/sarif-summary.ts';
import { releaseKinds } from '../../release/statement.ts';
import { watchRelease } from '../../release/watch.ts';
import { type Command, type CommandInput, listOption, neededOption, type Terminal, textOption, UsageError } from '../command.ts';
import { callServer, serverHelp, serverOptions } from '../control-plane.ts';

export const manifestName = 'menshen-release.json';
const shownNames = 20;
const maxReported = 50;

const manifestOptions = { manifest: { type: 'string' as const }, pub: { type: 'string' as const, multiple: true as const } };
const manifestHelp = {
  manifest: {
    zh: `签名清单（默认目录下的 ${manifestName}）`,
    en: `the signed manifest (${manifestName} in the folder by default)`,
  },
  pub: { zh: '可信公钥文件（PEM），可多次给出', en: 'file with a trusted public key (PEM); may be given several times' },
};

export const releaseKey: Command = {
  name: 'release key',
  usage: '--out FILE [--algorithm ed25519|sm2]',
  summary: { zh: '生成发布签名密钥', en: 'Make a key for signing releases' },
  options: { out: { type: 'string' }, algorithm: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: {
    out: { zh: '私钥文件；公钥写入同名 .pub 文件', en: 'file for the private key; the public one goes into FILE.pub' },
    algorithm: { zh: 'ed25519（默认）或 sm2', en: 'ed25519 (by default) or sm2' },
    json: { zh: '以 JSON 输出', en: 'print JSON' },
  },
  examples: ['menshen release key --out release.key'],
  async run({ values, terminal }) {
    const out = neededOption(values, 'out');
    const algorithm = textOption(values, 'algorithm') ?? 'ed25519';
    if (algorithm !== 'ed25519' && algorithm !== 'sm2')
      throw new UsageError({ zh: '--algorithm 应为 ed25519 或 sm2。', en: '--algorithm must be ed25519 or sm2.' });
    const { privatePem, publicPem } = makeReleaseKey(algorithm);
    // A key that exists is never written over: releases that it signed would not be believed any more.
    writeNew(out, privatePem, 0o600);
    writeNew(`${out}.pub`, publicPem, 0o644);
    const { id } = readVerifier(publicPem);
    if (values['json'] === true) terminal.out(JSON.stringify({ private: out, public: `${out}.pub`, algorithm, id }));
    else
      terminal.out(
        terminal.language === 'zh'
          ? `私钥 ${out}（请离线保管），公钥 ${out}.pub，编号 ${id.slice(0, 16)}`
          : `Private key ${out} (keep it off line), public key ${out}.pub, id ${id.slice(0, 16)}`,
      );
    return 0;
  },
};

export const releaseSign: Command = {
  name: 'release sign',
  usage: 'DIR --app APP --version V --key FILE [--kind miniprogram|backend] [--scan SARIF] [--ignore NAME]... [--out FILE]',
  summary: { zh: '为构建好的小程序或后端签发清单', en: 'Sign the manifest of a built mini program or backend' },
  options: {
    app: { type: 'string' },
    version: { type: 'string' },
    kind: { type: 'string' },
    key: { type: 'string', multiple: true },
    scan: { type: 'string' },
    ignore: { type: 'string', multiple: true },
    out: { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    app: { zh: '配置中的应用编号', en: 'id of the app in the configuration' },
    version: { zh: '版本号', en: 'version' },
    kind: { zh: 'miniprogram（默认）或 backend', en: 'miniprogram (by default) or backend' },
    key: { zh: '签名私钥（PEM）；多次给出则多人签名', en: 'private key (PEM); several keys give several signatures' },
    scan: { zh: '扫描结果（SARIF），写入清单', en: 'result of the scan (SARIF), to stand in the manifest' },
    ignore: {
      zh: '不计入的文件或目录名，可多次给出',
      en: 'name of a file or folder that is left out; may be given several times',
    },
    out: { zh: `清单文件（默认 DIR/${manifestName}）`, en: `the manifest (DIR/${manifestName} by default)` },
    json: { zh: '以 JSON 输出', en: 'print JSON' },
  },
  examples: [
    'menshen release sign dist/ --app portal --version 2.4.0 --key release.key --scan scan.sarif',
    'menshen release sign /srv/backend --app portal --kind backend --version 2.4.0 --key release.key --ignore logs',
  ],
  async run({ values, positionals, terminal }) {
    const folder = folderOf(positionals);
    const kind = releaseKinds.find((one) => one === (textOption(values, 'kind') ?? 'miniprogram'));
    if (kind === undefined)
      throw new UsageError({ zh: '--kind 应为 miniprogram 或 backend。', en: '--kind must be miniprogram or backend.' });
    const scanFile = textOption(values, 'scan');
    const scan = scanFile === undefined ? null : summariseSarif(readBytes(scanFile, '--scan'));
    if (scanFile !== undefined && scan === null)
      throw new UsageError({ zh: '--scan 不是 SARIF 文件。', en: '--scan is no SARIF file.' });
    const keys = listOption(values, 'key');
    if (keys.length === 0) throw new UsageError({ zh: '请用 --key 给出签名私钥。', en: 'Name the private key with --key.' });
    const signers = keys.map((file) => keyFrom(() => readSigner(readBytes(file, '--key').toString('utf8')), file));
    const facts = {
      ...{ app: neededOption(values, 'app'), version: neededOption(values, 'version'), kind, created: new Date(), scan },
      ignore: listOption(values, 'ignore'),
    };
    const { envelope, buildId, files } = await orUsage(() => signRelease(folder, facts, signers));
    const out = textOption(values, 'out') ?? join(folder, manifestName);
    writeOver(out, `${JSON.stringify(envelope)}\n`);
    if (values['json'] === true)
      terminal.out(JSON.stringify({ manifest: out, files, buildId, keys: signers.map(({ id }) => id), scan }));
    else
      terminal.out(
        terminal.language === 'zh'
          ? `已签名 ${files} 个文件，构建编号 ${buildId.slice(0, 16)}，清单 ${out}`
          : `Signed ${files} files, build ${buildId.slice(0, 16)}, manifest ${out}`,
      );
    return 0;
  },
};

export const releaseVerify: Command = {
  name: 'release verify',
  usage: 'DIR --pub FILE [--manifest FILE]',
  summary: { zh: '核对部署的代码与签名清单是否一致', en: 'Check that deployed code is what was signed' },
  options: { ...manifestOptions, json: { type: 'boolean' } },
  optionHelp: { ...manifestHelp, json: { zh: '以 JSON 输出', en: 'print JSON' } },
  examples: ['menshen release verify /srv/backend --pub release.key.pub'],
  async run({ values, positionals, terminal }) {
    const folder = folderOf(positionals);
    const opened = manifestOf(folder, values);
    if ('problem' in opened) {
      if (values['json'] === true) terminal.out(JSON.stringify({ ok: false, problem: opened.problem }));
      else terminal.err(manifestTexts[opened.problem][terminal.language]);
      return 1;
    }
    const { ok, drift } = await orUsage(() => checkRelease(folder, opened));
    const { app, version, buildId } = opened.statement.predicate;
    if (values['json'] === true) terminal.out(JSON.stringify({ ok, app, version, buildId, key: opened.key, ...drift }));
    else if (ok)
      terminal.out(
        terminal.language === 'zh'
          ? `一致：${app} ${version}，${opened.files.length} 个文件，签名密钥 ${opened.key.slice(0, 16)}`
          : `Unchanged: ${app} ${version}, ${opened.files.length} files, signed by ${opened.key.slice(0, 16)}`,
      );
    else for (const line of driftLines(drift, terminal)) terminal.out(line);
    return ok ? 0 : 1;
  },
};

export const releaseWatch: Command = {
  name: 'release watch',
  usage: 'DIR --pub FILE [--manifest FILE] [--every SECONDS] [--report]',
  summary: { zh: '持续监视部署的代码，发现改动立即报告', en: 'Watch deployed code and report changes within seconds' },
  options: {
    ...manifestOptions,
    ...serverOptions,
    every: { type: 'string' },
    report: { type: 'boolean' },
    once: { type: 'boolean' },
  },
  optionHelp: {
    ...manifestHelp,
    ...serverHelp('release'),
    every: { zh: '多少秒完整核对一次（默认 60）', en: 'the whole folder is checked again after so many seconds (60 by default)' },
    report: { zh: '把改动上报到门神，成为告警', en: 'report changes to Menshen, where they become an alarm' },
    once: { zh: '发现改动后退出，退出码 1', en: 'end at the first change with exit code 1' },
  },
  examples: [
    'menshen release watch /srv/backend --pub release.key.pub',
    'MENSHEN_TOKEN=... menshen release watch /srv/backend --pub release.key.pub --report --url https://menshen.example.com',
  ],
  async run({ values, positionals, terminal }) {
    const folder = folderOf(positionals);
    const every = Number(textOption(values, 'every') ?? '60');
    if (!Number.isInteger(every) || every < 1 || every > 86_400)
      throw new UsageError({ zh: '--every 应为 1 到 86400 的整数。', en: '--every must be a whole number from 1 to 86400.' });
    const opened = manifestOf(folder, values);
    if ('problem' in opened) {
      terminal.err(manifestTexts[opened.problem][terminal.language]);
      return 1;
    }
    return await new Promise<0 | 1>((resolve) => {
      const end = async (code: 0 | 1): Promise<void> => {
        process.off('SIGINT', interrupted);
        process.off('SIGTERM', interrupted);
        await stop();
        resolve(code);
      };
      const interrupted = (): void => void end(0);
      let reporting: Promise<void> = Promise.resolve();
      let unsent: object | null = null;
      // Every look is told, not the changes alone: what the server did not hear once it hears at the next, and silence is seen there.
      const send = async (): Promise<void> => {
        const body = unsent;
        unsent = null;
        if (body !== null) await report(values, body, terminal);
      };
      const stop = watchRelease({
        ...{ folder, manifest: opened, everyMs: every * 1_000 },
        told({ ok, drift }, changed) {
          const { app, version, buildId } = opened.statement.predicate;
          if (values['report'] === true) {
            const waits = unsent !== null;
            unsent = { app, version, buildId, ok, ...capped(drift) };
            if (!waits) reporting = reporting.then(send);
          }
          if (!changed) return;
          const at = new Date().toISOString();
          if (values['json'] === true) terminal.out(JSON.stringify({ time: at, ok, app, version, ...drift }));
          else if (ok) terminal.out(`${at} ${terminal.language === 'zh' ? '与清单一致' : 'as signed'}`);
          else for (const line of driftLines(drift, terminal)) terminal.out(`${at} ${line}`);
          if (!ok && values['once'] === true) void reporting.then(() => end(1));
        },
        failed: () =>
          terminal.err(
            terminal.language === 'zh' ? '目录暂时无法读取，稍后重试。' : 'The folder cannot be read now; trying again.',
          ),
      });
      process.on('SIGINT', interrupted);
      process.on('SIGTERM', interrupted);
    });
  },
};

async function report(values: CommandInput['values'], body: object, terminal: Terminal): Promise<void> {
  const zh = terminal.language === 'zh';
  try {
    const answer = await callServer(values, '/api/v1/releases/drift', body);
    if (!answer.ok) terminal.err(zh ? `上报被拒绝：${answer.refused.code}` : `The report was refused: ${answer.refused.code}`);
  } catch (error) {
    terminal.err(error instanceof UsageError && zh ? error.zh : `${zh ? '上报失败' : 'The report failed'}`);
  }
}

const capped = ({ changed, missing, added }: Drift) => ({
  changed: changed.slice(0, maxReported),
  missing: missing.slice(0, maxReported),
  added: added.slice(0, maxReported),
  total: changed.length + missing.length + added.length,
});

export const manifestTexts: Readonly<Record<ManifestProblem, Bilingual>> = {
  not_a_manifest: { zh: '清单文件不是发布清单。', en: 'The manifest is no release manifest.' },
  unsigned: {
    zh: '清单没有可信密钥的签名：可能被改动，或签名者不被信任。',
    en: 'No trusted key has signed the manifest: it was changed, or its signer is not trusted.',
  },
  wrong_build_id: {
    zh: '清单自相矛盾：构建编号与文件不符。',
    en: 'The manifest contradicts itself: its build id is not that of its files.',
  },
};

export function driftLines({ changed, missing, added }: Drift, { language }: Terminal): string[] {
  const zh = language === 'zh';
  const kinds = [
    [zh ? '被改动' : 'changed', changed],
    [zh ? '缺失' : 'missing', missing],
    [zh ? '多出' : 'added', added],
  ] as const;
  return kinds.flatMap(([word, names]) => [
    ...names.slice(0, shownNames).map((name) => `${word} ${name}`),
    ...(names.length > shownNames
      ? [`${word} … ${zh ? `另有 ${names.length - shownNames} 个` : `and ${names.length - shownNames} more`}`]
      : []),
  ]);
}

export function manifestOf(folder: string, values: CommandInput['values']) {
  const keys = listOption(values, 'pub');
  if (keys.length === 0) throw new UsageError({ zh: '请用 --pub 给出可信公钥。', en: 'Name the trusted public key with --pub.' });
  const verifiers = keys.map((file) => keyFrom(() => readVerifier(readBytes(file, '--pub').toString('utf8')), file));
  const text = readBytes(textOption(values, 'manifest') ?? join(folder, manifestName), '--manifest').toString('utf8');
  try {
    return openManifest(text, verifiers);
  } catch (error) {
    if (error instanceof ManifestError) return { problem: error.problem };
    throw error;
  }
}

export function folderOf(positionals: readonly string[]): string {
  const [folder, more] = positionals;
  if (folder === undefined || more !== undefined) throw new UsageError({ zh: '请给出一个目录。', en: 'Name one folder.' });
  return folder;
}

function readBytes(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new UsageError({ zh: `读不到 ${option} 的文件。`, en: `The file of ${option} cannot be read.` });
  }
}

function writeNew(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { mode, flag: 'wx' });
  } catch {
    throw new UsageError({ zh: '密钥文件已存在或无法写入。', en: 'The key file exists or cannot be written.' });
  }
}

function writeOver(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    throw new UsageError({ zh: '清单文件无法写入。', en: 'The manifest cannot be written.' });
  }
}

function keyFrom<T>(read: () => T, file: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReleaseKeyError)
      throw new UsageError({ zh: `${file} 不是可用的密钥文件。`, en: `${file} is no usable key: ${error.message}.` });
    throw error;
  }
}

/** A folder that cannot be read, and facts of no form, are wrong usage. */
export async function orUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TreeError)
      throw new UsageError({ zh: '目录读不了，或文件太多。', en: 'The folder cannot be read, or holds too many files.' });
    if (error instanceof Error && error.name === 'ZodError')
      throw new UsageError({
        zh: '--app 或 --version 的写法不对，或目录是空的。',
        en: '--app or --version is of no form, or the folder is empty.',
      });
    throw error;
  }
}
