import { type Card, createEmptyCard, fsrs, generatorParameters, Rating, State } from 'ts-fsrs';

/** What FSRS keeps of a question for a person; times in epoch ms. */
export interface Memory {
  readonly due: number;
  readonly stability: number;
  readonly difficulty: number;
  readonly state: number;
  readonly reps: number;
  readonly lapses: number;
  readonly steps: number;
  readonly scheduled: number;
  readonly reviewed: number;
}

/** A person should still know nine of ten when a refresher comes; without chance, so that the same answers give the same days. Steps within a day are off: nobody is asked twice in one sitting. */
const scheduler = fsrs(
  generatorParameters({ request_retention: 0.9, enable_fuzz: false, enable_short_term: false, maximum_interval: 365 }),
);

const toCard = (memory: Memory): Card => ({
  due: new Date(memory.due),
  stability: memory.stability,
  difficulty: memory.difficulty,
  elapsed_days: 0,
  scheduled_days: memory.scheduled,
  learning_steps: memory.steps,
  reps: memory.reps,
  lapses: memory.lapses,
  state: stateOf(memory.state),
  last_review: new Date(memory.reviewed),
});

const stateOf = (state: number): State =>
  [State.New, State.Learning, State.Review, State.Relearning].find((known) => known === state) ?? State.Review;

/** The memory after an answer at `now`; `before` is null for a question that this person meets for the first time. */
export function remember(before: Memory | null, right: boolean, now: number): Memory {
  const at = new Date(now);
  const { card } = scheduler.next(before === null ? createEmptyCard(at) : toCard(before), at, right ? Rating.Good : Rating.Again);
  return {
    ...{ due: card.due.getTime(), stability: card.stability, difficulty: card.difficulty, state: card.state },
    ...{ reps: card.reps, lapses: card.lapses, steps: card.learning_steps, scheduled: card.scheduled_days },
    reviewed: now,
  };
}

/** How likely the question would be answered rightly now, 0 to 1. */
export function retrievability(memory: Memory, now: number): number {
  return scheduler.get_retrievability(toCard(memory), new Date(now), false);
}
