import type { ScannerConfig } from '@menshen/contract';
import { createClamdScanner } from './clamd.ts';
import { createIcapScanner } from './icap.ts';
import type { Scanner } from './scanner.ts';

/** The client of the scanner that the configuration names. */
export function createScanner(config: ScannerConfig): Scanner {
  const client = config.kind === 'clamd' ? createClamdScanner(config) : createIcapScanner(config);
  return {
    ping: client.ping,
    scan: async (source) =>
      source.size > config.maxBytes ? { kind: 'unscanned', why: 'larger than the scanner takes' } : await client.scan(source),
  };
}
