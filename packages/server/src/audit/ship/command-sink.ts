import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ExportedEvent } from '../export/exported-event.ts';
import { type Sink, SinkError } from './sink.ts';

const timeoutMs = 15_000;
/** What of our own environment a program needs to run; never our secrets. */
const environment = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot'];

/** Lines to the standard input of a program that is started again when it ends. */
export function createCommandSink([program = '', ...args]: readonly string[], line: (event: ExportedEvent) => string): Sink {
  let child: ChildProcess | null = null;

  const start = (): ChildProcess => {
    const env = Object.fromEntries(
      environment.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    );
    const started = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], env, shell: false });
    const gone = (): void => {
      if (child === started) child = null;
    };
    started.on('error', gone);
    started.on('exit', gone);
    // A program that ends while it is written to: the write itself reports it.
    started.stdin?.on('error', gone);
    return started;
  };

  return {
    async send(events) {
      child ??= start();
      const current = child;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          // One that does not read may not listen to signals either, and what waits for it would grow with every try.
          current.kill('SIGKILL');
          if (child === current) child = null;
          reject(new SinkError('timeout'));
        }, timeoutMs);
        const ended = (): void => {
          clearTimeout(timer);
          reject(new SinkError('ended'));
        };
        current.once('exit', ended);
        current.once('error', ended);
        current.stdin?.write(`${events.map(line).join('\n')}\n`, (error) => {
          if (error) return ended();
          clearTimeout(timer);
          current.off('exit', ended);
          current.off('error', ended);
          resolve();
        });
      });
    },
    async close() {
      const current = child;
      if (current === null || current.exitCode !== null) return;
      const exit = once(current, 'exit');
      current.stdin?.end();
      const timer = setTimeout(() => current.kill('SIGKILL'), 2_000);
      await exit;
      clearTimeout(timer);
    },
  };
}
