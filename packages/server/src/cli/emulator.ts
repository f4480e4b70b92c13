import { readFileSync } from 'node:fs';
import type { Language } from '@menshen/contract';
import { type DemoEmulatorOptions, demoEmulator } from '@menshen/demo';
import { type CompanyFile, parseCompanyFile, startEmulator } from '@menshen/emulator';
import { type Command, textOption, UsageError } from './command.ts';
import { readPort } from './port.ts';
import { untilStopped } from './serve.ts';

const defaultPort = 8481;

function readCompany(file: string): CompanyFile {
  try {
    return parseCompanyFile(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const reason = error instanceof Error && !('code' in error) && !(error instanceof SyntaxError) ? error.message : '';
    throw new UsageError({
      zh: `--company 不是可用的公司文件。${reason}`,
      en: `--company is no company file that can be used. ${reason}`,
    });
  }
}

/** What a configuration has to say to use the emulator. Its accounts are the demonstration's and no secret: nobody else takes them. */
export function accountLines({ wechatApps, wecom }: DemoEmulatorOptions, url: string, language: Language): string {
  const zh = language === 'zh';
  const app = wechatApps[0];
  const agent = wecom.agents?.[0];
  return [
    zh ? '  在 menshen.yaml 中这样使用：' : '  In menshen.yaml, use it so:',
    `    wechat: { appid: ${app?.appid}, secret: "\${MENSHEN_WECHAT_SECRET}", apiBase: "${url}" }`,
    `    wecom: { corpid: ${wecom.corpid}, agentid: ${agent?.agentid}, secret: "\${MENSHEN_WECOM_SECRET}", apiBase: "${url}" }`,
    zh ? '  并设置环境变量：' : '  and set in the environment:',
    `    export MENSHEN_WECHAT_SECRET=${app?.secret} MENSHEN_WECOM_SECRET=${agent?.secret}`,
    zh ? `  代替手机的页面：${url}/` : `  The page that stands for the phone: ${url}/`,
  ].join('\n');
}

export const emulator: Command = {
  name: 'emulator',
  usage: '[--port N] [--company FILE]',
  summary: { zh: '单独运行离线的微信与企业微信模拟器', en: 'Run the offline WeChat and WeCom emulator alone' },
  options: {
    port: { type: 'string' },
    company: { type: 'string' },
    gateway: { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    port: { zh: '端口（默认 8481）', en: 'port (8481 by default)' },
    company: { zh: '公司文件（JSON）；默认演示公司', en: 'company file (JSON); the demo company by default' },
    gateway: { zh: '接收回调的网关地址', en: 'address of the gateway that receives callbacks' },
    json: { zh: '以一行 JSON 输出地址', en: 'print the address as one line of JSON' },
  },
  examples: ['menshen emulator', 'menshen emulator --port 9481 --company company.json'],
  async run({ values, terminal }) {
    const file = textOption(values, 'company');
    const gateway = textOption(values, 'gateway') ?? 'http://127.0.0.1:8443';
    if (!URL.canParse(gateway) || !/^https?:$/.test(new URL(gateway).protocol))
      throw new UsageError({ zh: '--gateway 应为 http 或 https 地址。', en: '--gateway must be an http or https address.' });
    const demo = demoEmulator(gateway);
    const running = await startEmulator({
      ...demo,
      people: file === undefined ? demo.people : readCompany(file),
      port: readPort(textOption(values, 'port'), 'port') ?? defaultPort,
    });
    if (values['json'] === true) terminal.out(JSON.stringify({ emulator: running.url }));
    else
      terminal.out(
        `${terminal.language === 'zh' ? '模拟器' : 'emulator'} ${running.url}\n${accountLines(demo, running.url, terminal.language)}`,
      );
    await untilStopped(running);
    return 0;
  },
};
