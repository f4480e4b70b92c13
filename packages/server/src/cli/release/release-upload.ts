import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Bilingual } from '@menshen/contract';
import { releaseView } from '@menshen/contract';
import * as z from 'zod';
import { checkRelease } from '../../release/release.ts';
import { findMiniprogramCi, runUpload, type Uploaded } from '../../release/upload/run-upload.ts';
import { type Command, neededOption, textOption, UsageError } from '../command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from '../control-plane.ts';
import { driftLines, folderOf, manifestName, manifestOf, manifestTexts, orUsage } from './release.ts';

const listed = z.object({ releases: z.array(releaseView) });
const appidForm = /^wx[0-9a-z]{16}$/;
const robots = 30;

/** Why a build does not go up. */
export const uploadProblems = {
  unregistered: {
    zh: '门神没有登记这个构建，或登记的内容不同。请先登记，再上传。',
    en: 'Menshen has not registered this build. Register it, then upload.',
  },
  revoked: { zh: '这个发布已被撤销。', en: 'This release was revoked.' },
  forced: {
    zh: '这个发布是不顾扫描结果登记的。修复并重新扫描后再上传。',
    en: 'This release was registered in spite of its scan. Repair it and scan it again, then upload.',
  },
  unscanned: { zh: '这个发布没有扫描结果。', en: 'This release has no scan.' },
  not_clean: { zh: '扫描仍有严重问题。', en: 'Its scan still has critical findings.' },
} as const satisfies Record<string, Bilingual>;
export type UploadProblem = keyof typeof uploadProblems;

/** What keeps a registered build from being uploaded; null where nothing does. */
export function uploadProblemOf(
  releases: readonly z.output<typeof releaseView>[],
  { app, version, buildId }: { readonly app: string; readonly version: string; readonly buildId: string },
): UploadProblem | null {
  const found = releases.find((one) => one.app === app && one.kind === 'miniprogram' && one.buildId === buildId);
  if (found === undefined || found.version !== version) return 'unregistered';
  if (found.state === 'revoked') return 'revoked';
  if (found.reason !== null) return 'forced';
  if (found.scan === null) return 'unscanned';
  return found.scan.critical > 0 ? 'not_clean' : null;
}

