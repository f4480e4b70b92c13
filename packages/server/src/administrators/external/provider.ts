import type { Bilingual } from '@menshen/contract';

/** Secrets of one external sign-in, made by us and known to nobody else. */
export interface ExternalSecrets {
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636): 43 characters. */
  readonly verifier: string;
  readonly redirectUri: string;
}

export interface ExternalAnswer {
  readonly code: string;
  /** RFC 9207, where the provider sends it. */
  readonly iss: string | null;
}

export interface ExternalIdentity {
  readonly subject: string;
  /** Whether the provider vouches for a second factor in a way that the configuration trusts. */
  readonly secondFactor: boolean;
}

/** A way to sign in that somebody else answers for. Both methods throw ExternalError. */
export interface ExternalProvider {
  readonly id: string;
  readonly kind: 'oidc' | 'wecom';
  readonly name: Bilingual;
  /** Where to send the browser. */
  start(secrets: ExternalSecrets): Promise<string>;
  finish(answer: ExternalAnswer, secrets: ExternalSecrets): Promise<ExternalIdentity>;
  /** The form of a subject in which two spellings of one are equal. */
  normalize(subject: string): string;
}

/** A provider that cannot be reached, or an answer that is not right; the reason is of our own making. */
export class ExternalError extends Error {
  readonly code = 'external_login_failed';
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ExternalError';
  }
}
