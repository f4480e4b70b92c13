import { dirname, resolve } from 'node:path';
import type { Config } from '@menshen/contract';
import { ConfigError } from './config-error.ts';
import { type ConfigProblem, loadConfig, locateProblems } from './load.ts';
import { watchFiles } from './watch.ts';

export interface FollowOptions {
  readonly file: string;
  readonly config: Config;
  /** Files that the configuration refers to by `file:`. */
  readonly files: readonly string[];
  /** Puts a configuration to work, or throws {@link ConfigError} and changes nothing. */
  readonly reload: (config: Config, folder: string) => Promise<void>;
  /** Hears of each attempt: null when it was taken, or what is wrong. What is reported must not fail. */
  readonly report: (problems: readonly ConfigProblem[] | null) => Promise<void>;
}

/**
 * Follows a configuration file with all that it refers to: secrets, certificates, policies and OpenAPI documents. A change is put to work, one after the
 * other; a broken one changes nothing and is reported. Returns the function that stops it.
 */
export function followConfig(options: FollowOptions): () => void {
  const { file } = options;
  let turn: Promise<void> = Promise.resolve();
  const watcher = watchFiles(() => {
    turn = turn.then(again, again);
  });
  const watch = (config: Config, files: readonly string[]): void => {
    const at = (path: string): string => resolve(dirname(file), path);
    watcher.watch(
      [
        ...[file, ...files],
        ...[...config.apps.map(({ openapi }) => openapi), config.addressPlaces].flatMap((path) =>
          path === undefined ? [] : [at(path)],
        ),
      ],
      config.policies === undefined ? [] : [at(config.policies)],
    );
  };
  let running = options.config;
  let files = options.files;
  watch(running, files);

  const again = async (): Promise<void> => {
    const result = loadConfig(file);
    try {
      if (!result.ok) throw new ConfigError(result.problems);
      if (result.empty) throw new ConfigError([emptiedProblem]);
      await options.reload(result.config, result.folder);
      running = result.config;
      files = result.files;
      watch(running, files);
      await options.report(null);
    } catch (error) {
      // What runs goes on. What the broken file refers to is followed as well: it may be mended there.
      watch(result.ok ? result.config : running, [...files, ...result.files]);
      await options.report(error instanceof ConfigError ? locateProblems(error.problems, file) : [unknownProblem]);
    }
  };
  return () => watcher.stop();
}

/** Who saves a file in place empties it first: for that moment it would be a configuration without apps. */
const emptiedProblem: ConfigProblem = {
  line: null,
  column: null,
  field: '',
  zh: '配置文件是空的（可能正在写入）。',
  en: 'The configuration file is empty; perhaps it is being written.',
};

const unknownProblem: ConfigProblem = {
  line: null,
  column: null,
  field: '',
  zh: '无法载入配置。',
  en: 'The configuration could not be loaded.',
};
