/** Where an address is, in degrees. */
export interface Place {
  readonly city: string;
  readonly country: string;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** What an activity does, as far as its action, method and path say so. */
export interface ActivityKind {
  readonly login: boolean;
  readonly logout: boolean;
  readonly read: boolean;
  readonly export: boolean;
  readonly admin: boolean;
  readonly claim: boolean;
  readonly write: boolean;
}

/**
 * How an activity ended. `transient` is a time-out or a failing server, which says nothing about who asked; `ok` also where nothing is said.
 */
export type Outcome = 'ok' | 'failed' | 'denied' | 'missing' | 'transient';

/** One act of a person or a program, as CONTRACT.md describes it ("Activity event"), read and classified. */
export interface Activity {
  readonly id: string;
  /** Epoch ms. */
  readonly ts: number;
  readonly user: string | null;
  readonly dept: string | null;
  readonly role: string | null;
  readonly session: string | null;
  readonly device: string | null;
  /** `device` is what a phone says of itself, as many phones of a model do, and no number of one phone. */
  readonly deviceIsKind: boolean;
  readonly model: string | null;
  readonly ip: string | null;
  readonly place: Place | null;
  readonly client: string | null;
  readonly action: string;
  readonly method: string | null;
  readonly path: string | null;
  readonly endpoint: string | null;
  readonly object: string | null;
  readonly ownerDept: string | null;
  readonly status: number | null;
  readonly reason: string | null;
  readonly bytesOut: number | null;
  readonly rows: number | null;
  readonly amountCents: number | null;
  readonly campaign: string | null;
  readonly nonce: string | null;
  /** Epoch ms by the client's own clock. */
  readonly clientTs: number | null;
  readonly sigOk: boolean | null;
  readonly kind: ActivityKind;
  readonly outcome: Outcome;
}

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** Rules of the baselines: what a Sigma rule cannot say. */
export type BaselineRule =
  | 'account_takeover'
  | 'amount_tampering'
  | 'brute_force'
  | 'brute_force_slow'
  | 'coupon_farming'
  | 'credential_stuffing'
  | 'dormant_account'
  | 'export_without_permission'
  | 'id_enumeration'
  | 'impossible_travel'
  | 'mass_export'
  | 'mass_read'
  | 'new_device_new_city'
  | 'off_hours'
  | 'ownership_probing'
  | 'password_spray'
  | 'privilege_escalation'
  | 'rate_spike'
  | 'replay'
  | 'scanner'
  | 'service_account_anomaly'
  | 'session_hijack'
  | 'shared_account'
  | 'signature_forgery'
  | 'slow_exfiltration';

export type Fact = string | number | boolean;

/** What a detector says. `score` is 1 where the rule's own threshold lies. */
export interface Finding {
  readonly rule: BaselineRule;
  /** What repeats are folded by: with the rule, the name of the incident. */
  readonly entity: string;
  readonly score: number;
  readonly user: string | null;
  readonly ip: string | null;
  readonly device: string | null;
  readonly session: string | null;
  /** Ids of the events that it rests on. */
  readonly events: readonly string[];
  readonly facts: Readonly<Record<string, Fact>>;
}

/** A finding that reached its threshold, with everything that was folded into it since. */
export interface Alert {
  readonly rule: string;
  /** Time of the event at which it was found, epoch ms. */
  readonly ts: number;
  /** Time of the newest event folded into it, epoch ms. */
  last: number;
  severity: Severity;
  readonly entity: string;
  readonly user: string | null;
  readonly ip: string | null;
  readonly device: string | null;
  readonly session: string | null;
  readonly events: string[];
  facts: Readonly<Record<string, Fact>>;
  score: number;
  /** How often the finding was made again. */
  repeats: number;
}

export interface DirectoryUser {
  readonly uid: string;
  readonly dept: string | null;
  readonly role: string | null;
  readonly city: string | null;
  readonly shift: string | null;
  readonly canExport: boolean | null;
  readonly isAdmin: boolean | null;
  /** Where it is not the company's. */
  readonly timeZone?: string;
}

export interface CampaignBounds {
  readonly id: string;
  readonly minCents: number | null;
  readonly maxCents: number | null;
  readonly fixedCents: number | null;
  /** Claims that it gives a person in a day; null where that is not declared. */
  readonly personDay: number | null;
}

/** What is known of the company beside its activity. */
export interface Directory {
  readonly users: ReadonlyMap<string, DirectoryUser>;
  readonly serviceAccounts: ReadonlySet<string>;
  readonly officeAddresses: ReadonlySet<string>;
  readonly campaigns: ReadonlyMap<string, CampaignBounds>;
  /** By the route by which they are claimed: requests through the gateway do not name their campaign. */
  readonly claimRoutes: ReadonlyMap<string, readonly string[]>;
  /** IANA name or offset of the company's wall clock. */
  readonly timeZone: string;
}

export const emptyDirectory: Directory = {
  users: new Map(),
  serviceAccounts: new Set(),
  officeAddresses: new Set(),
  campaigns: new Map(),
  claimRoutes: new Map(),
  timeZone: 'Asia/Shanghai',
};
