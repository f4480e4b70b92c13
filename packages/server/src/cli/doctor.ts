import { accessSync, constants, statfsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { buildRuntime, ConfigError, splitListen } from '../platform.ts';
import { type Bilingual, type Command, textOption, UsageError } from './command.ts';
import { problemLines } from './serve.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: Bilingual;
}

const minFreeBytes = 1_000_000_000;

/** Whether something listens there, within two seconds. */
function reachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 2_000 });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .once('connect', () => done(true))
      .once('timeout', () => done(false))
      .once('error', () => done(false));
  });
}

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
    const loaded = loadConfig(file);
    if (!loaded.ok) {
      terminal.err(problemLines(file, loaded.problems, terminal.language));
      return 2;
    }
    const { config, folder } = loaded;
    const checks: Check[] = [];
    const add = (name: string, ok: boolean, zh: string, en: string): void => void checks.push({ name, ok, text: { zh, en } });
    add('configuration', true, '配置文件有效。', 'The configuration is valid.');
    try {
      const runtime = buildRuntime(config, folder, Date.now, null);
      const routes = [...runtime.apps.values()].reduce((sum, app) => sum + app.routes.length, 0);
      add(
        'policies',
        config.policies !== undefined || routes === 0,
        config.policies === undefined ? '没有策略目录：需要登录的接口都会被拒绝。请设置 policies。' : '策略与接口可以编译。',
        config.policies === undefined
          ? 'There is no policy folder: every route that needs a sign-in will be refused. Set policies.'
          : 'Policies and routes compile.',
      );
      for (const app of runtime.apps.values()) await app.upstream.destroy();
    } catch (error) {
      const text = error instanceof ConfigError ? problemLines(file, error.problems, terminal.language) : 'error';
      add('policies', false, text, text);
    }
    try {
      accessSync(dirname(config.data), constants.W_OK);
      const { bavail, bsize } = statfsSync(dirname(config.data));
      const free = bavail * bsize;
      add(
        'disk',
        free >= minFreeBytes,
        `数据盘可用空间 ${Math.round(free / 1e9)} GB${free >= minFreeBytes ? '。' : '，少于 1 GB：日志写满后服务会停止，请扩容。'}`,
        `${Math.round(free / 1e9)} GB free for data${free >= minFreeBytes ? '.' : ', less than 1 GB: service stops when the log cannot be written; make room.'}`,
      );
    } catch {
      add('disk', false, '数据目录不可写。请检查权限。', 'The data folder cannot be written. Check its permissions.');
    }
    const local = /^(127\.|localhost$|::1$)/.test(splitListen(config.gateway.listen).host);
    const secure = local || config.gateway.tls !== undefined || config.gateway.trustedProxies.length > 0;
    add(
      'tls',
      secure,
      secure
        ? '网关只在本机监听，或已启用 TLS，或位于可信代理之后。'
        : '网关对外监听但没有 TLS。小程序只接受 https，请设置 gateway.tls。',
      secure
        ? 'The gateway listens on loopback, has TLS, or stands behind a trusted proxy.'
        : 'The gateway listens beyond loopback without TLS. Mini programs accept https only; set gateway.tls.',
    );
    add(
      'mode',
      config.gateway.mode === 'enforce',
      config.gateway.mode === 'enforce'
        ? '网关处于拦截模式。'
        : `网关处于 ${config.gateway.mode} 模式，不会拦截。确认后改为 enforce。`,
      config.gateway.mode === 'enforce'
        ? 'The gateway enforces.'
        : `The gateway is in ${config.gateway.mode} mode and stops nothing. Set enforce when you are sure.`,
    );
    for (const app of config.apps) {
      const url = new URL(typeof app.upstream === 'string' ? app.upstream : app.upstream.url);
      const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
      const up = await reachable(url.hostname, port);
      add(
        `backend ${app.id}`,
        up,
        up ? `业务后端 ${app.id} 可连接。` : `业务后端 ${app.id} 无法连接。请检查 upstream 与防火墙。`,
        up ? `Backend ${app.id} can be reached.` : `Backend ${app.id} cannot be reached. Check upstream and the firewall.`,
      );
    }
    if (values['json'] === true) terminal.out(JSON.stringify(checks.map(({ name, ok, text }) => ({ name, ok, ...text }))));
    else for (const check of checks) terminal.out(`${check.ok ? '✓' : '✗'} ${check.name}: ${check.text[terminal.language]}`);
    return checks.every((check) => check.ok) ? 0 : 1;
  },
};
