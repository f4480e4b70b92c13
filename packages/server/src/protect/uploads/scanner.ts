import type { ByteSource } from './byte-source.ts';

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

/** A signature's name for records: what scanners use in names, nothing else. */
export function signatureName(given: string): string {
  return (
    given
      .replace(/[^\w.:/+\- ]/g, '')
      .trim()
      .slice(0, 120) || 'unnamed'
  );
}
