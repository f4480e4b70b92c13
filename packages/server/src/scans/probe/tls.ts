/** What a connection to the target shows. */
export type TlsFacts =
  | { readonly kind: 'clear' }
  | {
      readonly kind: 'tls';
      /** Why the certificate is not to be believed (`CERT_HAS_EXPIRED`); null when it is. */
      readonly problem: string | null;
      readonly daysLeft: number;
      /** A version before 1.2 that it accepts; null when it accepts none. */
      readonly old: string | null;
    };
