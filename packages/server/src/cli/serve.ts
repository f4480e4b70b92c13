import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Config, MenshenError } from '@menshen/contract';
import { ConfigError } from '../config/config-error.ts';
import { type ConfigProblem, loadConfig } from '../config/load.ts';
import type { Platform } from '../platform/model.ts';
import { startPlatform } from '../platform.ts';
import { buildConsole } from './build-console.ts';
import { type Command, type Terminal, textOption, UsageError } from './command.ts';
import { failureText } from './failure.ts';
import { problemLines } from './problem-lines.ts';
import { version } from './version.ts';

/** Where the built console lies, in the repository and in the published package. */
export function consoleFolder(): string | null {
  const folder = fileURLToPath(new URL('../../../console/dist/app/', import.meta.url));
  return existsSync(folder) ? folder : null;
}

/** For what still holds the process when everything has been closed: a connection whose other side does not answer. */
const lingerMs = 5_000;

/** Ends what runs on SIGINT or SIGTERM, once; resolves when it has ended. The process ends soon after, whatever still holds it. */
export function untilStopped(running: Pick<Platform, 'close'>): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      running
        .close()
        .finally(() => setTimeout(() => process.exit(), lingerMs).unref())
        .then(resolve, reject);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

/** Where a platform is reached, for `--json`; `setup` is the one-time link to the first administrator, or null. */
export function addresses({ gateway, api, learnUrl, setupPath }: Platform) {
  const setup = setupPath === null ? null : `${api.url}${setupPath}`;
  return { gateway: gateway.url, console: api.url, learn: learnUrl(), setup };
}

export function printSetup(terminal: Terminal, consoleUrl: string, setupPath: string | null): void {
  if (setupPath === null) return;
  terminal.out(
    terminal.language === 'zh'
      ? `  首次使用，请用一次性链接创建管理员（24 小时内有效）：`
      : '  First use: create the administrator with this one-time link (valid for 24 hours):',
  );
  terminal.out(`  ${consoleUrl}${setupPath}`);
}

/** Says what of the policies loads and can hardly be meant: it starts, and a person should look. */
export function printPolicyWarnings(terminal: Terminal, warnings: readonly ConfigProblem[]): void {
  if (warnings.length === 0) return;
  const title = terminal.language === 'zh' ? '策略可以载入，但请留意：' : 'The policies load, but look at these:';
  terminal.err(`${title}\n${problemLines('', warnings, terminal.language)}`);
}

/** Says what became of a changed file, for whoever looks at the process's output. */
function reportChange(terminal: Terminal, file: string, problems: readonly ConfigProblem[] | null): void {
  const zh = terminal.language === 'zh';
  if (problems === null) terminal.err(zh ? '配置已更新。' : 'The configuration was reloaded.');
  else
    terminal.err(
      `${zh ? '配置有误，未作更改：' : 'The changed configuration was refused; nothing has changed:'}\n${problemLines(file, problems, terminal.language)}`,
    );
}

/**
 * Where the console lies. Where a copy of the repository has none yet and somebody sits there, it is built first: a set-up link that leads nowhere
 * helps nobody. A service does not wait for that: it serves without, and says what to do.
 */
async function readyConsole(terminal: Terminal, quiet: boolean): Promise<string | null> {
  const built = consoleFolder();
  if (built !== null) return built;
  const reason =
    terminal.ask === null
      ? ''
      : await buildConsole(terminal, quiet).then(
          () => '',
          (error: unknown) => failureText(error, terminal.language),
        );
  const folder = consoleFolder();
  if (folder === null)
    terminal.err(
      terminal.language === 'zh'
        ? `控制台页面还没有构建，打开控制台地址会得到 404：请先运行 npm run build。${reason}`
        : `The console's pages are not built, and its address answers 404: run npm run build first. ${reason}`,
    );
  return folder;
}

/** Says that nothing is held back, which a configuration that was just made does not. */
function printMode(terminal: Terminal, mode: Config['gateway']['mode']): void {
  if (mode === 'enforce') return;
  terminal.err(
    terminal.language === 'zh'
      ? `注意：gateway.mode 是 ${mode}，没有登录、没有权限和带有攻击的请求都会放行到后端${mode === 'monitor' ? '，只作记录' : ''}。确认后改为 enforce。`
      : `Note: gateway.mode is ${mode}: requests without session, without permission and with attacks reach the backend${mode === 'monitor' ? ' and are only recorded' : ''}. Change it to enforce when you are sure.`,
  );
}

export const serve: Command = {
  name: 'serve',
  usage: '-c menshen.yaml',
  summary: { zh: '按配置文件运行网关与控制台', en: 'Run gateway and console from a configuration file' },
  options: { config: { type: 'string', short: 'c' }, json: { type: 'boolean' } },
  optionHelp: {
    config: { zh: '配置文件路径', en: 'path of the configuration file' },
    json: { zh: '以一行 JSON 输出各地址', en: 'print the addresses as one line of JSON' },
  },
  examples: ['menshen serve -c /etc/menshen/menshen.yaml', 'menshen serve -c menshen.yaml --json'],
  async run({ values, terminal }) {
    const file = textOption(values, 'config');
    if (file === undefined) throw new UsageError({ zh: '请用 -c 指定配置文件。', en: 'Name the configuration file with -c.' });
    const loaded = loadConfig(file);
    if (!loaded.ok) {
      terminal.err(problemLines(file, loaded.problems, terminal.language));
      return 2;
    }
    const pages = await readyConsole(terminal, values['json'] === true);
    let platform: Platform;
    try {
      platform = await startPlatform({
        config: loaded.config,
        folder: loaded.folder,
        file: loaded.file,
        files: loaded.files,
        onConfiguration: (problems) => {
          reportChange(terminal, file, problems);
          if (problems === null) printPolicyWarnings(terminal, platform.policyWarnings());
        },
        version,
        demo: false,
        consoleFolder: pages,
      });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      terminal.err(problemLines(file, error.problems, terminal.language));
      return 2;
    }
    if (values['json'] === true) terminal.out(JSON.stringify(addresses(platform)));
    else {
      terminal.out(
        terminal.language === 'zh'
          ? `门神已启动\n  网关    ${platform.gateway.url}\n  控制台  ${platform.api.url}`
          : `Menshen is running\n  gateway  ${platform.gateway.url}\n  console  ${platform.api.url}`,
      );
      const learn = platform.learnUrl();
      if (learn !== null) terminal.out(terminal.language === 'zh' ? `  学习    ${learn}` : `  learn    ${learn}`);
      printSetup(terminal, loaded.config.console.publicUrl ?? platform.api.url, platform.setupPath);
    }
    printMode(terminal, loaded.config.gateway.mode);
    printPolicyWarnings(terminal, platform.policyWarnings());
    void readDirectory(terminal, platform);
    await untilStopped(platform);
    return 0;
  },
};

/** Nobody can sign in before the directory has been read once; requests are served meanwhile, and the schedule tries again. */
async function readDirectory(terminal: Terminal, platform: Platform): Promise<void> {
  try {
    await platform.directory.sync('start');
  } catch (error) {
    // Without a source there is nothing to read: the people are customers, or an administrator adds them.
    if (error instanceof MenshenError && error.code === 'not_found') return;
    const reason = failureText(error, terminal.language);
    terminal.err(
      terminal.language === 'zh'
        ? `通讯录读取失败，稍后重试：${reason}`
        : `The directory could not be read; it is tried again later: ${reason}`,
    );
  }
}
