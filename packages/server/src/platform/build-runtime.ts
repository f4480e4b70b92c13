import { readFileSync } from 'node:fs';
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
import { wechatKeyProblems } from '../config/wechat-keys.ts';
import { compileRuntime, type Runtime } from '../gateway/runtime.ts';
import { backendTlsProblems, tlsProblems } from '../gateway/tls.ts';
import { type AddressPlaces, readAddressPlaces } from '../identity/risk/address-places.ts';

/** The list of places that the configuration names. Throws {@link ConfigError}. */
function loadPlaces(config: Config, folder: string): AddressPlaces {
  if (config.addressPlaces === undefined) return () => null;
  try {
    return readAddressPlaces(readFileSync(resolve(folder, config.addressPlaces), 'utf8'));
  } catch (error) {
    const text = error instanceof RangeError ? error.message : 'the file cannot be read';
    throw new ConfigError([{ line: null, column: null, field: 'addressPlaces', zh: `地址库无法读取：${text}`, en: text }]);
  }
}

/** A configuration ready to serve, and what of its policies loads but can hardly be meant. */
export interface BuiltRuntime extends Runtime {
  readonly policyWarnings: readonly ConfigProblem[];
}

/** Compiles what a configuration says, policies included. Throws {@link ConfigError}. */
export function buildRuntime(config: Config, folder: string, clock: () => number, previous: Runtime | null): BuiltRuntime {
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
    const runtime = compileRuntime(config, {
      clock,
      policies: loaded === null ? null : loaded.policies,
      places: loadPlaces(config, folder),
      previous,
      compileRoute: compileRouteParts(config, folder),
    });
    return { ...runtime, policyWarnings: loaded === null ? [] : loaded.warnings };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const text = error instanceof Error ? error.message : 'the configuration cannot be compiled';
    const { field, zh, en } =
      error instanceof CompileError ? error : { field: text.split(':')[0] ?? '', zh: `无法编译：${text}`, en: text };
    throw new ConfigError([{ line: null, column: null, field, zh, en }]);
  }
}
