import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { AccountRef } from '../model.ts';
import { knownTransports, type Passkey, type PasskeyStore } from './store.ts';

const challengeBytes = 32;
const timeoutMs = 120_000;

export interface PasskeyPlace {
  /** Host name of the console, without a port: the relying party id. */
  readonly host: string;
  /** Origins under which the console's page may run. */
  readonly origins: readonly string[];
}

export interface PasskeyParts {
  readonly store: PasskeyStore;
  /** Read for each ceremony: the port is known only when the console listens. */
  readonly place: () => PasskeyPlace;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface Ceremony {
  /** For the browser's `parse...OptionsFromJSON`. */
  readonly options: Record<string, unknown>;
  /** Base64url; the answer is right for this one alone. */
  readonly challenge: string;
}

export type AssertionOutcome =
  | { readonly outcome: 'right'; readonly administrator: string }
  | { readonly outcome: 'wrong' }
  /** A right signature whose counter did not grow: the key may have been copied (WebAuthn Level 3 §6.1.1). */
  | { readonly outcome: 'counter'; readonly administrator: string };

export interface PasskeyService {
  creation(account: AccountRef): Promise<Ceremony>;
  /** Registers the passkey; null when the answer is not right, or the credential is known already. */
  register(account: AccountRef, name: string, response: unknown, challenge: string): Promise<Passkey | null>;
  /** For one account's keys, or with null for whichever key of ours the browser offers. */
  request(account: AccountRef | null): Promise<Ceremony>;
  /** Checks an assertion and moves its counter on. With an account, only that account's keys count. */
  assert(account: AccountRef | null, response: unknown, challenge: string): Promise<AssertionOutcome>;
}

/** Loaded when the first passkey is asked for: it brings a reader of certificates that most starts never need. */
const library = () => import('@simplewebauthn/server');

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 65_536;
const credentialId = /^[A-Za-z0-9_-]{16,1400}$/;

/** The parts of a browser's answer that must be there before a library reads the rest. */
function isAnswer(response: unknown): response is { readonly id: string; readonly response: Readonly<Record<string, unknown>> } {
  return (
    typeof response === 'object' &&
    response !== null &&
    'id' in response &&
    isText(response.id) &&
    credentialId.test(response.id) &&
    'response' in response &&
    typeof response.response === 'object' &&
    response.response !== null
  );
}

/** Passkeys: a signature over our challenge by a key that never leaves its device, after the device has verified its user. */
export function createPasskeyService(parts: PasskeyParts): PasskeyService {
  const { store, place, clock, random } = parts;
  const challenge = () => Uint8Array.from(random(challengeBytes));
  return {
    async creation(account) {
      const known = await store.of(account.id);
      const { generateRegistrationOptions } = await library();
      const options = await generateRegistrationOptions({
        rpName: 'Menshen',
        rpID: place().host,
        userID: Uint8Array.from(Buffer.from(account.id, 'utf8')),
        userName: account.username,
        userDisplayName: account.username,
        challenge: challenge(),
        timeout: timeoutMs,
        attestationType: 'none',
        // Ed25519, ES256, RS256.
        supportedAlgorithmIDs: [-8, -7, -257],
        excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      return { options: { ...options }, challenge: options.challenge };
    },
    async register(account, name, response, expected) {
      if (!isAnswer(response)) return null;
      const { host, origins } = place();
      const { verifyRegistrationResponse } = await library();
      const checked = await verifyRegistrationResponse({
        response: response as unknown as RegistrationResponseJSON,
        expectedChallenge: expected,
        expectedOrigin: [...origins],
        expectedRPID: host,
        requireUserVerification: true,
      }).catch(() => null);
      if (checked === null || !checked.verified || checked.registrationInfo === undefined) return null;
      const { credential, credentialBackedUp } = checked.registrationInfo;
      const passkey: Passkey = {
        id: credential.id,
        administrator: account.id,
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: knownTransports(credential.transports ?? []),
        backedUp: credentialBackedUp,
        name,
        created: clock(),
        lastUsed: null,
      };
      return (await store.add(passkey)) ? passkey : null;
    },
    async request(account) {
      const allowed = account === null ? [] : await store.of(account.id);
      const { generateAuthenticationOptions } = await library();
      const options = await generateAuthenticationOptions({
        rpID: place().host,
        challenge: challenge(),
        timeout: timeoutMs,
        userVerification: 'required',
        allowCredentials: allowed.map(({ id, transports }) => ({ id, transports: [...transports] })),
      });
      return { options: { ...options }, challenge: options.challenge };
    },
    async assert(account, response, expected) {
      if (!isAnswer(response)) return { outcome: 'wrong' };
      const passkey = await store.byId(response.id);
      if (passkey === null || (account !== null && passkey.administrator !== account.id)) return { outcome: 'wrong' };
      const { host, origins } = place();
      const { verifyAuthenticationResponse } = await library();
      const checked = await verifyAuthenticationResponse({
        response: response as unknown as AuthenticationResponseJSON,
        expectedChallenge: expected,
        expectedOrigin: [...origins],
        expectedRPID: host,
        // The counter is compared below, where a wrong signature and a counter that went back are told apart.
        credential: {
          id: passkey.id,
          publicKey: Uint8Array.from(passkey.publicKey),
          counter: 0,
          transports: [...passkey.transports],
        },
        requireUserVerification: true,
      }).catch(() => null);
      if (checked === null || !checked.verified) return { outcome: 'wrong' };
      const { newCounter } = checked.authenticationInfo;
      const { administrator } = passkey;
      if ((newCounter > 0 || passkey.counter > 0) && newCounter <= passkey.counter) return { outcome: 'counter', administrator };
      // Two assertions at once with one counter: one of them is a copy's, or a replay's.
      if (!(await store.use(passkey.id, passkey.counter, newCounter, clock()))) return { outcome: 'counter', administrator };
      return { outcome: 'right', administrator };
    },
  };
}
