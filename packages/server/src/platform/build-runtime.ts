import { readFileSync, statSync } from 'node:fs';
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
import { type AddressPlaces, readAddressPlaces } from '../identity/risk/address-places.ts';
import { digestFiles, digestOf, type FileDigests } from '../nodes/print.ts';

/** A list of places, and what tells its file from a changed one. */
interface LoadedPlaces {
  readonly print: string;
  readonly digest: string;
  readonly places: AddressPlaces;
}

const noPlaces: LoadedPlaces = { print: '', digest: '', places: () => null };

/**
 * The list of places that the configuration names; the one of before while its file has not changed: half a million lines take three seconds to read, in which
 * no request is answered. Throws {@link ConfigError}.
 */
function loadPlaces(config: Config, folder: string, before: LoadedPlaces): LoadedPlaces {
  if (config.addressPlaces === undefined) return noPlaces;
  const file = resolve(folder, config.addressPlaces);
  try {
    const { mtimeMs, size, ino } = statSync(file);
    const print = [file, mtimeMs, size, ino].join(' ');
    if (print === before.print) return before;
    const text = readFileSync(file, 'utf8');
    return { print, digest: digestOf(text), places: readAddressPlaces(text) };
  } catch (error) {
    const why = error instanceof RangeError ? { zh: error.message, en: error.message } : fileProblem(error);
    const [zh, en] = [`地址库无法读取：${why.zh}。`, `The list of places cannot be read: ${why.en}.`];
    throw new ConfigError([{ line: null, column: null, field: 'addressPlaces', zh, en }]);
  }
}

/** A configuration ready to serve, and what of its policies loads but can hardly be meant. */
export interface BuiltRuntime extends Runtime {
  readonly policyWarnings: readonly ConfigProblem[];
  readonly loadedPlaces: LoadedPlaces;
  /** Tells changed files that the configuration names from those of before. */
  readonly files: FileDigests;
}

/** Compiles what a configuration says, policies included. Throws {@link ConfigError}. */
export function buildRuntime(config: Config, folder: string, clock: () => number, previous: BuiltRuntime | null): BuiltRuntime {
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
    const loadedPlaces = loadPlaces(config, folder, previous?.loadedPlaces ?? noPlaces);
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
