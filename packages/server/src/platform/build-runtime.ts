import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '@menshen/contract';
import { approveInWecomProblems } from '../config/approve-in-wecom.ts';
import { compileRouteParts } from '../config/compile.ts';
import { CompileError } from '../config/compile-error.ts';
import { ConfigError } from '../config/config-error.ts';
import { consentProblems } from '../config/consent.ts';
import { drillSenderProblems } from '../config/drill-senders.ts';
import type { ConfigProblem } from '../config/load.ts';
import { loadPolicyFolder } from '../config/policies.ts';
import { recoveryProblems } from '../config/recovery.ts';
import { releaseKeyProblems } from '../config/release-keys.ts';
import { scanProblems } from '../config/scans.ts';
import { fileProblem } from '../config/syntax-words.ts';
import { wechatKeyProblems } from '../config/wechat-keys.ts';
import { compileRuntime, type Runtime } from '../gateway/runtime.ts';
import { backendTlsProblems, tlsProblems } from '../gateway/tls.ts';
import { atOnce, gently } from '../gently.ts';
import { type AddressPlaces, readAddressPlaces } from '../identity/risk/address-places.ts';
import { digestFiles, digestInSteps, type FileDigests } from '../nodes/print.ts';

/** A list of places, and what tells its file from a changed one. */
export interface LoadedPlaces {
  readonly print: string;
  readonly digest: string;
  readonly places: AddressPlaces;
}

const noPlaces: LoadedPlaces = { print: '', digest: '', places: () => null };

/** The file of places that a configuration names, and what tells it from a changed one; null where it names none. */
function placesFile(config: Config, folder: string): { readonly file: string; readonly print: string } | null {
  if (config.addressPlaces === undefined) return null;
  const file = resolve(folder, config.addressPlaces);
  const { mtimeMs, size, ino } = statSync(file);
  return { file, print: [file, mtimeMs, size, ino].join(' ') };
}

function* readPlaces(print: string, bytes: Buffer): Generator<void, LoadedPlaces> {
  const places = yield* readAddressPlaces(bytes);
  return { print, digest: yield* digestInSteps(bytes), places };
}

function placesProblem(error: unknown): ConfigError {
  const why = error instanceof RangeError ? { zh: error.message, en: error.message } : fileProblem(error);
  const [zh, en] = [`地址库无法读取：${why.zh}。`, `The list of places cannot be read: ${why.en}.`];
  return new ConfigError([{ line: null, column: null, field: 'addressPlaces', zh, en }]);
}

/** Reads the list of places that a configuration names, in one piece: before requests are taken. Throws {@link ConfigError}. */
function loadPlaces(config: Config, folder: string): LoadedPlaces {
  try {
    const at = placesFile(config, folder);
    return at === null ? noPlaces : atOnce(readPlaces(at.print, readFileSync(at.file)));
  } catch (error) {
    throw placesProblem(error);
  }
}

/**
 * Reads the list of places that a configuration names; the one of before while its file has not changed. Half a million lines take three seconds, in which
 * requests go on being answered. Throws {@link ConfigError}.
 */
export async function reloadPlaces(config: Config, folder: string, before: LoadedPlaces): Promise<LoadedPlaces> {
  try {
    const at = placesFile(config, folder);
    if (at === null) return noPlaces;
    return at.print === before.print ? before : await gently(readPlaces(at.print, await readFile(at.file)));
  } catch (error) {
    throw placesProblem(error);
  }
}

/** A configuration ready to serve, and what of its policies loads but can hardly be meant. */
export interface BuiltRuntime extends Runtime {
  readonly policyWarnings: readonly ConfigProblem[];
  readonly loadedPlaces: LoadedPlaces;
  /** Tells changed files that the configuration names from those of before. */
  readonly files: FileDigests;
}

/**
 * Compiles what a configuration says, policies included. `read` is the list of places where it was read before; else it is read now. Throws
 * {@link ConfigError}.
 */
export function buildRuntime(
  config: Config,
  folder: string,
  clock: () => number,
  previous: BuiltRuntime | null,
  read?: LoadedPlaces,
): BuiltRuntime {
  const unusable = [
    ...(config.gateway.tls === undefined ? [] : tlsProblems(config.gateway.tls)),
    ...backendTlsProblems(config.apps),
    ...wechatKeyProblems(config.apps),
    ...approveInWecomProblems(config),
    ...releaseKeyProblems(config.apps),
    ...consentProblems(config),
    ...scanProblems(config),
    ...recoveryProblems(config, folder),
    ...drillSenderProblems(config),
  ];
  if (unusable.length > 0) throw new ConfigError(unusable);
  const loaded = config.policies === undefined ? null : loadPolicyFolder(resolve(folder, config.policies), config.apps);
  if (loaded !== null && !loaded.ok) throw new ConfigError(loaded.problems);
  try {
    const loadedPlaces = read ?? loadPlaces(config, folder);
    const runtime = compileRuntime(config, {
      clock,
      policies: loaded === null ? null : loaded.policies,
      places: loadedPlaces.places,
      previous,
      compileRoute: compileRouteParts(config, folder),
    });
    const files = digestFiles(config, folder, loadedPlaces.digest);
    return { ...runtime, loadedPlaces, files, policyWarnings: loaded === null ? [] : loaded.warnings };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const text = error instanceof Error ? error.message : 'the configuration cannot be compiled';
    const { field, zh, en } =
      error instanceof CompileError ? error : { field: text.split(':')[0] ?? '', zh: `无法编译：${text}`, en: text };
    throw new ConfigError([{ line: null, column: null, field, zh, en }]);
  }
}
