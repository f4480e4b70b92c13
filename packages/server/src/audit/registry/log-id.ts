import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { WriterError } from '../../writer/protocol.ts';

const idForm = /^[0-9a-f]{32}$/;

/**
 * The random name of the log in a folder, given at its first start: it tells a log that moved with its folder from
 * another one that began under the same origin. Call while the folder's lock is held.
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
    const descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, `${text}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
  if (!idForm.test(text)) throw new WriterError('audit_damaged', 'the name of the log is damaged');
  return text;
}
