import { spawn } from 'node:child_process';
import { type KeyEncryptionKey, SealError, type WrapContext } from '@menshen/seal';
import * as z from 'zod';

export interface CommandKekOptions {
  readonly id: number;
  /** Program and arguments; run without a shell. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** The program in front of the KMS did not answer as agreed. Holds nothing of what it wrote. */
export class CommandKekError extends Error {
  readonly code = 'wrapping_command_failed';
  constructor(reason: 'start' | 'exit' | 'timeout' | 'answer') {
    super(`the command of the wrapping key failed: ${reason}`);
    this.name = 'CommandKekError';
  }
}

const maxAnswerBytes = 16_384;
const answer = z.strictObject({ data: z.base64().min(4).max(8_192) });

/**
 * A key-encryption key behind a program, so that any KMS or HSM fits. The program gets one line of JSON on its standard input and writes one
 * to its standard output; the environment is handed on, because that is where such programs find their credentials. What it may be bound to
 * is in `context`: a KMS that supports encryption contexts should use it.
 */
export function createCommandKek({ id, command, timeoutMs }: CommandKekOptions): KeyEncryptionKey {
  const run = (op: 'wrap' | 'unwrap', data: Uint8Array, context: WrapContext): Promise<Uint8Array> => {
    const text = `${context.tenant} ${context.subject ?? ''} ${context.kid} ${context.algorithm}`;
    return ask(command, timeoutMs, { op, data: Buffer.from(data).toString('base64'), context: text });
  };
  return Object.freeze({
    id,
    wrap: (key: Uint8Array, context: WrapContext) => run('wrap', key, context),
    async unwrap(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array> {
      const key = await run('unwrap', wrapped, context);
      if (key.length !== 32) throw new SealError('seal_broken');
      return key;
    },
  });
}

function ask(command: readonly string[], timeoutMs: number, question: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const [program = '', ...rest] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'ignore'], shell: false, windowsHide: true });
    const chunks: Buffer[] = [];
    let length = 0;
    const fail = (reason: ConstructorParameters<typeof CommandKekError>[0]): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new CommandKekError(reason));
    };
    const timer = setTimeout(() => fail('timeout'), timeoutMs);
    child.once('error', () => fail('start'));
    // A program that does not read its input ends the pipe; its answer says what became of it.
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxAnswerBytes) fail('answer');
      else chunks.push(chunk);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code !== 0) return fail('exit');
      const parsed = answer.safeParse(parse(Buffer.concat(chunks).toString('utf8')));
      if (!parsed.success) return fail('answer');
      resolve(new Uint8Array(Buffer.from(parsed.data.data, 'base64')));
    });
    child.stdin.end(`${JSON.stringify(question)}\n`);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
