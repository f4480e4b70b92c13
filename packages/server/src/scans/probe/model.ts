import type { FindingSeverity } from '@menshen/contract';
import type { ProbeRuleId } from './rules.ts';

export interface ProbeRequest {
  readonly method: string;
  /** Path with query, beginning with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface ProbeAnswer {
  readonly status: number;
  /** By lower-case name; several of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 256 KiB of it, as text. */
  readonly body: string;
}

/** Sends one request to the target and nowhere else. Rejects with {@link ProbeRefused} for what must not be sent. */
export type ProbeSend = (request: ProbeRequest) => Promise<ProbeAnswer>;

/** Something that the probe must not do: another host, another address, a method that writes, too many requests. */
export class ProbeRefused extends Error {
  override readonly name = 'ProbeRefused';
  readonly reason: 'host' | 'address' | 'method' | 'budget';
  constructor(reason: ProbeRefused['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface ProbeParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  /** A value that the interface's description gives. */
  readonly example: string | null;
  readonly required: boolean;
}

/** One interface of the target. */
export interface ProbeRoute {
  /** Upper case. */
  readonly method: string;
  /** `/api/orders/{id}` */
  readonly path: string;
  readonly parameters: readonly ProbeParameter[];
  /** Whether its description says that it needs no credential; null where it says nothing. */
  readonly isPublic: boolean | null;
  /** Whether it is for administrators, by its description or name. */
  readonly isAdmin: boolean;
  /** Names of the body's fields, where they are described; null where not. */
  readonly bodyFields: readonly string[] | null;
}

/** Headers of a test account. */
export type Credential = Readonly<Record<string, string>>;

export interface ProbeAccounts {
  /** The ordinary account whose data the other one must not see. */
  readonly a: Credential | null;
  readonly b: Credential | null;
  /** For the control of what only administrators may. */
  readonly admin: Credential | null;
}

export interface ProbeFinding {
  readonly rule: ProbeRuleId;
  readonly severity: FindingSeverity;
  readonly confidence: 'high' | 'medium';
  /** `GET /api/orders/{id}`; of the host as a whole, its origin. */
  readonly route: string;
  /** What tells it from others of the same rule and route, such as a parameter's name. */
  readonly detail: string;
  readonly message: { readonly zh: string; readonly en: string };
  /** What was sent and answered, a line each; credentials and bodies are not in it. */
  readonly exchange: readonly string[];
}

export const routeName = ({ method, path }: Pick<ProbeRoute, 'method' | 'path'>): string => `${method} ${path}`;
