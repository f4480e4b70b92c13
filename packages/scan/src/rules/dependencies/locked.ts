/** One package of a lockfile at its exact version. Offsets are those of the lockfile. */
export interface LockedPackage {
  readonly ecosystem: 'npm' | 'Maven' | 'Packagist';
  readonly name: string;
  readonly version: string;
  /** Only for development and tests. */
  readonly dev?: boolean;
  readonly start: number;
  readonly end: number;
}

/** Most packages read from one lockfile. */
export const mostPackages = 20_000;
