import { loadConfig } from '../../config/load.ts';
import { type Command, textOption, UsageError } from '../command.ts';
import { problemLines } from '../problem-lines.ts';
import { diagnose, systemSources } from './diagnose.ts';
import type { Check } from './diagnosis.ts';

const print = (checks: readonly Check[]): string => JSON.stringify(checks.map(({ name, ok, text }) => ({ name, ok, ...text })));

export const doctor: Command = {
  name: 'doctor',
  usage: '-c menshen.yaml',
  summary: { zh: '检查部署并说明如何修复', en: 'Check a deployment and say what to fix' },
  options: { config: { type: 'string', short: 'c' }, json: { type: 'boolean' } },
  optionHelp: {
    config: { zh: '配置文件路径', en: 'path of the configuration file' },
    json: { zh: '以 JSON 输出', en: 'print JSON' },
  },
  examples: ['menshen doctor -c menshen.yaml', 'menshen doctor -c menshen.yaml --json'],
  async run({ values, terminal }) {
    const file = textOption(values, 'config');
    if (file === undefined) throw new UsageError({ zh: '请用 -c 指定配置文件。', en: 'Name the configuration file with -c.' });
    const json = values['json'] === true;
    const loaded = loadConfig(file);
    if (!loaded.ok) {
      const text = { zh: problemLines(file, loaded.problems, 'zh'), en: problemLines(file, loaded.problems, 'en') };
      if (json) terminal.out(print([{ name: 'configuration', ok: false, text }]));
      else terminal.err(text[terminal.language]);
      return 2;
    }
    const checks = await diagnose(loaded.config, loaded.folder, systemSources);
    if (json) terminal.out(print(checks));
    else for (const { name, ok, text } of checks) terminal.out(`${ok ? '✓' : '✗'} ${name}: ${text[terminal.language]}`);
    return checks.every(({ ok }) => ok) ? 0 : 1;
  },
};
