import type { LabId } from '@menshen/contract';
import type { LabValues, LogFacts } from './model.ts';

/** What a sandbox is started with, as its one argument. */
export interface SandboxStart {
  readonly lab: LabId;
  /** An empty folder of its own. */
  readonly folder: string;
  readonly version: string;
  /** After so many milliseconds it ends by itself, whoever else forgets it. */
  readonly lifeMs: number;
}

export type SandboxFailure = 'demo_missing' | 'start';

/** A request as it went into the sandbox's gateway, and the answer. */
export interface SandboxAnswer {
  readonly sent: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  readonly status: number;
  readonly requestId: string;
  /** The answer's text, cut off where it is long. */
  readonly body: string;
  readonly harmed: boolean;
}

/** Lines of the configuration that the protection takes out and puts in. */
export type ChangedLine = readonly ['-' | '+' | ' ', string];

/** What can be asked of a running sandbox, with what it answers. */
export interface SandboxCalls {
  readonly send: (request: string, values: LabValues) => Promise<SandboxAnswer>;
  /** Changes the configuration file, and resolves when the gateway has taken it over. */
  readonly protect: () => Promise<readonly ChangedLine[]>;
  readonly log: (requestIds: readonly string[]) => Promise<LogFacts>;
}

export type ToSandbox = {
  [Name in keyof SandboxCalls]: {
    readonly id: number;
    readonly call: Name;
    readonly input: Parameters<SandboxCalls[Name]>;
  };
}[keyof SandboxCalls];

export type FromSandbox =
  | { readonly state: 'ready' }
  | { readonly state: SandboxFailure }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };
