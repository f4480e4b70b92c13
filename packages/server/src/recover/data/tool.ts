import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { BackupError } from '../model.ts';

const mostOutput = 16 << 20;

/**
 * Runs a database's own tool, without a shell and without our environment. `input` is a file for its standard input. Resolves to what it printed.
 * @throws BackupError `tool_missing`, `database_unreachable`
 */
export async function runTool(
  program: string,
  args: readonly string[],
  given: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<string> {
  const input = given.input === undefined ? null : openSync(given.input, 'r');
  try {
    const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...given.env };
    const child = spawn(program, [...args], { env, stdio: [input ?? 'ignore', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    let bytes = 0;
    child.stdout?.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= mostOutput) parts.push(part);
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? new BackupError('tool_missing', program) : error),
      );
      child.once('close', resolve);
    });
    if (code !== 0) throw new BackupError('database_unreachable', program);
    return Buffer.concat(parts).toString('utf8');
  } finally {
    if (input !== null) closeSync(input);
  }
}
