import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { configSchema, type Language } from '@menshen/contract';
import {
  type CurlLine,
  curlLines,
  demoBusinesses,
  demoConfig,
  demoEmulator,
  demoRoles,
  startActor,
  startDemoBackend,
  storyScripts,
} from '@menshen/demo';
import { startEmulator } from '@menshen/emulator';
import type { Platform } from '../platform/model.ts';
import { startPlatform } from '../platform.ts';
import { buildConsole } from './build-console.ts';
import { type Command, type Terminal, textOption } from './command.ts';
import { beginDemoRelease } from './dev/begin-release.ts';
import { beginDemoTraining } from './dev/begin-training.ts';
import { demoKeys } from './dev/keys.ts';
import { readPort } from './port.ts';
import { addresses, consoleFolder, printPolicyWarnings, printSetup, untilStopped } from './serve.ts';
import { version } from './version.ts';

interface Ports {
  readonly gateway: number;
  readonly console: number;
  readonly emulator: number;
  readonly backend: number;
}

const defaults: Ports = { gateway: 8443, console: 8480, emulator: 8481, backend: 8482 };

/** Ports by flag, then by environment, then the defaults; `--port-base N` moves all four. */
export function chosenPorts(
  option: (name: string) => string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Ports {
  const base = readPort(option('port-base') ?? env['MENSHEN_PORT_BASE'], 'port-base');
  const of = (name: keyof Ports, at: number): number =>
    readPort(option(`${name}-port`) ?? env[`MENSHEN_${name.toUpperCase()}_PORT`], `${name}-port`) ??
    (base === null ? defaults[name] : base + at);
  return { gateway: of('gateway', 0), console: of('console', 1), emulator: of('emulator', 2), backend: of('backend', 3) };
}

export const dev: Command = {
  name: 'dev',
  usage: '[--port-base N] [--data DIR]',
  summary: {
    zh: '在本机运行全部：网关、控制台、模拟器与演示公司',
    en: 'Run everything on loopback: gateway, console, emulator and the demo company',
  },
  options: {
    'port-base': { type: 'string' },
    'gateway-port': { type: 'string' },
    'console-port': { type: 'string' },
    'emulator-port': { type: 'string' },
    'backend-port': { type: 'string' },
    data: { type: 'string' },
    quiet: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    'port-base': { zh: '四个端口的起点', en: 'first of the four ports' },
    'gateway-port': { zh: '网关端口', en: 'port of the gateway' },
    'console-port': { zh: '控制台端口', en: 'port of the console' },
    'emulator-port': { zh: '模拟器端口', en: 'port of the emulator' },
    'backend-port': { zh: '演示后端端口', en: 'port of the demo backend' },
    data: { zh: '数据目录（默认 .menshen）', en: 'data folder (.menshen by default)' },
    quiet: { zh: '不播放演示流量', en: 'play no demo traffic' },
    json: { zh: '以一行 JSON 输出各地址与示例命令', en: 'print addresses and commands to try as one line of JSON' },
  },
  examples: ['npm start', 'npm start -- --port-base 9000', 'npx menshen dev --quiet'],
  async run({ values, terminal }) {
    const ports = chosenPorts((name) => textOption(values, name), process.env);
    const data = resolve(textOption(values, 'data') ?? '.menshen');
    const url = (at: number): string => `http://127.0.0.1:${at}`;
    await buildConsole(terminal, values['json'] === true);

    const closers: (() => Promise<void>)[] = [];
    const close = async (): Promise<void> => {
      for (const end of closers.splice(0).reverse()) await end();
    };
    try {
      const emulator = await startEmulator({ ...demoEmulator(url(ports.gateway)), port: ports.emulator });
      closers.push(() => emulator.close());
      const backend = await startDemoBackend({
        host: '127.0.0.1',
        port: ports.backend,
        jwksUrl: `${url(ports.gateway)}/_menshen/jwks.json`,
        wecomUrl: emulator.url,
      });
      closers.push(() => backend.close());
      const { release, backup } = await demoKeys(data);
      const input = demoConfig({
        ...{ ports, dataDir: data, emulatorUrl: emulator.url, backendUrl: backend.url },
        operations: { releaseKey: release.publicPem, backup },
      });
      const platform = await startPlatform({
        config: configSchema.parse(input),
        folder: data,
        file: null,
        version,
        demo: true,
        consoleFolder: consoleFolder(),
      });
      closers.push(() => platform.close());
      await platform.directory.sync('demo');
      const withoutRoles = Object.entries(demoRoles()).filter(
        ([uid]) => platform.directory.snapshot().person(uid)?.roles.length === 0,
      );
      await platform.directory.assignRoles(new Map(withoutRoles), 'demo');
      if ((await platform.risks.businesses()).length === 0)
        for (const { id, apps, ...fields } of demoBusinesses)
          await platform.risks.putBusiness(id, { ...fields, apps: [...apps], tiedTo: [] }, 'demo');

      const lines = curlLines({ gatewayUrl: platform.gateway.url, emulatorUrl: emulator.url, backendUrl: backend.url });
      if (values['json'] === true)
        terminal.out(JSON.stringify({ ...addresses(platform), emulator: emulator.url, backend: backend.url, try: lines }));
      else
        printStart(
          terminal,
          platform,
          { emulator: emulator.url, backend: backend.url },
          lines,
          writeStories(lines, join(data, 'try'), terminal.language),
        );

      // Nobody waits for these: the addresses are printed, and the pages fill within seconds.
      void beginDemoTraining(platform).catch((error: unknown) => terminal.err(`demo training: ${String(error)}`));
      void beginDemoRelease(platform, release.privatePem).catch((error: unknown) =>
        terminal.err(`demo release: ${String(error)}`),
      );
      if (values['quiet'] !== true) {
        const urls = { gatewayUrl: platform.gateway.url, emulatorUrl: emulator.url };
        const actor = startActor({ ...urls, clock: Date.now, random: randomBytes, tamper: backend.tamper });
        closers.push(() => actor.stop());
      }
      await untilStopped({ close });
      return 0;
    } catch (error) {
      // A half-started demonstration would keep the process alive.
      await close().catch(() => undefined);
      throw error;
    }
  },
};

interface WrittenStory {
  /** As it can be typed from where the command was started. */
  readonly file: string;
  readonly zh: string;
  readonly en: string;
}

/** Writes a script for each story, to be run while the demonstration runs. */
function writeStories(lines: readonly CurlLine[], folder: string, language: Language): readonly WrittenStory[] {
  mkdirSync(folder, { recursive: true });
  return storyScripts(lines, language).map(({ id, zh, en, text }) => {
    const file = join(folder, `${id}.sh`);
    writeFileSync(file, text);
    return { file: relative(process.cwd(), file) || file, zh, en };
  });
}

function printStart(
  terminal: Terminal,
  platform: Platform,
  urls: { readonly emulator: string; readonly backend: string },
  lines: readonly CurlLine[],
  scripts: readonly WrittenStory[],
): void {
  const zh = terminal.language === 'zh';
  terminal.out(
    [
      '',
      zh ? '门神已启动（演示公司，仅本机可访问）' : 'Menshen is running (demo company, loopback only)',
      `  ${zh ? '网关     ' : 'gateway  '} ${platform.gateway.url}`,
      `  ${zh ? '控制台   ' : 'console  '} ${platform.api.url}`,
      `  ${zh ? '模拟器   ' : 'emulator '} ${urls.emulator}`,
      `  ${zh ? '演示后端 ' : 'backend  '} ${urls.backend}`,
      `  ${zh ? '安全学习 ' : 'learn    '} ${platform.learnUrl() ?? ''}`,
    ].join('\n'),
  );
  printSetup(terminal, platform.api.url, platform.setupPath);
  printPolicyWarnings(terminal, platform.policyWarnings());
  terminal.out(zh ? '\n亲手试试：' : '\nTry it yourself:');
  for (const line of lines.filter(({ story }) => story === null))
    terminal.out(`  # ${line[terminal.language]}\n  ${line.command}`);
  terminal.out(zh ? '\n之前与之后，每个故事一个脚本：' : '\nBefore and after, a script for each story:');
  for (const { file, zh: chinese, en } of scripts) terminal.out(`  sh ${file}   # ${zh ? chinese : en}`);
}
