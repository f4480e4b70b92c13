import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import {
  applyFixes,
  applySuppressions,
  BaselineError,
  catalogue,
  compareWithBaseline,
  defaultScanLimits,
  explainRule,
  type Finding,
  makeBaseline,
  openProject,
  type Problem,
  type Project,
  type ProjectFiles,
  planFixes,
  reaches,
  readBaseline,
  scanProject,
} from '@menshen/scan';
import { folderTree, posixPath } from '../../scans/folder-tree.ts';
import {
  type Command,
  type CommandInput,
  type ExitCode,
  neededOption,
  type Terminal,
  textOption,
  UsageError,
} from '../command.ts';
import { version } from '../version.ts';
import { readAdvisories } from './advisories.ts';
import { type CachedScan, defaultCacheFolder, digestOf, readCached, writeCached } from './cache.ts';
import { absolute, failLevels, formats, oneOf, rulesOf, type ScanRequest, secondsOf } from './options.ts';
import { type Outcome, render } from './output.ts';
import { progressBar } from './progress.ts';

/** Lines of the table below the first five unless `--all`. */
const listed = 40;

export const scan: Command = {
  name: 'scan',
  usage: '[DIR | FILE...] [--format table|json|sarif|html|github|gitlab|checkstyle] [--out F] [--baseline F] [--fail-on LEVEL]',
  summary: { zh: '扫描小程序、云函数与后端的源码', en: 'Scan the source of mini programs, cloud functions and backends' },
  options: {
    format: { type: 'string' },
    out: { type: 'string' },
    baseline: { type: 'string' },
    'write-baseline': { type: 'string' },
    'fail-on': { type: 'string' },
    rules: { type: 'string' },
    explain: { type: 'string' },
    fix: { type: 'boolean' },
    all: { type: 'boolean' },
    unsure: { type: 'boolean' },
    advisories: { type: 'string' },
    cache: { type: 'string' },
    'no-cache': { type: 'boolean' },
    'max-seconds': { type: 'string' },
    upload: { type: 'boolean' },
    app: { type: 'string' },
    project: { type: 'string' },
    version: { type: 'string' },
    url: { type: 'string' },
    'token-file': { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    format: {
      zh: '输出格式，默认 table；checkstyle 供 Gitee、Jenkins 等导入',
      en: 'format of the report, table by default; checkstyle is for Gitee, Jenkins and others',
    },
    out: { zh: '写入文件而不是标准输出', en: 'write to a file instead of standard output' },
    baseline: { zh: '已知问题的基线文件：只报告新问题', en: 'file of known findings: only new ones are reported' },
    'write-baseline': { zh: '把本次发现写成基线文件', en: 'write the findings as a baseline file' },
    'fail-on': {
      zh: '达到该级别即以 1 结束：critical、high、medium、low（默认）、info、none',
      en: 'end with 1 from this level on: critical, high, medium, low (default), info, none',
    },
    rules: { zh: '只查这些规则，如 MP-SEC,MP-API-001', en: 'look for these rules only, such as MP-SEC,MP-API-001' },
    explain: { zh: '解释一条规则；list 列出全部', en: 'explain a rule; list shows all' },
    fix: {
      zh: '改好机械的问题（开关、声明），并说明改了什么',
      en: 'mend what is mechanical (switches, declarations) and say what was changed',
    },
    all: { zh: '表格列出全部发现', en: 'list every finding in the table' },
    unsure: { zh: '也报告把握不大的发现', en: 'report findings of low confidence too' },
    advisories: {
      zh: 'OSV 公告：JSON、目录或官方导出的 zip，代替内置公告',
      en: 'advisories in OSV form instead of the carried ones: JSON, a folder, or the official zip',
    },
    cache: { zh: '结果缓存目录（默认在用户缓存目录）', en: 'folder of kept results (by default in the user’s cache)' },
    'no-cache': { zh: '不使用缓存', en: 'keep and use no results' },
    'max-seconds': { zh: '时间上限，到时给出已有结果', en: 'bound on the time; what was found until then is reported' },
    upload: {
      zh: '把结果上传到控制台，在那里跟踪到修复',
      en: 'upload the result to the console, where findings are followed until they are gone',
    },
    app: { zh: '上传到哪个应用（配置中的编号）', en: 'app to upload for (its id in the configuration)' },
    project: { zh: '项目名，如 miniprogram（默认 source）', en: 'name of the project, such as miniprogram (source by default)' },
    version: { zh: '被扫描的版本或提交', en: 'version or commit that is scanned' },
    url: { zh: '控制台地址（默认 http://127.0.0.1:8480）', en: 'address of the console (http://127.0.0.1:8480 by default)' },
    'token-file': {
      zh: '存放接口令牌的文件；默认取环境变量 MENSHEN_TOKEN。令牌需要 scan 权限',
      en: 'file with the API token; the environment variable MENSHEN_TOKEN by default. The token needs the scope scan',
    },
    json: { zh: '输出 JSON，等于 --format json', en: 'print JSON, the same as --format json' },
  },
  examples: [
    'menshen scan',
    'menshen scan ./miniprogram --format sarif --out menshen.sarif --fail-on high',
    'menshen scan --baseline menshen-baseline.json',
    'MENSHEN_TOKEN=... menshen scan --upload --app portal --project miniprogram --version 2.4.0 --url https://menshen.example.com',
    'menshen scan --explain MP-SEC-001',
  ],
  async run(input) {
    const { values, terminal } = input;
    const explain = textOption(values, 'explain');
    if (explain !== undefined) return explainTo(terminal, explain);
    return await runScan(requestOf(input), input);
  },
};

function explainTo(terminal: Terminal, id: string): ExitCode {
  if (id === 'list') {
    for (const rule of catalogue.values())
      terminal.out(`${rule.id}  ${rule.severity.padEnd(8)}  ${rule.title[terminal.language]}`);
    return 0;
  }
  const rule = catalogue.get(id.toUpperCase());
  if (rule === undefined)
    throw new UsageError({
      zh: '没有这条规则。--explain list 列出全部。',
      en: 'There is no such rule. --explain list shows all.',
    });
  terminal.out(explainRule(rule, terminal.language));
  return 0;
}

function requestOf({ values, positionals }: CommandInput): ScanRequest {
  const { root, only } = placeOf(positionals);
  const format = values['json'] === true ? 'json' : oneOf(values, 'format', formats, 'table');
  return {
    root,
    only,
    format,
    out: textOption(values, 'out'),
    baseline: textOption(values, 'baseline'),
    writeBaseline: textOption(values, 'write-baseline'),
    failOn: oneOf(values, 'fail-on', failLevels, 'low'),
    rules: rulesOf(textOption(values, 'rules')),
    advisories: textOption(values, 'advisories'),
    cache: values['no-cache'] === true ? null : (textOption(values, 'cache') ?? defaultCacheFolder(process.env)),
    fix: values['fix'] === true,
    all: values['all'] === true,
    unsure: values['unsure'] === true,
    maxSeconds: secondsOf(textOption(values, 'max-seconds')),
  };
}

/** A folder; or files, as a pre-commit hook names them: then the current folder is scanned, and only they are reported. */
function placeOf(positionals: readonly string[]): { root: string; only: ReadonlySet<string> | null } {
  const [first = '.', ...more] = positionals;
  const stat = statSync(first, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError({ zh: '没有这个目录或文件。', en: 'There is no such folder or file.' });
  if (more.length === 0 && stat.isDirectory()) return { root: absolute(first), only: null };
  if (more.length === 0 && positionals.length === 1 && !resolve(first).startsWith(`${process.cwd()}/`))
    return { root: dirname(absolute(first)), only: new Set([basename(first)]) };
  const root = process.cwd();
  return { root, only: new Set(positionals.map((path) => posixPath(relative(root, resolve(path))))) };
}

async function runScan(request: ScanRequest, { values, terminal }: CommandInput): Promise<ExitCode> {
  // Before the work: what is missing for the upload is said at once.
  if (values['upload'] === true) neededOption(values, 'app');
  const files = folderTree(request.root, defaultScanLimits.maxTextBytes);
  const now = new Date();
  const { result, project } = findAll(request, files);
  const sure = request.unsure ? result.findings : result.findings.filter(({ confidence }) => confidence !== 'low');
  const accepted = applySuppressions(sure, project, now.toISOString().slice(0, 10));
  const limited = request.only === null ? accepted.findings : accepted.findings.filter(({ file }) => request.only?.has(file));
  const compared = request.baseline === undefined ? null : compareWithBaseline(limited, baselineFrom(request.baseline));
  const findings = compared?.fresh ?? limited;
  if (request.writeBaseline !== undefined)
    writeFileSync(request.writeBaseline, `${JSON.stringify(makeBaseline(limited), null, 2)}\n`);
  for (const { file, line, message } of accepted.problems) terminal.err(`${file}:${line} ${message[terminal.language]}`);
  if (request.fix) mend(request.root, findings, project, terminal);
  const partial = request.only !== null || request.rules !== null;
  const outcome: Outcome = {
    findings,
    known: compared?.known ?? [],
    gone: compared?.gone.length ?? 0,
    suppressed: accepted.suppressed,
    problems: result.problems,
    stats: result.stats,
    project,
    hasBaseline: compared !== null,
    partial,
    title: terminal.language === 'zh' ? `扫描报告：${basename(request.root)}` : `Scan report: ${basename(request.root)}`,
    made: now.toISOString().slice(0, 16).replace('T', ' '),
  };
  const text = render(outcome, request.format, terminal.language, {
    colour: request.out === undefined && process.stdout.isTTY === true,
    limit: request.all ? undefined : listed,
  });
  if (request.out === undefined) terminal.out(text);
  else {
    writeFileSync(request.out, `${text}\n`);
    terminal.err(
      terminal.language === 'zh'
        ? `共 ${findings.length} 处发现，报告写入 ${request.out}`
        : `${findings.length} findings; the report is in ${request.out}`,
    );
  }
  const code = reaches(findings, request.failOn) ? 1 : 0;
  if (values['upload'] !== true) return code;
  // Loaded when it is needed: a scan in every commit does not wait for it.
  const { uploadScan } = await import('./upload.ts');
  const { problems, stats } = result;
  // What a baseline knows is told as well: the server compares by itself.
  // Who asks for unsure findings today may not tomorrow: they would come and go.
  const sureOnes = limited.filter(({ confidence }) => confidence !== 'low');
  const whole = { findings: sureOnes, suppressed: accepted.suppressed, problems, stats, project, version };
  const sent = await uploadScan(values, { ...whole, partial }, terminal);
  return sent === 0 ? code : sent;
}

/** From the cache, or by scanning; the project is open either way, for excerpts and comments. */
function findAll(request: ScanRequest, files: ProjectFiles): { result: CachedScan; project: Project } {
  const advisories = request.advisories === undefined ? undefined : readAdvisories(request.advisories);
  const facts = [
    version,
    [...catalogue.keys()].join(),
    [...(request.rules ?? [])].join(),
    request.advisories === undefined ? '' : `${statSync(request.advisories).mtimeMs} ${advisories?.records}`,
  ];
  const digest = request.cache === null ? null : digestOf(files, facts);
  const kept = digest === null || request.cache === null ? null : readCached(request.cache, digest);
  if (kept !== null) return { result: kept, project: openProject(files, defaultScanLimits) };
  const began = performance.now();
  const bar = progressBar(process.stderr, () => performance.now());
  const { maxSeconds } = request;
  const result = scanProject(files, {
    ...(request.rules === null ? {} : { rules: request.rules }),
    ...(advisories === undefined ? {} : { advisories: advisories.index }),
    onProgress: (done, total) => bar.step(done, total),
    ...(maxSeconds === null ? {} : { isOutOfTime: () => performance.now() - began > maxSeconds * 1000 }),
  });
  bar.end();
  const whole = !result.problems.some(({ code }) => code === 'out-of-time');
  if (digest !== null && request.cache !== null && whole)
    writeCached(request.cache, digest, {
      findings: result.findings,
      problems: result.problems as readonly Problem[],
      stats: result.stats,
    });
  return { result, project: result.project };
}

function baselineFrom(file: string) {
  try {
    return readBaseline(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof BaselineError)
      throw new UsageError({
        zh: '基线文件无法识别；用 --write-baseline 重新生成。',
        en: 'The baseline cannot be read; make it again with --write-baseline.',
      });
    throw error;
  }
}

function mend(root: string, findings: readonly Finding[], project: Project, terminal: Terminal): void {
  for (const [path, fixes] of Map.groupBy(planFixes(findings, project), ({ file }) => file)) {
    const text = project.file(path)?.text;
    if (text === undefined) continue;
    writeFileSync(join(root, ...path.split('/')), applyFixes(text, fixes));
    for (const { finding, done } of fixes) terminal.err(`${path}:${finding.line} ${finding.rule} ${done[terminal.language]}`);
  }
}
