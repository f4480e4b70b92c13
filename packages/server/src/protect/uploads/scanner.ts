import type { ScannerConfig } from '@menshen/contract';
import type { ByteSource } from './byte-source.ts';
import { createClamdScanner } from './clamd.ts';
import { createIcapScanner } from './icap.ts';

/** What a malware scanner says of a file. The signature's name is the scanner's, bounded. */
export type ScanVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'infected'; readonly signature: string }
  /** It could not be scanned: too large, out of reach, too slow, or an answer that nobody understands. */
  | { readonly kind: 'unscanned'; readonly why: string };

export interface Scanner {
  scan(source: ByteSource): Promise<ScanVerdict>;
  /** Whether it answers. */
  ping(): Promise<boolean>;
}

/** The client of the scanner that the configuration names. */
export function createScanner(config: ScannerConfig): Scanner {
  const client = config.kind === 'clamd' ? createClamdScanner(config) : createIcapScanner(config);
  return {
    ping: client.ping,
    scan: async (source) =>
      source.size > config.maxBytes ? { kind: 'unscanned', why: 'larger than the scanner takes' } : await client.scan(source),
  };
}

/** A signature's name for records: what scanners use in names, nothing else. */
export function signatureName(given: string): string {
  return (
    given
      .replace(/[^\w.:/+\- ]/g, '')
      .trim()
      .slice(0, 120) || 'unnamed'
  );
}
