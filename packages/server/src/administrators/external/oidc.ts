import { hash } from 'node:crypto';
import type { Bilingual } from '@menshen/contract';
import { createLocalJWKSet, jwtVerify } from 'jose';
import * as z from 'zod';
import { readBounded } from '../../api/bounded-answer.ts';
import { ExternalError, type ExternalProvider } from './provider.ts';

const timeoutMs = 5_000;
const maxAnswerBytes = 262_144;
const discoveryMs = 3_600_000;
/** Signed by a key of the provider: neither `none` nor a secret that we share with it. */
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
const clockToleranceSeconds = 60;
const maxTokenAgeSeconds = 600;

export interface OidcProviderOptions {
  readonly id: string;
  readonly name: Bilingual;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly trustedAmr: readonly string[];
  readonly trustedAcr: readonly string[];
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: () => number;
}

const discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});
const tokenAnswer = z.object({ id_token: z.string().min(20).max(32_768) });
const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(100) });
const claims = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  azp: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]),
  amr: z.array(z.string()).max(50).default([]),
  acr: z.string().optional(),
});

/** TLS, or this machine. */
function safeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const loopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)))
    throw new ExternalError('an address of the provider is not HTTPS');
  return url.href;
}

async function readJson(response: Response): Promise<unknown> {
  if (!response.ok || response.body === null) throw new ExternalError(`the provider answered ${response.status}`);
  return JSON.parse((await readBounded(response, maxAnswerBytes)).toString('utf8'));
}

/**
 * OpenID Connect Core 1.0, authorization code flow, with PKCE (RFC 7636), nonce, and the issuer in the answer (RFC 9207) where the provider has
 * it: an answer of one provider is no answer to another (mix-up, RFC 9700 §4.4).
 */
export function createOidcProvider(options: OidcProviderOptions): ExternalProvider {
  const { issuer, clientId, clock } = options;
  let known: { readonly at: number; readonly value: z.output<typeof discovery> } | null = null;

  const ask = async (url: string, init: RequestInit = {}): Promise<unknown> => {
    try {
      return await readJson(
        await options.fetch(safeUrl(url), { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) }),
      );
    } catch (error) {
      if (error instanceof ExternalError) throw error;
      throw new ExternalError('the provider cannot be reached', { cause: error });
    }
  };
  const parse = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new ExternalError('the answer of the provider is not as the standard says');
    return parsed.data;
  };
  const discover = async (): Promise<z.output<typeof discovery>> => {
    if (known !== null && clock() - known.at < discoveryMs) return known.value;
    const value = parse(discovery, await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
    // OpenID Connect Discovery 1.0 §4.3: exactly equal.
    if (value.issuer !== issuer) throw new ExternalError('the provider names another issuer');
    known = { at: clock(), value };
    return value;
  };

  return {
    id: options.id,
    kind: 'oidc',
    name: options.name,
    async start({ state, nonce, verifier, redirectUri }) {
      const url = new URL(safeUrl((await discover()).authorization_endpoint));
      url.searchParams.set('response_type', 'code');
      url.searchParams.set('client_id', clientId);
      url.searchParams.set('redirect_uri', redirectUri);
      url.searchParams.set('scope', 'openid');
      url.searchParams.set('state', state);
      url.searchParams.set('nonce', nonce);
      url.searchParams.set('code_challenge', hash('sha256', verifier, 'base64url'));
      url.searchParams.set('code_challenge_method', 'S256');
      return url.href;
    },
    async finish({ code, iss }, { nonce, verifier, redirectUri }) {
      const at = await discover();
      if (iss === null ? at.authorization_response_iss_parameter_supported : iss !== issuer)
        throw new ExternalError('the answer is of another issuer');
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      });
      const headers: Record<string, string> = {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      };
      if (options.clientSecret === null) form.set('client_id', clientId);
      else {
        // RFC 6749 §2.3.1: both are form-encoded before they are joined.
        const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(options.clientSecret)}`;
        headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
      }
      const answer = parse(tokenAnswer, await ask(at.token_endpoint, { method: 'POST', headers, body: form.toString() }));
      const keys = parse(keySet, await ask(at.jwks_uri));
      const { payload } = await jwtVerify(answer.id_token, createLocalJWKSet({ keys: keys.keys as never }), {
        issuer,
        audience: clientId,
        algorithms,
        currentDate: new Date(clock()),
        clockTolerance: clockToleranceSeconds,
        maxTokenAge: maxTokenAgeSeconds,
        requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
      }).catch((error: unknown) => {
        throw new ExternalError('the ID token is not valid', { cause: error });
      });
      const token = parse(claims, payload);
      if (token.nonce !== nonce) throw new ExternalError('the ID token answers another sign-in');
      // Core 1.0 §3.1.3.7: a token for several must say that it was issued to us.
      if (Array.isArray(token.aud) && token.aud.length > 1 && token.azp !== clientId)
        throw new ExternalError('the ID token was issued to another');
      if (token.azp !== undefined && token.azp !== clientId) throw new ExternalError('the ID token was issued to another');
      const secondFactor =
        token.amr.some((method) => options.trustedAmr.includes(method)) ||
        (token.acr !== undefined && options.trustedAcr.includes(token.acr));
      return { subject: token.sub, secondFactor };
    },
    normalize: (subject) => subject,
  };
}
