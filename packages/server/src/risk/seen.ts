import type { AppConfig, Bilingual, Config, DataKind, GatewayMode, RouteConfig } from '@menshen/contract';
import type { PrivacyEvidence } from '../privacy/evidence.ts';
import type { CopyEvidence, DrillEvidence } from '../recover/evidence.ts';
import type { OpenFinding, ScanFreshness } from '../scans/evidence.ts';

/** Newest request that a route dealt with while it was enforcing. */
export interface RouteUse {
  readonly at: number;
  readonly requestId: string;
}

/** A route with what of it the configuration does not say by itself. */
export interface SeenRoute {
  readonly config: RouteConfig;
  readonly auth: 'none' | 'session' | 'mfa' | 'approval';
  /** Whether attacks and schemas are refused here, and not only noted. */
  readonly enforcing: boolean;
  readonly inspecting: boolean;
  /** Whether the body is held to a schema, declared or learned. */
  readonly schema: boolean;
  readonly campaign: boolean;
  readonly use: RouteUse | null;
  /** Newest request that was asked for a second factor here, by a policy or by risk where the route itself does not say so. */
  readonly challenged: RouteUse | null;
}

export interface SeenApp {
  readonly config: AppConfig;
  readonly upstream: { readonly origin: string; readonly tls: boolean; readonly failing: boolean };
  readonly routes: readonly SeenRoute[];
}

export interface SeenField {
  readonly app: string;
  readonly route: string;
  readonly field: string;
  readonly kind: DataKind;
  readonly level: number;
  readonly shown: number;
  readonly lastShown: number | null;
  readonly last: number;
}

export interface SeenAdministrator {
  readonly id: string;
  readonly powers: number;
  readonly active: boolean;
  readonly created: number;
  readonly lastLogin: number | null;
  readonly factor: boolean;
}

export interface SeenToken {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly writes: boolean;
  readonly anywhere: boolean;
  readonly expires: number;
  readonly lastUsed: number | null;
}

/** A finding with the CVEs that its message names. */
export interface SeenFinding extends OpenFinding {
  readonly cves?: readonly string[];
}

export interface SeenRelease {
  readonly id: string;
  readonly app: string;
  readonly kind: 'miniprogram' | 'backend';
  readonly version: string;
  readonly registered: number;
  readonly scanned: boolean;
  /** Findings in the signed summary of its scan: those of high severity and above. */
  readonly heavy: number;
}

export interface SeenDeployment {
  readonly app: string;
  readonly host: string;
  readonly version: string;
  readonly ok: boolean;
  readonly heard: number;
  readonly total: number;
}

/** Everything that the capabilities say of themselves at one moment; plain data, so that what is made of it can be tried without any of them. */
export interface Seen {
  readonly at: number;
  readonly config: Config;
  readonly mode: GatewayMode;
  readonly apps: readonly SeenApp[];
  readonly fields: readonly SeenField[];
  readonly administrators: readonly SeenAdministrator[];
  readonly tokens: readonly SeenToken[];
  readonly people: { readonly active: number; readonly privileged: number };
  readonly directory: { readonly syncedAt: number | null; readonly failing: boolean; readonly sources: number };
  readonly releases: readonly SeenRelease[];
  readonly deployments: readonly SeenDeployment[];
  readonly dataKeys: readonly { readonly app: string; readonly kid: number; readonly created: number; readonly old: boolean }[];
  /** When values were sealed last, by app. */
  readonly sealedAt: ReadonlyMap<string, number>;
  readonly privacy: PrivacyEvidence;
  readonly processors: readonly { readonly id: string; readonly name: string; readonly contractEnded: boolean }[];
  readonly unnamedHosts: readonly string[];
  readonly nodes: number;
  /** Of the last 30 days, by the id of a sign; see `signals.ts`. */
  readonly counts: readonly {
    readonly id: string;
    readonly app: string | null;
    readonly count: number;
    readonly last: number | null;
  }[];
  readonly channels: readonly { readonly id: string; readonly lastSent: number | null }[];
  readonly log: { readonly checkpointAt: number | null; readonly writable: boolean };
  /** Null where none is configured. */
  readonly witnesses: readonly { readonly name: string; readonly signedAt: number | null }[] | null;
  readonly watching: boolean;
  readonly openAlerts: number;
  readonly exceptions: readonly {
    readonly id: string;
    readonly app: string | null;
    readonly expiresAt: number;
    readonly uses: number;
  }[];
  readonly findings: readonly SeenFinding[];
  readonly scans: readonly ScanFreshness[];
  readonly drills: readonly DrillEvidence[];
  /** Backups of the platform's own state, and what lies in a second place. */
  readonly copies: CopyEvidence;
  /** Completed courses, newest first; null where there is no training. */
  readonly training: { readonly last: number | null } | null;
}

export const appName = ({ id, name }: Pick<AppConfig, 'id' | 'name'>): Bilingual => name ?? { zh: id, en: id };
export const days = (count: number): number => count * 86_400_000;
/** Traffic of one route, newest first. */
export const routePath = (app: string, match: string): string =>
  `/traffic?app=${encodeURIComponent(app)}&route=${encodeURIComponent(match)}&range=7d`;
