import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { type Command, textOption, UsageError } from './command.ts';

interface Answers {
  readonly app: string;
  readonly upstream: string;
  readonly appid: string;
  readonly audience: string;
}

/** A first configuration that starts, refuses everything undeclared, and says what to fill in. */
export function firstConfig(answers: Answers): string {
  return `# 门神配置 / Menshen configuration. Secrets come from the environment (\${NAME}) or from files (file:PATH).
environment: production
data: ./data
gateway:
  listen: 127.0.0.1:8443
  mode: monitor # 先观察，确认无误后改为 enforce / watch first, then set enforce
console:
  listen: 127.0.0.1:8480
store: file:menshen.db
coordination: "memory:"
policies: ./policies
apps:
  - id: ${answers.app}
    basePath: /${answers.app}
    audience: [${answers.audience}]
    wechat:
      appid: ${answers.appid}
      secret: \${MENSHEN_WECHAT_SECRET}
    upstream: ${answers.upstream}
    routes:
      # 未声明的接口一律拒绝 / what is not declared is refused
      - match: GET /api/me
        auth: session
        action: ${answers.app}.me.read
`;
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
    force: { type: 'boolean' },
  },
  optionHelp: {
    app: { zh: '应用标识（小写字母、数字、连字符）', en: 'app id (lower-case letters, digits, hyphens)' },
    upstream: { zh: '业务后端地址', en: 'address of the backend' },
    appid: { zh: '小程序 AppID', en: 'AppID of the mini program' },
    audience: { zh: '服务对象：employee、partner、customer', en: 'whom it serves: employee, partner, customer' },
    force: { zh: '覆盖已有文件', en: 'overwrite an existing file' },
  },
  examples: [
    'menshen init',
    'menshen init menshen.yaml --app portal --upstream http://127.0.0.1:8080 --appid wx0123456789abcdef --audience employee',
  ],
  async run({ values, positionals, terminal }) {
    const file = positionals[0] ?? 'menshen.yaml';
    if (existsSync(file) && values['force'] !== true) {
      throw new UsageError({ zh: `${file} 已存在；用 --force 覆盖。`, en: `${file} exists; use --force to overwrite it.` });
    }
    const zh = terminal.language === 'zh';
    const prompt = process.stdin.isTTY ? createInterface({ input: process.stdin, output: process.stdout }) : null;
    const ask = async (name: string, question: string, fallback: string, valid: RegExp): Promise<string> => {
      const answer =
        textOption(values, name) ??
        (prompt === null ? fallback : (await prompt.question(`${question} [${fallback}] `)).trim() || fallback);
      if (!valid.test(answer)) throw new UsageError({ zh: `--${name} 的值不正确。`, en: `The value of --${name} is not valid.` });
      return answer;
    };
    try {
      const answers: Answers = {
        app: await ask('app', zh ? '应用标识？' : 'App id?', 'portal', /^[a-z][a-z0-9-]{0,39}$/),
        upstream: await ask(
          'upstream',
          zh ? '业务后端地址？' : 'Address of the backend?',
          'http://127.0.0.1:8080',
          /^https?:\/\/[A-Za-z0-9.:[\]-]+$/,
        ),
        appid: await ask(
          'appid',
          zh ? '小程序 AppID？' : 'AppID of the mini program?',
          'wx0000000000000000',
          /^[A-Za-z0-9_-]{4,64}$/,
        ),
        audience: await ask(
          'audience',
          zh ? '服务对象？' : 'Whom does it serve?',
          'employee',
          /^(employee|partner|customer)(,\s*(employee|partner|customer))*$/,
        ),
      };
      writeFileSync(file, firstConfig(answers), { mode: 0o600 });
    } finally {
      prompt?.close();
    }
    terminal.out(
      zh
        ? `已写入 ${file}。下一步：设置环境变量 MENSHEN_WECHAT_SECRET，建立 policies/ 目录，然后运行 menshen doctor -c ${file}`
        : `Wrote ${file}. Next: set MENSHEN_WECHAT_SECRET, create the folder policies/, then run menshen doctor -c ${file}`,
    );
    return 0;
  },
};
