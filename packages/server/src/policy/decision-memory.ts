import type { AuthorizationRequest, Entity, RecordedQuestion } from '@menshen/policy';

const keptMs = 86_400_000;
const maxQuestions = 20_000;

interface Kept {
  readonly question: RecordedQuestion;
  at: number;
  times: number;
}

export interface DecisionMemory {
  /** Remembers a question with the entities as they are; `reference` is the request's id. Only the newest of equal questions is kept. */
  note(request: AuthorizationRequest, principal: Entity, resource: Entity, reference: string): void;
  /** The questions of the last day, and how often each was asked. */
  recent(): readonly { readonly question: RecordedQuestion; readonly times: number }[];
}

/**
 * The questions that the gateway has put to the policies within a day, in memory and bounded: equal ones (who, what, on what) once. They are what a
 * change of policies is tried on before it is published. What the entities refer to is read from the directory of the moment, by the caller.
 */
export function createDecisionMemory(clock: () => number): DecisionMemory {
  const kept = new Map<string, Kept>();
  return {
    note(request, principal, resource, reference) {
      const key = `${request.principal.type}\n${request.principal.id}\n${request.action.id}\n${request.resource.type}\n${request.resource.id}`;
      const known = kept.get(key);
      if (known !== undefined) kept.delete(key);
      const entities = {
        get: (type: string, id: string): Entity | undefined =>
          type === principal.type && id === principal.id
            ? principal
            : type === resource.type && id === resource.id
              ? resource
              : undefined,
      };
      kept.set(key, { question: { request, entities, reference }, at: clock(), times: (known?.times ?? 0) + 1 });
      if (kept.size <= maxQuestions) return;
      const oldest = kept.keys().next();
      if (!oldest.done) kept.delete(oldest.value);
    },
    recent() {
      const since = clock() - keptMs;
      for (const [key, { at }] of kept) {
        if (at >= since) break;
        kept.delete(key);
      }
      return [...kept.values()].map(({ question, times }) => ({ question, times }));
    },
  };
}
