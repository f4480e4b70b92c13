import { spawn } from 'node:child_process';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Why a place does not take a file. */
export type PlaceProblem = 'unwritable' | 'no_program' | 'refused' | 'timeout';

export class PlaceError extends Error {
  override readonly name = 'PlaceError';
  readonly problem: PlaceProblem;
  constructor(problem: PlaceProblem, options?: ErrorOptions) {
    super(`place: ${problem}`, options);
    this.problem = problem;
  }
}

/** Where encrypted files go. `name` is a path of plain words below the place, with slashes. */
export interface Place {
  /** Resolves when the place has the file for good. A file of this name is replaced as a whole. @throws PlaceError */
  put(file: string, name: string): Promise<void>;
  /** Names of the folders at the top; null where the place cannot be asked. */
  list(): Promise<readonly string[] | null>;
  /** Removes a folder at the top; a place that cannot be asked keeps it. */
  remove(folder: string): Promise<void>;
}

/** A folder: another disk, or a share that is mounted. */
export function folderPlace(folder: string): Place {
  return {
    async put(file, name) {
      const target = join(folder, ...name.split('/'));
      const part = `${target}.part`;
      try {
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await copyFile(file, part);
        const written = await open(part, 'r+');
        try {
          await written.sync();
        } finally {
          await written.close();
        }
        await rename(part, target);
        const names = await open(dirname(target), 'r');
        try {
          await names.sync();
        } finally {
          await names.close();
        }
      } catch (error) {
        throw new PlaceError('unwritable', { cause: error });
      }
    },
    async list() {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    },
    async remove(name) {
      await rm(join(folder, name), { recursive: true, force: true });
    },
  };
}

const timeoutMs = 120_000;
/** What of our own environment a program needs to run; never our secrets. */
const environment = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot'];

/** A program that is run for every file, with `{file}` and `{name}` filled in, and never through a shell. It must end with 0 once the file is safe. */
export function commandPlace([program = '', ...args]: readonly string[]): Place {
  return {
    async put(file, name) {
      const env = Object.fromEntries(
        environment.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
      );
      const given = args.map((arg) => arg.replaceAll('{file}', file).replaceAll('{name}', name));
      const child = spawn(program, given, { stdio: 'ignore', env, shell: false, timeout: timeoutMs, killSignal: 'SIGKILL' });
      await new Promise<void>((resolve, reject) => {
        child.once('error', (error: NodeJS.ErrnoException) =>
          reject(new PlaceError(error.code === 'ENOENT' || error.code === 'EACCES' ? 'no_program' : 'refused', { cause: error })),
        );
        child.once('exit', (code, signal) => {
          if (code === 0) resolve();
          else reject(new PlaceError(signal === null ? 'refused' : 'timeout'));
        });
      });
    },
    list: async () => null,
    remove: async () => undefined,
  };
}
