import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FindingSeverity, findingSeverities, type Language } from '@menshen/contract';
import { loadConfig } from '../config/load.ts';
import { ProbeUnreachable } from '../scans/probe/context.ts';
import { guardSend } from '../scans/probe/guarded-send.ts';
import { ProbeRefused } from '../scans/probe/model.ts';
import { sorted, toProbeJson, toProbeSarif } from '../scans/probe/report.ts';
import { probeRules } from '../scans/probe/rules.ts';
import { type ProbeResult, runProbe } from '../scans/probe/run-probe.ts';
import { stagingOf } from '../scans/probe/target.ts';
import { type Command, type CommandInput, neededOption, textOption, UsageError } from './command.ts';
import { readAccounts, readRoutes } from './probe/inputs.ts';
import { createTransport } from './probe/transport.ts';
import { problemLines } from './problem-lines.ts';
import { oneOf } from './scan/options.ts';
import { progressBar } from './scan/progress.ts';
import { upload, uploadHelp, uploadOptions } from './scan/upload.ts';
import { version } from './version.ts';

const formats = ['table', 'json', 'sarif'] as const;
const failLevels = [...findingSeverities, 'none'] as const;
const usualBudget = 3_000;
const usualBurst = 100;

export const probe: Command = {
  name: 'probe',
  usage:
    'URL [-c menshen.yaml] [--openapi F] [--source DIR] [--traffic F.jsonl] [--gateway] [--accounts F] [--format table|json|sarif]',
  summary: {
    zh: '探测测试环境的接口：越权、未登录访问、注入、错误信息（只限配置中写明的测试主机，默认只读）',
    en: 'Probe the interfaces of a staging host: escalation, missing sign-in, injection, errors (only hosts that the configuration names, reading by default)',
  },
  options: {
    config: { type: 'string', short: 'c' },
    openapi: { type: 'string' },
    source: { type: 'string' },
    traffic: { type: 'string' },
    gateway: { type: 'boolean' },
    accounts: { type: 'string' },
    'allow-writes': { type: 'boolean' },
    insecure: { type: 'boolean' },
    burst: { type: 'string' },
    budget: { type: 'string' },
    format: { type: 'string' },
    out: { type: 'string' },
    'fail-on': { type: 'string' },
    ...uploadOptions,
    url: { type: 'string' },
    'token-file': { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    config: {
      zh: '配置文件，默认 menshen.yaml；目标须列在 scans.staging 中',
      en: 'configuration, menshen.yaml by default; scans.staging must name the target',
    },
    openapi: { zh: '接口清单：OpenAPI 3 文档（JSON 或 YAML）', en: 'interfaces from an OpenAPI 3 document (JSON or YAML)' },
    source: { zh: '接口清单：后端源码目录', en: 'interfaces from the source of a backend' },
    traffic: {
      zh: '接口清单：活动事件（JSONL，同 detect replay）',
      en: 'interfaces from activity events (JSONL, as of detect replay)',
    },
    gateway: { zh: '接口清单：配置中网关的路由', en: 'interfaces from the gateway’s routes of the configuration' },
    accounts: {
      zh: '测试账号文件；或用环境变量 MENSHEN_PROBE_TOKEN_A、_B、_ADMIN',
      en: 'file of test accounts; or MENSHEN_PROBE_TOKEN_A, _B and _ADMIN in the environment',
    },
    'allow-writes': {
      zh: '也做写入的检查（POST、PUT、PATCH，从不 DELETE），改动会恢复',
      en: 'also checks that write (POST, PUT, PATCH, never DELETE); what is changed is put back',
    },
    insecure: {
      zh: '证书无效也继续（仍会报告）',
      en: 'go on with a certificate that does not hold (it is reported all the same)',
    },
    burst: {
      zh: `检查限速时连续请求的次数，默认 ${usualBurst}，0 关闭`,
      en: `requests in a row for the rate limit, ${usualBurst} by default, 0 for none`,
    },
    budget: { zh: `最多发多少请求，默认 ${usualBudget}`, en: `requests in all, ${usualBudget} by default` },
    format: { zh: '输出格式，默认 table', en: 'format of the report, table by default' },
    out: { zh: '写入文件而不是标准输出', en: 'write to a file instead of standard output' },
    'fail-on': { zh: '达到该级别即以 1 结束，默认 low', en: 'end with 1 from this level on, low by default' },
    ...uploadHelp,
    project: { zh: '项目名（默认 staging）', en: 'name of the project (staging by default)' },
    url: { zh: '控制台地址（默认 http://127.0.0.1:8480）', en: 'address of the console (http://127.0.0.1:8480 by default)' },
    'token-file': {
      zh: '存放接口令牌的文件；默认取环境变量 MENSHEN_TOKEN',
      en: 'file with the API token; MENSHEN_TOKEN by default',
    },
    json: { zh: '输出 JSON，等于 --format json', en: 'print JSON, the same as --format json' },
  },
  examples: [
    'menshen probe https://staging.example.com --openapi api.yaml --accounts accounts.json',
    'MENSHEN_PROBE_TOKEN_A=... MENSHEN_PROBE_TOKEN_B=... menshen probe https://staging.example.com --gateway --app portal',
    'menshen probe https://staging.example.com --source ./backend --upload --app portal',
  ],
  async run(input) {
    const { values, terminal } = input;
    const settings = settingsOf(input);
    const { result, origin } = await probed(input, settings);
    const text = rendered(result, origin, settings.format, terminal.language);
    if (settings.out === undefined) terminal.out(text);
    else writeFileSync(settings.out, `${text}\n`);
    const code = reaches(result, settings.failOn) ? 1 : 0;
    if (values['upload'] !== true) return code;
    const sent = await upload(values, toProbeJson(result, origin, version), !result.complete, terminal, 'staging');
    return sent === 0 ? code : sent;
  },
};

function settingsOf({ values }: CommandInput) {
  if (values['upload'] === true) neededOption(values, 'app');
  return {
    format: values['json'] === true ? ('json' as const) : oneOf(values, 'format', formats, 'table'),
    failOn: oneOf(values, 'fail-on', failLevels, 'low'),
    out: textOption(values, 'out'),
    burst: count(values, 'burst', usualBurst, 0, 1_000),
    budget: count(values, 'budget', usualBudget, 1, 100_000),
  };
}

function count(values: CommandInput['values'], name: string, usual: number, least: number, most: number): number {
  const value = Number(textOption(values, name) ?? usual);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError({
      zh: `--${name} 应为 ${least} 到 ${most} 的整数。`,
      en: `--${name} must be a whole number from ${least} to ${most}.`,
    });
  return value;
}

async function probed(
  { values, positionals }: CommandInput,
  { burst, budget }: { readonly burst: number; readonly budget: number },
): Promise<{ result: ProbeResult; origin: string }> {
  const [address, more] = positionals;
  if (address === undefined || more !== undefined) throw new UsageError({ zh: '请给出一个目标地址。', en: 'Name one target.' });
  const file = textOption(values, 'config') ?? 'menshen.yaml';
  const loaded = loadConfig(file);
  if (!loaded.ok)
    throw new UsageError({ zh: problemLines(file, loaded.problems, 'zh'), en: problemLines(file, loaded.problems, 'en') });
  const staging = stagingOf(loaded.config.scans.staging, address);
  if (staging === null)
    throw new UsageError({
      zh: '拒绝：配置的 scans.staging 中没有这个主机。只探测写明的测试环境。',
      en: 'Refused: scans.staging in the configuration does not name this host. Only staging that is named is probed.',
    });
  const origin = new URL(staging.url).origin;
  const routes = readRoutes(values, loaded.config, textOption(values, 'app') ?? staging.app);
  const { accounts, values: given } = readAccounts(values, process.env);
  const transport = createTransport(staging, { insecure: values['insecure'] === true, now: () => Date.now() });
  const guarded = guardSend({
    ...{ send: transport.send, allowWrites: values['allow-writes'] === true, perSecond: staging.perSecond, budget },
    ...{ now: () => performance.now(), sleep: async (milliseconds) => await sleep(milliseconds) },
  });
  const bar = progressBar(process.stderr, () => performance.now());
  try {
    const result = await runProbe({
      ...{ send: guarded.send, origin, routes, accounts, values: given, burst, tls: await transport.inspectTls() },
      allowWrites: values['allow-writes'] === true,
      random: () => randomBytes(6).toString('hex'),
      onProgress: (done, total) => bar.step(done, total),
    });
    return { result, origin };
  } catch (error) {
    throw usageOf(error);
  } finally {
    bar.end();
  }
}

/** What stops a run, in words. */
function usageOf(error: unknown): unknown {
  if (error instanceof ProbeRefused && error.reason === 'address')
    return new UsageError({
      zh: '拒绝：该主机解析到的地址不在允许范围内（默认只允许本机与内网）。请核对域名，或在 scans.staging 的 addresses 中写明。',
      en: 'Refused: the host resolves to an address that is not allowed (this machine and private networks by default). Check the name, or name the range in addresses of scans.staging.',
    });
  if (error instanceof ProbeUnreachable || (error instanceof Error && 'code' in error && typeof error.code === 'string'))
    return new UsageError({
      zh: '目标没有响应，或证书无效（可用 --insecure 继续）。',
      en: 'The target does not answer, or its certificate does not hold (--insecure goes on).',
    });
  return error;
}

const rank = (severity: FindingSeverity): number => findingSeverities.indexOf(severity);
const reaches = ({ findings }: ProbeResult, level: FindingSeverity | 'none'): boolean =>
  level !== 'none' && findings.some(({ severity }) => rank(severity) <= rank(level));

function rendered(result: ProbeResult, origin: string, format: (typeof formats)[number], language: Language): string {
  if (format === 'json') return JSON.stringify(toProbeJson(result, origin, version), null, 2);
  if (format === 'sarif') return JSON.stringify(toProbeSarif(result, origin, version, language), null, 2);
  return table(result, origin, language).join('\n');
}

const words: Readonly<Record<FindingSeverity, Record<Language, string>>> = {
  critical: { zh: '严重', en: 'critical' },
  high: { zh: '高', en: 'high' },
  medium: { zh: '中', en: 'medium' },
  low: { zh: '低', en: 'low' },
  info: { zh: '提示', en: 'info' },
};

function table(result: ProbeResult, origin: string, language: Language): string[] {
  const zh = language === 'zh';
  const listed = sorted(result.findings, origin);
  const lines = listed.flatMap((finding) => [
    `${words[finding.severity][language]}  ${finding.rule}  ${finding.route}`,
    `  ${probeRules.get(finding.rule)?.title[language] ?? ''}`,
    `  ${finding.message[language]}`,
    ...finding.exchange.map((line) => `    ${line}`),
    `  ${zh ? '修复' : 'Fix'}: ${probeRules.get(finding.rule)?.fix[language] ?? ''}`,
    '',
  ]);
  const skipped = result.untried.map(
    ({ rule, why }) => `  ${rule} ${probeRules.get(rule)?.title[language] ?? ''}: ${why[language]}`,
  );
  return [
    ...lines,
    zh ? `${origin}：${listed.length} 处发现` : `${origin}: ${listed.length} findings`,
    ...(skipped.length === 0 ? [] : [zh ? '没有检查：' : 'Not looked for:', ...skipped]),
  ];
}
