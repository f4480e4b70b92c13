import { readFileSync } from 'node:fs';
import { demoEmulator } from '@menshen/demo';
import { parseCompanyFile, startEmulator } from '@menshen/emulator';
import { type Command, textOption } from './command.ts';
import { untilStopped } from './serve.ts';

export const emulator: Command = {
  name: 'emulator',
  usage: '[--port N] [--company FILE]',
  summary: { zh: '单独运行离线的微信与企业微信模拟器', en: 'Run the offline WeChat and WeCom emulator alone' },
  options: { port: { type: 'string' }, company: { type: 'string' }, gateway: { type: 'string' } },
  optionHelp: {
    port: { zh: '端口（默认 8481）', en: 'port (8481 by default)' },
    company: { zh: '公司文件（JSON）；默认演示公司', en: 'company file (JSON); the demo company by default' },
    gateway: { zh: '接收回调的网关地址', en: 'address of the gateway that receives callbacks' },
  },
  examples: ['menshen emulator', 'menshen emulator --port 9481 --company company.json'],
  async run({ values, terminal }) {
    const file = textOption(values, 'company');
    const demo = demoEmulator(textOption(values, 'gateway') ?? 'http://127.0.0.1:8443');
    const running = await startEmulator({
      ...demo,
      people: file === undefined ? demo.people : parseCompanyFile(JSON.parse(readFileSync(file, 'utf8'))),
      port: Number(textOption(values, 'port') ?? 8481),
    });
    terminal.out(`${terminal.language === 'zh' ? '模拟器' : 'emulator'} ${running.url}`);
    await untilStopped(running);
    return 0;
  },
};
