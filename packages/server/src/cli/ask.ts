import { createInterface, type Interface } from 'node:readline';
import { UsageError } from './command.ts';

export interface Asker {
  /** Puts a question and resolves to the next line. Rejects with a {@link UsageError} when the person ends the input. */
  ask(question: string): Promise<string>;
  /** Gives the terminal back. */
  close(): void;
}

/** Asks a person. Lines that are typed or pasted ahead answer the questions that follow. */
export function createAsker(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  terminal: boolean | undefined = undefined,
): Asker {
  let prompt: Interface | null = null;
  let ended = false;
  const lines: string[] = [];
  let waiting: ((line: string | null) => void) | null = null;

  /** Gives a line to the question that waits for one, if any does. */
  const answer = (line: string | null): boolean => {
    const give = waiting;
    waiting = null;
    give?.(line);
    return give !== null;
  };

  const open = (): Interface => {
    const made = createInterface({ input, output, ...(terminal === undefined ? {} : { terminal }) });
    made.on('line', (line) => {
      if (!answer(line)) lines.push(line);
    });
    made.once('SIGINT', () => made.close());
    made.once('close', () => {
      ended = true;
      answer(null);
    });
    return made;
  };

  return {
    async ask(question) {
      prompt ??= open();
      if (!ended) {
        prompt.setPrompt(question);
        prompt.prompt();
      }
      const line = lines.shift() ?? (ended ? null : await new Promise<string | null>((resolve) => (waiting = resolve)));
      if (line === null) throw new UsageError({ zh: '已取消。', en: 'Cancelled.' });
      return line;
    },
    close: () => prompt?.close(),
  };
}
