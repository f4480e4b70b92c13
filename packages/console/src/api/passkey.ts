import { ApiError } from './api-error.ts';

type Json = Readonly<Record<string, unknown>>;

function decode(text: string): ArrayBuffer {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0)).buffer;
}

function encode(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const descriptors = (list: readonly PublicKeyCredentialDescriptorJSON[] | undefined): PublicKeyCredentialDescriptor[] =>
  (list ?? []).map(({ id, transports }) => ({
    id: decode(id),
    type: 'public-key',
    ...(transports === undefined ? {} : { transports: transports as AuthenticatorTransport[] }),
  }));

/** The server's parameters of a new passkey (WebAuthn Level 3, 5.1.8), with bytes where JSON has base64url. */
export function creationOptions(json: Json): PublicKeyCredentialCreationOptions {
  const given = json as unknown as PublicKeyCredentialCreationOptionsJSON;
  return {
    ...(given as unknown as PublicKeyCredentialCreationOptions),
    challenge: decode(given.challenge),
    user: { ...given.user, id: decode(given.user.id) },
    excludeCredentials: descriptors(given.excludeCredentials),
  };
}

/** The server's challenge for a known passkey (WebAuthn Level 3, 5.1.9). */
export function requestOptions(json: Json): PublicKeyCredentialRequestOptions {
  const given = json as unknown as PublicKeyCredentialRequestOptionsJSON;
  return {
    ...(given as unknown as PublicKeyCredentialRequestOptions),
    challenge: decode(given.challenge),
    allowCredentials: descriptors(given.allowCredentials),
  };
}

/** A browser's answer as JSON. Not every browser has `toJSON` of its own. */
export function credentialJson(credential: PublicKeyCredential): Record<string, unknown> {
  const { response } = credential;
  const parts: Record<string, unknown> = { clientDataJSON: encode(response.clientDataJSON) };
  if ('attestationObject' in response) {
    const made = response as AuthenticatorAttestationResponse;
    parts.attestationObject = encode(made.attestationObject);
    parts.transports = made.getTransports?.() ?? [];
  } else {
    const shown = response as AuthenticatorAssertionResponse;
    parts.authenticatorData = encode(shown.authenticatorData);
    parts.signature = encode(shown.signature);
    if (shown.userHandle !== null) parts.userHandle = encode(shown.userHandle);
  }
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
    ...(credential.authenticatorAttachment === null ? {} : { authenticatorAttachment: credential.authenticatorAttachment }),
  };
}

async function ask(act: () => Promise<Credential | null>): Promise<Record<string, unknown>> {
  let credential: Credential | null;
  try {
    credential = await act();
  } catch {
    // The browser tells apart neither a closed dialog, a time-out nor a missing key, lest pages learn who has one.
    throw new ApiError('passkey_cancelled', 0);
  }
  if (!(credential instanceof PublicKeyCredential)) throw new ApiError('passkey_cancelled', 0);
  return credentialJson(credential);
}

/** Makes a passkey. Throws ApiError `passkey_cancelled` when the person or the device did not. */
export function createPasskey(options: Json): Promise<Record<string, unknown>> {
  return ask(() => navigator.credentials.create({ publicKey: creationOptions(options) }));
}

/** Shows a passkey. Throws ApiError `passkey_cancelled` when the person or the device did not. */
export function showPasskey(options: Json): Promise<Record<string, unknown>> {
  return ask(() => navigator.credentials.get({ publicKey: requestOptions(options) }));
}

/**
 * Whether passkeys work here: the browser must know them, and the console must be open under the host for which they are made
 * (the relying party id is the host or a parent domain of it).
 */
export function passkeyUse(
  host: string,
  here: { readonly hostname: string; readonly known: boolean },
): 'yes' | 'unsupported' | 'elsewhere' {
  if (!here.known) return 'unsupported';
  return here.hostname === host || here.hostname.endsWith(`.${host}`) ? 'yes' : 'elsewhere';
}

/** What `passkeyUse` asks about this browser. */
export function thisBrowser(): { readonly hostname: string; readonly known: boolean } {
  return { hostname: location.hostname, known: 'PublicKeyCredential' in window && 'credentials' in navigator };
}
