import { type Endpoint, requestApproval } from '@menshen/contract';
import { ApiError } from './api-error.ts';
import { ApprovalFiled } from './approval-filed.ts';
import type { Caller, Input, LooseInput, Output } from './call.ts';
import type { Prompts } from './prompts.ts';

export interface GuardedCallerOptions {
  readonly call: Caller;
  readonly prompts: Pick<Prompts, 'stepUp' | 'approval'>;
  /** An approval was asked for: lists of approvals are out of date. */
  readonly onFiled: () => void;
}

export type GuardedCaller = <E extends Endpoint>(endpoint: E, input: Input<E>, approval?: string) => Promise<Output<E>>;

const is = (error: unknown, code: string): boolean => error instanceof ApiError && error.code === code;

/** Parameters as the contract of approvals wants them: text, with what is absent left out. */
function texts(values: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  const given = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/**
 * Calls that a person makes: where the server wants the second factor again it is asked for and the call repeated; where the act needs
 * another's approval the person is asked why, and the request is filed. Throws ApprovalFiled when the act now waits, and the server's own
 * refusal when the person turned away. Asks at most once for each, so that no answer of the server makes it go in circles.
 */
export function createGuardedCaller({ call, prompts, onFiled }: GuardedCallerOptions): GuardedCaller {
  const stepping = async <E extends Endpoint>(endpoint: E, input: Input<E>, approval?: string): Promise<Output<E>> => {
    try {
      return await call(endpoint, input, undefined, approval);
    } catch (error) {
      if (!is(error, 'step_up_required') || !(await prompts.stepUp())) throw error;
      return call(endpoint, input, undefined, approval);
    }
  };
  return async (endpoint, input, approval) => {
    try {
      return await stepping(endpoint, input, approval);
    } catch (error) {
      if (approval !== undefined || !is(error, 'approval_required')) throw error;
      const { params, query, body } = input as LooseInput;
      const wish = await prompts.approval({ endpoint, input: input as LooseInput });
      if (wish === null) throw error;
      const filed = await stepping(requestApproval, {
        body: {
          endpoint: endpoint.id,
          params: texts(params),
          query: texts(query),
          body: (body ?? {}) as Record<string, unknown>,
          ...wish,
        },
      });
      onFiled();
      if (!wish.breakGlass || filed.state !== 'approved') throw new ApprovalFiled(filed);
      return stepping(endpoint, input, filed.id);
    }
  };
}
