import { isDeepStrictEqual } from 'node:util';
import type { Config } from '@menshen/contract';
import type { ConfigProblem } from './load.ts';

/** Settings that a running process holds on to: sockets, store, keys and the log were opened with them. */
const fixed: readonly (readonly [field: string, of: (config: Config) => unknown])[] = [
  ['data', (config) => config.data],
  ['gateway.listen', (config) => config.gateway.listen],
  // A certificate may change, but whether the port speaks TLS may not.
  ['gateway.tls', (config) => config.gateway.tls !== undefined],
  ['gateway.limits.headerBytes', (config) => config.gateway.limits.headerBytes],
  ['gateway.rates.buckets', (config) => config.gateway.rates.buckets],
  ['console', (config) => config.console],
  ['store', (config) => config.store],
  ['coordination', (config) => config.coordination],
  ['keys', (config) => config.keys],
  ['audit', (config) => config.audit],
  ['detections', (config) => config.detections],
  ['recovery.ship', (config) => [config.recovery.ship, config.recovery.recipients]],
  ['training.listen', (config) => config.training.listen],
  // Whether cookies are for HTTPS alone.
  ['training.publicUrl', ({ training }) => training.publicUrl?.startsWith('https:')],
  ['training.trustedProxies', (config) => config.training.trustedProxies],
  ['training.bounces.listen', ({ training }) => [training.bounces.listen, training.bounces.from]],
  ['directory.syncIntervalSeconds', (config) => config.directory.syncIntervalSeconds],
];

/**
 * Changes that only a restart can bring about. Such a change is refused as a whole: to take half of it would leave a process that is neither what the file
 * says nor what it was.
 */
export function restartProblems(before: Config, after: Config): ConfigProblem[] {
  return fixed
    .filter(([, of]) => !isDeepStrictEqual(of(before), of(after)))
    .map(([field]) => ({
      line: null,
      column: null,
      field,
      zh: '此项更改需要重启才能生效；请重启服务，或撤销此更改。',
      en: 'A change here takes effect after a restart only; restart, or undo the change.',
    }));
}