export const releaseUpload: Command = {
  name: 'release upload',
  usage: 'DIR --pub FILE --upload-key FILE [--appid WXID] [--project DIR] [--desc TEXT] [--robot N]',
  summary: {
    zh: '用项目自己的 miniprogram-ci 上传已签名、已登记、扫描通过的小程序',
    en: "Upload a signed, registered mini program with a clean scan by the project's own miniprogram-ci",
  },
  options: {
    manifest: { type: 'string' },
    pub: { type: 'string', multiple: true },
    'upload-key': { type: 'string' },
    appid: { type: 'string' },
    project: { type: 'string' },
    desc: { type: 'string' },
    robot: { type: 'string' },
    ...serverOptions,
  },
  optionHelp: {
    manifest: {
      zh: `签名清单（默认目录下的 ${manifestName}）`,
      en: `the signed manifest (${manifestName} in the folder by default)`,
    },
    pub: { zh: '可信公钥文件（PEM），可多次给出', en: 'file with a trusted public key (PEM); may be given several times' },
    'upload-key': { zh: '微信公众平台下载的代码上传密钥文件', en: "file with the key for code uploads from WeChat's pages" },
    appid: {
      zh: '小程序 appid（默认取自 project.config.json）',
      en: 'appid of the mini program (of project.config.json by default)',
    },
    project: {
      zh: '安装了 miniprogram-ci 的目录（默认当前目录）',
      en: 'folder whose miniprogram-ci is used (the current one by default)',
    },
    desc: { zh: '版本说明', en: 'description of the version' },
    robot: { zh: `机器人编号 1–${robots}（默认 1）`, en: `number of the robot, 1 to ${robots} (1 by default)` },
    ...serverHelp('release'),
  },
  examples: ['MENSHEN_TOKEN=... menshen release upload dist/ --pub release.key.pub --upload-key private.wx0123456789abcdef.key'],
  async run({ values, positionals, terminal }) {
    const folder = resolve(folderOf(positionals));
    const json = values['json'] === true;
    const refuse = (problem: string, text: string): 1 => {
      if (json) terminal.out(JSON.stringify({ ok: false, problem }));
      else terminal.err(text);
      return 1;
    };
    const privateKey = resolve(neededOption(values, 'upload-key'));
    if (!existsSync(privateKey))
      throw new UsageError({ zh: '读不到 --upload-key 的文件。', en: 'The file of --upload-key cannot be read.' });
    const robot = Number(textOption(values, 'robot') ?? '1');
    if (!Number.isInteger(robot) || robot < 1 || robot > robots)
      throw new UsageError({
        zh: `--robot 应为 1 到 ${robots} 的整数。`,
        en: `--robot must be a whole number from 1 to ${robots}.`,
      });
    const appid = textOption(values, 'appid') ?? appidOf(folder);
    if (appid === null || !appidForm.test(appid))
      throw new UsageError({
        zh: '请用 --appid 给出小程序的 appid：project.config.json 中没有。',
        en: 'Give the appid with --appid: project.config.json does not name it.',
      });
    const project = textOption(values, 'project') ?? '.';
    const module = findMiniprogramCi(project);
    if (module === null)
      throw new UsageError({
        zh: `${resolve(project)} 没有安装 miniprogram-ci。请在项目中执行 npm install --save-dev miniprogram-ci，或用 --project 指明安装了它的目录。`,
        en: `miniprogram-ci is not installed for ${resolve(project)}. Run npm install --save-dev miniprogram-ci in your project, or name the folder that has it with --project.`,
      });

    const opened = manifestOf(folder, values);
    if ('problem' in opened) return refuse(opened.problem, manifestTexts[opened.problem][terminal.language]);
    const { app, version, buildId, kind } = opened.statement.predicate;
    if (kind !== 'miniprogram')
      throw new UsageError({ zh: '清单是后端的，不是小程序的。', en: 'The manifest is of a backend, not of a mini program.' });
    const answer = await callServer(values, '/api/v1/releases');
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const problem = uploadProblemOf(listed.parse(answer.body).releases, { app, version, buildId });
    if (problem !== null) return refuse(problem, uploadProblems[problem][terminal.language]);

    // What goes up is what was compared: a copy that nobody else writes to, not the folder as it may be a moment later.
    const held = mkdtempSync(join(tmpdir(), 'menshen-upload-'));
    let uploaded: Uploaded;
    try {
      cpSync(folder, held, { recursive: true });
      const { ok, drift } = await orUsage(() => checkRelease(held, opened));
      if (!ok) return refuse('drift', driftLines(drift, terminal).join('\n'));
      uploaded = await runUpload({
        ...{ module, appid, folder: held, privateKey, version, robot },
        description: textOption(values, 'desc') ?? `${app} ${version} ${buildId.slice(0, 16)}`,
        ignores: [manifestName],
      });
    } finally {
      rmSync(held, { recursive: true, force: true });
    }
    if (!uploaded.ok)
      return refuse(
        'upload',
        terminal.language === 'zh' ? `上传失败：${uploaded.message}` : `The upload failed: ${uploaded.message}`,
      );
    if (json) terminal.out(JSON.stringify({ ok: true, app, appid, version, buildId }));
    else
      terminal.out(
        terminal.language === 'zh'
          ? `已上传 ${app} ${version}（${appid}），构建编号 ${buildId.slice(0, 16)}`
          : `Uploaded ${app} ${version} (${appid}), build ${buildId.slice(0, 16)}`,
      );
    return 0;
  },
};

/** The appid that the project itself names, in the folder or the one above it; null where it names none. */
function appidOf(folder: string): string | null {
  for (const file of [join(folder, 'project.config.json'), join(folder, '..', 'project.config.json')]) {
    try {
      const read = z.object({ appid: z.string() }).safeParse(JSON.parse(readFileSync(file, 'utf8')));
      if (read.success) return read.data.appid;
    } catch {
      // Not there, or not JSON: the next one.
    }
  }
  return null;
}
