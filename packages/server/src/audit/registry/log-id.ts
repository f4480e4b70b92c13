import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { WriterError } from '../../writer/protocol.ts';

const idForm = /^[0-9a-f]{32}$/;

/**
 * The random name of the log in a folder, given at its first start: it tells a log that moved with its folder from
 * another one that began under the same origin.
 * @throws WriterError `audit_damaged` when the file holds something else
 */
export function logId(folder: string, random: (size: number) => Uint8Array): string {
  const file = join(folder, 'id');
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    text = Buffer.from(random(16)).toString('hex');
    // Of two processes that start together, both link a whole file, and the name that came first stays.
    const fresh = `${file}.${text}`;
    const descriptor = openSync(fresh, 'wx', 0o600);
    writeSync(descriptor, `${text}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    try {
      linkSync(fresh, file);
    } catch (linkError) {
      if ((linkError as NodeJS.ErrnoException).code !== 'EEXIST') throw linkError;
      text = readFileSync(file, 'utf8').trim();
    } finally {
      unlinkSync(fresh);
    }
  }
  if (!idForm.test(text)) throw new WriterError('audit_damaged', 'the name of the log is damaged');
  return text;
}
