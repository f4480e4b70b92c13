/** An access token with its times, in milliseconds since the epoch. It is a secret: a store outside this process should seal it. */
export interface AccessToken {
  readonly value: string;
  /** From here on a new one is sought, while this one still works. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

/**
 * Shares access tokens between the nodes that use one appid or WeCom app. A node asks it before it asks the platform, and so
 * adopts what a peer has fetched. A store that fails is treated as empty: then the node asks the platform itself.
 */
export interface TokenStore {
  get(key: string): Promise<AccessToken | undefined>;
  set(key: string, token: AccessToken): Promise<void>;
}

/** Shares tokens between clients of one process. */
export function createMemoryTokenStore(): TokenStore {
  const tokens = new Map<string, AccessToken>();
  return {
    get: async (key) => tokens.get(key),
    set: async (key, token) => {
      tokens.set(key, token);
    },
  };
}
