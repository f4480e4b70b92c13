import type { Config } from '@menshen/contract';
import { encodeBase64url, type KeyPair, type ServerSuite } from '@menshen/wire';
import type { Keys } from '../../keys/master.ts';
import { serverSuites } from './suites.ts';

type Settings = Config['gateway']['clientKeys'];

/** A long-lived key of the gateway; clients are built with its public half. */
export interface ClientKey {
  readonly kid: string;
  readonly suite: ServerSuite;
  readonly pair: KeyPair;
}

export interface ClientKeys {
  /** Those of the present generation first. */
  readonly all: readonly ClientKey[];
  find(kid: string): ClientKey | undefined;
}

/**
 * The keys that sealed logins are opened with, derived from the master key by generation and suite: every node has the same ones, and a restored
 * backup too. `generation` is raised to rotate them; the one before stays good until `previous` is switched off, so that clients can be rebuilt
 * meanwhile.
 */
export function createClientKeys(keys: Pick<Keys, 'derive'>, settings: Settings): ClientKeys {
  const generations =
    settings.previous && settings.generation > 1 ? [settings.generation, settings.generation - 1] : [settings.generation];
  const all = generations.flatMap((generation) =>
    settings.suites.map((name): ClientKey => {
      const suite = serverSuites[name];
      let draws = 0;
      const pair = suite.keyPair((size) => {
        // A scalar out of range is drawn anew (GB/T 32918.1 §6.1); both suites ask for 32 bytes.
        draws += 1;
        return keys.derive(`client key ${name} ${generation}${draws === 1 ? '' : ` ${draws}`}`).subarray(0, size);
      });
      return { kid: `g${generation}${name.toLowerCase()}`, suite, pair };
    }),
  );
  const byKid = new Map(all.map((key) => [key.kid, key]));
  return { all, find: (kid) => byKid.get(kid) };
}

/** What `GET hello` says of the keys. */
export function helloKeys({ all }: ClientKeys): {
  readonly suites: string[];
  readonly kid?: string;
  readonly keys?: { kid: string; suite: 'A' | 'S'; publicKey: string }[];
} {
  const suites = [...new Set(all.map(({ suite }) => suite.name))];
  const [first] = all;
  if (first === undefined) return { suites };
  const keys = all.map(({ kid, suite, pair }) => ({ kid, suite: suite.name, publicKey: encodeBase64url(pair.publicKey) }));
  return { suites, kid: first.kid, keys };
}
