import type { Endpoint } from '@menshen/contract';
import type { LooseInput } from './call.ts';

/** A call that may not be made by one person alone. */
export interface GuardedCall {
  readonly endpoint: Endpoint;
  readonly input: LooseInput;
}

/** What a person decided about a call that needs approval: the reason, and whether to force it alone. */
export interface ApprovalWish {
  readonly reason: string;
  readonly breakGlass: boolean;
}

/** A question to the person at the screen that stands between a call and its answer. */
export type Prompt =
  | { readonly kind: 'step-up'; readonly settle: (done: boolean) => void }
  | { readonly kind: 'approval'; readonly call: GuardedCall; readonly settle: (wish: ApprovalWish | null) => void };

export interface Prompts {
  current(): Prompt | null;
  listen(listener: () => void): () => void;
  /** Resolves to whether the second factor was shown. */
  stepUp(): Promise<boolean>;
  /** Resolves to null when the person decided against it. */
  approval(call: GuardedCall): Promise<ApprovalWish | null>;
}

/** One question at a time: calls that need the same step-up share it, all others wait in line. */
export function createPrompts(): Prompts {
  const line: Prompt[] = [];
  const listeners = new Set<() => void>();
  let stepUp: Promise<boolean> | null = null;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const leave = (prompt: Prompt): void => {
    line.splice(line.indexOf(prompt), 1);
    tell();
  };
  const join = (prompt: Prompt): void => {
    line.push(prompt);
    tell();
  };
  return {
    current: () => line[0] ?? null,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stepUp() {
      stepUp ??= new Promise((resolve) => {
        const prompt: Prompt = {
          kind: 'step-up',
          settle(done) {
            stepUp = null;
            leave(prompt);
            resolve(done);
          },
        };
        join(prompt);
      });
      return stepUp;
    },
    approval(call) {
      return new Promise((resolve) => {
        const prompt: Prompt = {
          kind: 'approval',
          call,
          settle(wish) {
            leave(prompt);
            resolve(wish);
          },
        };
        join(prompt);
      });
    },
  };
}
