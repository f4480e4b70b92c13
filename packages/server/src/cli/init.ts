import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bilingual } from '@menshen/contract';
import { demoAccounts } from '@menshen/demo';
import { type Command, type CommandInput, textOption, UsageError } from './command.ts';
import { type FirstAnswers, firstConfig, firstPolicies, firstSecrets, hasStaff } from './first-config.ts';

interface Question {
  readonly name: Exclude<keyof FirstAnswers, 'emulator'>;
  readonly text: Bilingual;
  readonly fallback: string;
  readonly valid: RegExp;
  /** Whether it is asked at all, after the answers before it. */
  readonly when?: (answers: FirstAnswers) => boolean;
}

const questions: readonly Question[] = [
  { name: 'app', text: { zh: '应用标识？', en: 'App id?' }, fallback: 'portal', valid: /^[a-z][a-z0-9-]{0,39}$/ },
  {
    name: 'upstream',
    text: { zh: '业务后端地址？', en: 'Address of the backend?' },
    fallback: 'http://127.0.0.1:8080',
    valid: /^https?:\/\/([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]{2,45}\])(:\d{1,5})?$/,
  },
  {
    name: 'appid',
    text: { zh: '小程序 AppID？', en: 'AppID of the mini program?' },
    fallback: 'wx0000000000000000',
    valid: /^[A-Za-z0-9_-]{4,64}$/,
  },
  {
    name: 'audience',
    text: {
      zh: '服务对象？employee 员工、partner 合作伙伴、customer 顾客，可用逗号写多个',
      en: 'Whom does it serve: employee, partner, customer, or several with commas?',
    },
    fallback: 'employee',
    valid: /^(employee|partner|customer)(,\s*(employee|partner|customer)){0,2}$/,
  },
  {
    name: 'corpid',
    text: {
      zh: '企业微信的企业 ID（corpid）？不在企业微信中使用时留空',
      en: 'WeCom company id (corpid)? Leave it empty without WeCom',
    },
    fallback: '',
    valid: /^(?:[A-Za-z0-9_-]{4,64})?$/,
    when: ({ audience }) => hasStaff(audience),
  },
  {
    name: 'agentid',
    text: { zh: '企业微信中此小程序的 AgentId？', en: 'AgentId of the mini program in WeCom?' },
    fallback: '1000002',
    valid: /^[1-9]\d{0,8}$/,
    when: ({ corpid }) => corpid !== '',
  },
];
const maxTries = 5;

const upstreamForm = questions.find(({ name }) => name === 'upstream')?.valid;

/** Answers that a configuration for the emulator gives by itself: the accounts that it takes. */
const ofEmulator: Partial<Record<keyof FirstAnswers, string>> = {
  appid: demoAccounts.appid,
  corpid: demoAccounts.corpid,
  agentid: String(demoAccounts.agentid),
};

/** An answer from the options, from the person, or the default where nobody can be asked. */
async function answer(question: Question, { values, terminal }: CommandInput): Promise<string> {
  const { name, fallback, valid } = question;
  const wrong = { zh: `--${name} 的值不正确。`, en: `The value of --${name} is not valid.` };
  const known = values['emulator'] === undefined ? undefined : ofEmulator[name];
  const given = textOption(values, name) ?? known ?? (terminal.ask === null ? fallback : undefined);
  if (given !== undefined) {
    if (!valid.test(given)) throw new UsageError(wrong);
    return given;
  }
  for (let tries = 0; tries < maxTries; tries += 1) {
    const typed =
      (await terminal.ask?.(`${question.text[terminal.language]} ${fallback === '' ? '' : `[${fallback}] `}`))?.trim() ||
      fallback;
    if (valid.test(typed)) return typed;
    terminal.err(terminal.language === 'zh' ? '格式不正确，请重新输入。' : 'That is not valid; try again.');
  }
  throw new UsageError(wrong);
}

export const init: Command = {
  name: 'init',
  usage: '[FILE]',
  summary: { zh: '回答几个问题，生成第一份配置', en: 'Answer a few questions and get a first configuration' },
  options: {
    app: { type: 'string' },
    upstream: { type: 'string' },
    appid: { type: 'string' },
    audience: { type: 'string' },
    corpid: { type: 'string' },
    agentid: { type: 'string' },
    emulator: { type: 'string' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    app: { zh: '应用标识（小写字母、数字、连字符）', en: 'app id (lower-case letters, digits, hyphens)' },
    upstream: { zh: '业务后端地址', en: 'address of the backend' },
    appid: { zh: '小程序 AppID', en: 'AppID of the mini program' },
    audience: { zh: '服务对象：employee、partner、customer', en: 'whom it serves: employee, partner, customer' },
    corpid: { zh: '企业微信的企业 ID；不在企业微信中使用时不写', en: 'WeCom company id; leave it out without WeCom' },
    agentid: { zh: '企业微信中此小程序的 AgentId', en: 'AgentId of the mini program in WeCom' },
    emulator: {
      zh: '先用模拟器试：它的地址；appid 等随之填好',
      en: 'try it with the emulator first: its address; appid and the like are filled in',
    },
    force: { zh: '覆盖已有配置文件', en: 'overwrite an existing configuration file' },
    json: { zh: '以 JSON 输出写入的文件', en: 'print the files that were written as JSON' },
  },
  examples: [
    'menshen init',
    'menshen init --emulator http://127.0.0.1:8481',
    'menshen init menshen.yaml --app portal --upstream http://127.0.0.1:8080 --appid wx0123456789abcdef --audience employee --corpid ww0123456789abcdef --agentid 1000002',
  ],
  async run(input) {
    const { values, positionals, terminal } = input;
    const file = positionals[0] ?? 'menshen.yaml';
    if (existsSync(file) && values['force'] !== true)
      throw new UsageError({ zh: `${file} 已存在；用 --force 覆盖。`, en: `${file} exists; use --force to overwrite it.` });
    const emulator = textOption(values, 'emulator') ?? '';
    if (emulator !== '' && upstreamForm?.test(emulator) !== true)
      throw new UsageError({ zh: '--emulator 应为 http 地址。', en: '--emulator must be an http address.' });
    const answers: Record<keyof FirstAnswers, string> = {
      ...{ app: '', upstream: '', appid: '', audience: '', corpid: '', agentid: '' },
      emulator,
    };
    for (const question of questions) {
      if (question.when?.(answers) !== false) answers[question.name] = await answer(question, input);
    }

    const written = [file];
    writeFileSync(file, firstConfig(answers), { mode: 0o600 });
    const folder = join(dirname(file), 'policies');
    // Policies that stand there already are somebody's work.
    if (!existsSync(folder)) {
      mkdirSync(folder);
      for (const [name, text] of Object.entries(firstPolicies(answers))) {
        writeFileSync(join(folder, name), text);
        written.push(join(folder, name));
      }
    }
    if (values['json'] === true) terminal.out(JSON.stringify({ written }));
    else {
      const zh = terminal.language === 'zh';
      const secrets = firstSecrets(answers).join(zh ? '、' : ' and ');
      terminal.out(
        zh
          ? `已写入：${written.join('、')}\n下一步：设置环境变量 ${secrets}，然后运行\n  menshen doctor -c ${file}\n  menshen serve -c ${file}`
          : `Wrote ${written.join(', ')}\nNext: set ${secrets}, then run\n  menshen doctor -c ${file}\n  menshen serve -c ${file}`,
      );
    }
    return 0;
  },
};
