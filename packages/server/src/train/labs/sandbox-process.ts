import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabId } from '@menshen/contract';
import type { FromSandbox, SandboxCalls, SandboxFailure, SandboxStart, ToSandbox } from './protocol.ts';

/** A sandbox as the service holds it. */
export interface SandboxHandle {
  /** Null when it runs, or why it does not. Never rejects. */
  readonly started: Promise<SandboxFailure | null>;
  readonly calls: SandboxCalls;
  /** Resolves when its process is gone, whatever ended it; its folder is gone too. */
  readonly gone: Promise<void>;
  /** Ends it, and resolves as `gone` does. */
  end(): Promise<void>;
}

export interface SandboxPlan {
  readonly lab: LabId;
  readonly version: string;
  readonly lifeMs: number;
}

export type StartSandbox = (plan: SandboxPlan) => SandboxHandle;

const startMs = 180_000;
const answerMs = 40_000;
const killMs = 10_000;
/** A sandbox outlives the time that its learner has by so much when the process that started it is stuck. */
const graceMs = 60_000;
/** No sandbox lives as long, whatever the configuration says. */
const leftBehindMs = 6 * 3_600_000;
/** Enough for one deployment with one person at it. */
const memory = ['--max-old-space-size=256', '--max-semi-space-size=4'];
const logged = 8_000;

/**
 * Starts sandboxes in processes of their own, each with a folder below `root`: nothing of the deployment that teaches is handed to them, neither its
 * environment nor its configuration. What no living sandbox can own any more, because the machine went down, is removed from `root`.
 */
export function createSandboxes(root: string, report: (text: string) => void, now: number): StartSandbox {
  for (const name of existsSync(root) ? readdirSync(root) : []) {
    const folder = join(root, name);
    const begun = statSync(folder, { throwIfNoEntry: false })?.birthtimeMs ?? now;
    if (now - begun > leftBehindMs) rmSync(folder, { recursive: true, force: true });
  }
  const typescript = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(
    new URL(typescript ? '../../cli/lab-sandbox/main.ts' : '../../cli/lab-sandbox/main.js', import.meta.url),
  );
  return ({ lab, version, lifeMs }) => {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join(root, `${lab}-`));
    const start: SandboxStart = { lab, version, folder, lifeMs: lifeMs + graceMs };
    const child = spawn(process.execPath, [...memory, file, JSON.stringify(start)], {
      ...{ env: {}, cwd: folder, shell: false },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return follow(child, folder, report);
  };
}

function follow(child: ChildProcess, folder: string, report: (text: string) => void): SandboxHandle {
  const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
  let last = 0;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (said.length < logged) said += chunk.toString('utf8');
  });
  let settle: (failure: SandboxFailure | null) => void = () => undefined;
  const started = new Promise<SandboxFailure | null>((resolve) => {
    settle = resolve;
  });
  const late = setTimeout(() => {
    settle('start');
    void end();
  }, startMs);
  const gone = new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(late);
      settle('start');
      for (const { reject } of waiting.values()) reject(new Error('the sandbox has ended'));
      waiting.clear();
      rmSync(folder, { recursive: true, force: true });
      if (said !== '') report(said.slice(0, logged));
      resolve();
    };
    child.once('close', finish);
    child.once('error', finish);
  });
  child.on('message', (message: FromSandbox) => {
    if ('state' in message) {
      clearTimeout(late);
      if (message.state !== 'ready') void end();
      return settle(message.state === 'ready' ? null : message.state);
    }
    const entry = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) entry?.reject(new Error(message.error));
    else entry?.resolve(message.value);
  });
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), killMs);
    await gone;
    clearTimeout(timer);
  };
  const ask = <Name extends keyof SandboxCalls>(call: Name, ...input: Parameters<SandboxCalls[Name]>) =>
    new Promise<unknown>((resolve, reject) => {
      last += 1;
      const id = last;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error('the sandbox does not answer'));
      }, answerMs);
      const done =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          then(value);
        };
      waiting.set(id, { resolve: done(resolve), reject: done(reject) });
      child.send({ id, call, input } as ToSandbox, (error) => {
        if (error !== null) done(reject)(error);
      });
    });
  return {
    ...{ started, gone, end },
    // Sound: the process at the other end is the one that implements these calls.
    calls: {
      send: (...input) => ask('send', ...input) as ReturnType<SandboxCalls['send']>,
      protect: () => ask('protect') as ReturnType<SandboxCalls['protect']>,
      log: (...input) => ask('log', ...input) as ReturnType<SandboxCalls['log']>,
    },
  };
}
