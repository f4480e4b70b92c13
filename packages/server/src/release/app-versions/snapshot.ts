import type { NumberedVersion } from './store.ts';

/** How a version of an app stands: `unknown` where no manifest names it. */
export type VersionState = 'registered' | 'revoked' | 'unknown';

export interface KnownRelease {
  readonly app: string;
  readonly version: string;
  readonly state: 'registered' | 'revoked';
}

interface OfApp {
  readonly states: ReadonlyMap<string, 'registered' | 'revoked'>;
  readonly numbers: ReadonlyMap<string, string>;
}

/** Versions of all apps as the data plane asks for them. */
export class VersionSnapshot {
  readonly #apps = new Map<string, OfApp>();

  /** `releases`: those of mini programs. A client says its version and not its build: of two builds under one version a revoked one decides. */
  constructor(releases: readonly KnownRelease[], numbers: readonly NumberedVersion[]) {
    const apps = new Map<string, { states: Map<string, 'registered' | 'revoked'>; numbers: Map<string, string> }>();
    const of = (app: string) => {
      const known = apps.get(app) ?? { states: new Map(), numbers: new Map() };
      apps.set(app, known);
      return known;
    };
    for (const { app, version, state } of releases) {
      const { states } = of(app);
      if (states.get(version) !== 'revoked') states.set(version, state);
    }
    for (const { app, number, version } of numbers) of(app).numbers.set(String(number), version);
    for (const [app, known] of apps) this.#apps.set(app, known);
  }

  state(app: string, version: string): VersionState {
    return this.#apps.get(app)?.states.get(version) ?? 'unknown';
  }

  /** The release that a number of WeChat stands for, as somebody has said; null where nobody has. */
  versionOf(app: string, number: string): string | null {
    return this.#apps.get(app)?.numbers.get(number) ?? null;
  }

  /** As {@link state}, of a number. A manifest whose version is the number itself needs nobody to say so. */
  stateOfNumber(app: string, number: string): VersionState {
    return this.state(app, this.versionOf(app, number) ?? number);
  }
}
