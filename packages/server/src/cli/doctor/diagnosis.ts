import type { Bilingual } from '@menshen/contract';
import type { SeenNode } from '../../nodes/store.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: Bilingual;
}

/** What a diagnosis looks at outside of the configuration. */
export interface DiagnosisSources {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Bytes that may still be written below an existing folder. Throws when nothing may be. */
  readonly freeBytes: (folder: string) => number;
  /** Whether something listens there. */
  readonly reachable: (host: string, port: number) => Promise<boolean>;
  /** What a server shows of itself at a public name. */
  readonly handshake: (host: string, port: number) => Promise<Handshake>;
  /** The nodes that were lately on a shared store; null when it cannot be asked. */
  readonly nodes: (url: string) => Promise<readonly SeenNode[] | null>;
}

/** What a server showed of itself in a TLS handshake. */
export type Handshake =
  | { readonly kind: 'unreachable' }
  /** Something answered that is not TLS, or broke off. */
  | { readonly kind: 'no_tls' }
  | {
      readonly kind: 'secure';
      /** Such as `TLSv1.3`. */
      readonly protocol: string;
      /** OpenSSL's name of what is wrong with the certificate; null when it is trusted for this name. */
      readonly problem: string | null;
      /** Epoch milliseconds. */
      readonly validTo: number;
    };
