import { type ApprovalView, type Endpoint, inviteAdministrator, requestApproval, revokeAllSessions } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { ApprovalFiled } from './approval-filed.ts';
import type { Caller } from './call.ts';
import { createGuardedCaller } from './guarded-caller.ts';
import type { ApprovalWish } from './prompts.ts';

interface Made {
  readonly id: string;
  readonly input: unknown;
  readonly approval: string | undefined;
}

/** A server that answers each call with the next of these: a code to refuse with, or an answer. */
function stage(answers: readonly (string | object)[], decisions: { stepUp?: boolean; wish?: ApprovalWish | null } = {}) {
  const made: Made[] = [];
  const asked: string[] = [];
  let filed = 0;
  const call = (async (endpoint: Endpoint, input: unknown, _signal?: AbortSignal, approval?: string) => {
    const answer = answers[made.length];
    made.push({ id: endpoint.id, input, approval });
    if (typeof answer === 'string') throw new ApiError(answer, 403);
    return answer;
  }) as Caller;
  const act = createGuardedCaller({
    call,
    prompts: {
      stepUp: async () => {
        asked.push('step-up');
        return decisions.stepUp ?? true;
      },
      approval: async () => {
        asked.push('approval');
        return decisions.wish ?? null;
      },
    },
    onFiled: () => {
      filed += 1;
    },
  });
  return { act, made, asked, filed: () => filed };
}

const invite = { body: { username: 'li.wei', power: 'audit' as const, reason: 'auditor is new' } };
const pending = { id: 'p_1', state: 'pending' } as ApprovalView;
const approved = { id: 'p_2', state: 'approved' } as ApprovalView;

describe('a guarded call', () => {
  it('repeats after the second factor was shown, once', async () => {
    const { act, made, asked } = stage(['step_up_required', { done: true }]);
    expect(await act(inviteAdministrator, invite)).toEqual({ done: true });
    expect(made.map(({ id }) => id)).toEqual(['inviteAdministrator', 'inviteAdministrator']);
    expect(asked).toEqual(['step-up']);
  });

  it('does not ask in circles', async () => {
    const { act, made } = stage(['step_up_required', 'step_up_required']);
    await expect(act(inviteAdministrator, invite)).rejects.toMatchObject({ code: 'step_up_required' });
    expect(made).toHaveLength(2);
  });

  it('stays refused when the person turns away', async () => {
    const { act, made } = stage(['step_up_required'], { stepUp: false });
    await expect(act(inviteAdministrator, invite)).rejects.toMatchObject({ code: 'step_up_required' });
    expect(made).toHaveLength(1);
  });

  it('files the request with the exact call, and says that the act waits', async () => {
    const { act, made, filed } = stage(['approval_required', pending], { wish: { reason: 'new auditor', breakGlass: false } });
    await expect(act(inviteAdministrator, invite)).rejects.toBeInstanceOf(ApprovalFiled);
    expect(made[1]).toEqual({
      id: requestApproval.id,
      input: {
        body: {
          endpoint: 'inviteAdministrator',
          params: {},
          query: {},
          body: invite.body,
          reason: 'new auditor',
          breakGlass: false,
        },
      },
      approval: undefined,
    });
    expect(filed()).toBe(1);
  });

  it('carries out what was forced, with the approval that was given', async () => {
    const { act, made } = stage(['approval_required', 'step_up_required', approved, { people: 3, ended: 5 }], {
      wish: { reason: 'stolen laptop', breakGlass: true },
    });
    expect(await act(revokeAllSessions, { body: { reason: 'stolen laptop' } })).toEqual({ people: 3, ended: 5 });
    expect(made.map(({ id, approval }) => [id, approval])).toEqual([
      ['revokeAllSessions', undefined],
      ['requestApproval', undefined],
      ['requestApproval', undefined],
      ['revokeAllSessions', 'p_2'],
    ]);
  });

  it('files nothing when an approval that was given is refused', async () => {
    const { act, made } = stage(['approval_required'], { wish: { reason: 'again', breakGlass: false } });
    await expect(act(inviteAdministrator, invite, 'p_3')).rejects.toMatchObject({ code: 'approval_required' });
    expect(made).toHaveLength(1);
  });
});
