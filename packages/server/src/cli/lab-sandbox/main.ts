import { rmSync } from 'node:fs';
import type { FromSandbox, SandboxStart, ToSandbox } from '../../train/labs/protocol.ts';
import type { Sandbox } from './deployment.ts';

/**
 * The process of one lab's sandbox. It is told what to do by the process that started it, and by nobody else; it ends with that process, when it is told
 * to, or when its time is over, and removes its folder.
 */
const { lab, folder, version, lifeMs } = JSON.parse(process.argv[2] ?? '') as SandboxStart;
const tries = 3;
let sandbox: Sandbox | null = null;
let ending = false;

const say = (message: FromSandbox): void => void process.send?.(message);

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  // What hangs on its way down must not keep the process.
  setTimeout(() => process.exit(code), 8_000).unref();
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

async function answer(message: ToSandbox): Promise<void> {
  try {
    if (sandbox === null) throw new Error('not ready');
    const { calls } = sandbox;
    const value =
      message.call === 'send'
        ? await calls.send(...message.input)
        : message.call === 'protect'
          ? await calls.protect()
          : await calls.log(...message.input);
    say({ id: message.id, value });
  } catch (error) {
    say({ id: message.id, error: error instanceof Error ? error.message : 'unknown' });
  }
}

process.on('disconnect', () => void end(0));
process.on('SIGTERM', () => void end(0));
setTimeout(() => void end(0), lifeMs).unref();
let turn: Promise<void> = Promise.resolve();
process.on('message', (message: ToSandbox) => {
  turn = turn.then(() => answer(message));
});

async function begin(): Promise<void> {
  const loaded = await import('./deployment.ts').catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (missing && /@menshen\/(demo|emulator)/.test(error.message)) return null;
    throw error;
  });
  if (loaded === null) return say({ state: 'demo_missing' });
  for (let nth = 1; sandbox === null; nth += 1) {
    try {
      sandbox = await loaded.startSandbox(lab, folder, version);
    } catch (error) {
      // Somebody took the port between looking and listening.
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken || nth === tries) throw error;
    }
  }
  say({ state: 'ready' });
}

begin().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  say({ state: 'start' });
});
