import { createHmac } from 'node:crypto';
import {
  type AnsweredQuestion,
  type AskedQuestion,
  type ContestPlan,
  type ContestSign,
  type ContestState,
  MenshenError,
} from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import { isLearner } from '../assignments/model.ts';
import { type Course, type CourseLanguage, questionText } from '../courses/model.ts';
import type { CourseService } from '../courses/service.ts';
import { answered, asked, drawQuestions, isRight } from '../quizzes/draw.ts';
import {
  type Contest,
  type ContestQuestion,
  freezesAt,
  graceMs,
  isOpen,
  type Player,
  readableMs,
  type Shown,
  stateOf,
} from './model.ts';
import { type Award, awardsOf, type Standings, standings } from './scoring.ts';
import { signsOf } from './signs.ts';
import type { ContestStore } from './store.ts';

/** How long a board is good for: 500 phones that look at it make one sum a second. */
const boardMs = 1_000;
const tellMs = 1_000;
const boardsKept = 50;

export interface ContestParts {
  readonly store: ContestStore;
  readonly courses: Pick<CourseService, 'all'>;
  readonly directory: () => DirectorySnapshot;
  /** For addresses, which are kept as a keyed hash. */
  readonly secret: Uint8Array;
  readonly audit: Pick<Audit, 'act'>;
  /** Tells consoles that a board has moved. */
  readonly changed: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface ContestBoardState {
  /** The moment whose state it is. */
  readonly at: number;
  readonly frozen: boolean;
  readonly standings: Standings;
  readonly players: readonly Player[];
}

export interface OpenQuestion {
  readonly place: number;
  readonly of: number;
  readonly question: AskedQuestion;
  readonly deadline: number;
}

export interface ContestReview {
  readonly question: AskedQuestion;
  readonly chosen: number[];
  readonly answer: AnsweredQuestion;
}

export interface ContestService {
  list(): Promise<readonly Contest[]>;
  counts: ContestStore['counts'];
  /** Throws `not_found`. */
  find(id: string): Promise<{ readonly contest: Contest; readonly state: ContestState }>;
  /** Throws `not_found` for an unknown course or department, `validation_failed` for times or banks that do not work out. */
  create(plan: ContestPlan, by: string): Promise<string>;
  cancel(id: string, reason: string, by: string): Promise<void>;
  /** Ends the freeze: keeps places and awards. Throws `conflict` before the end. */
  publish(id: string, by: string): Promise<readonly Award[]>;
  disqualify(id: string, number: number, reason: string, by: string): Promise<string>;
  /** What everybody may see now. */
  board(id: string): Promise<ContestBoardState>;
  signs(id: string): Promise<readonly ContestSign[]>;
  awards(id: string): Promise<readonly Award[]>;
  mayPlay(contest: Contest, uid: string): boolean;
  playing: ContestStore['playing'];
  player: ContestStore['player'];
  answersOf: ContestStore['shownTo'];
  join(id: string, uid: string, named: boolean): Promise<void>;
  next(id: string, uid: string, language: CourseLanguage): Promise<OpenQuestion | null>;
  answer(
    id: string,
    uid: string,
    place: number,
    chosen: readonly number[],
    address: string,
  ): Promise<{ readonly right: boolean; readonly late: boolean; readonly left: number }>;
  /** Every question of a player with what is right and why, once nobody can answer any more. */
  review(id: string, uid: string, language: CourseLanguage): Promise<readonly ContestReview[]>;
}

const splitId = (id: string): readonly [course: string, question: string] => {
  const [course = '', question = ''] = id.split('/');
  return [course, question];
};

/** Contests: the server draws, keeps the time, judges and counts. */
export function createContestService(parts: ContestParts): ContestService {
  const { store, courses, directory, audit, clock, random } = parts;
  const boards = new Map<string, { readonly at: number; readonly state: Promise<ContestBoardState> }>();
  let told = 0;
  const moved = (): void => {
    const now = clock();
    if (now - told < tellMs && now >= told) return;
    told = now;
    parts.changed();
  };

  const find: ContestService['find'] = async (id) => {
    const contest = await store.find(id);
    if (contest === null) throw new MenshenError('not_found');
    return { contest, state: stateOf(contest, clock()) };
  };
  const open = async (id: string): Promise<Contest> => {
    const { contest, state } = await find(id);
    if (!isOpen(state)) throw new MenshenError('contest_closed');
    return contest;
  };
  const playerOf = async (id: string, uid: string): Promise<Player> => {
    const player = await store.player(id, uid);
    if (player === null) throw new MenshenError('not_found');
    if (player.disqualified !== null) throw new MenshenError('contest_closed');
    return player;
  };
  const bankOf = (plan: ContestPlan, all: ReadonlyMap<string, Course>) =>
    plan.courses.flatMap((id) => (all.get(id)?.bank ?? []).map((question) => ({ ...question, id: `${id}/${question.id}` })));
  const courseOf = (all: ReadonlyMap<string, Course>, id: string, language: CourseLanguage): Course | null => {
    const [name, question] = splitId(id);
    const course = all.get(name);
    return course?.text[language].questions.has(question) === true ? course : null;
  };
  const bare = (question: ContestQuestion): ContestQuestion => ({ ...question, id: splitId(question.id)[1] });
  const compute = async (
    { id, plan }: Contest,
    until: number,
  ): Promise<{ players: Player[]; shown: Shown[]; sum: Standings }> => {
    const [players, shown] = await Promise.all([store.players(id), store.shown(id)]);
    return { players, shown, sum: standings(players, shown, plan, until) };
  };
  const see = async (contest: Contest, state: ContestState, now: number): Promise<ContestBoardState> => {
    if (state === 'published') {
      const [result, players] = await Promise.all([store.result(contest.id), store.players(contest.id)]);
      if (result !== null) return { at: contest.published ?? now, frozen: false, standings: result.standings, players };
    }
    // The end does not thaw it: what the last minutes brought is for the moment when the result is published.
    const frozen = contest.plan.freeze > 0 && now >= freezesAt(contest.plan);
    const at = frozen ? freezesAt(contest.plan) : now;
    const { players, sum } = await compute(contest, at);
    return { at, frozen, standings: sum, players };
  };

  return {
    list: () => store.list(),
    counts: () => store.counts(),
    find,
    async create(plan, by) {
      const all = await courses.all();
      const snapshot = directory();
      const bad = (field: string): never => {
        throw new MenshenError('validation_failed', { fields: [field] });
      };
      if (plan.courses.some((id) => !all.has(id))) throw new MenshenError('not_found');
      if ([plan.department ?? null, ...plan.brackets].some((one) => one !== null && !snapshot.departments.has(one)))
        throw new MenshenError('not_found');
      if (bankOf(plan, all).length < plan.questions) bad('questions');
      if (plan.ends <= clock() || plan.ends - plan.starts < 60_000) bad('ends');
      if (plan.freeze > 0 && freezesAt(plan) <= plan.starts) bad('freeze');
      if (plan.teams.kind === 'named') {
        const named = plan.teams.teams.flatMap(({ uids }) => uids);
        if (new Set(named).size !== named.length) bad('teams');
      }
      const id = `tk_${Buffer.from(random(16)).toString('base64url')}`;
      const detail = {
        contest: id,
        courses: plan.courses.join(' '),
        questions: plan.questions,
        starts: plan.starts,
        ends: plan.ends,
      };
      await audit.act(by, { activity: 'create', entity: 'training contest', detail }, () =>
        store.create({ id, plan, created: clock(), createdBy: by, cancelled: null, published: null }),
      );
      return id;
    },
    async cancel(id, reason, by) {
      const { state } = await find(id);
      if (state === 'published' || state === 'cancelled') throw new MenshenError('conflict');
      await audit.act(by, { activity: 'delete', entity: 'training contest', detail: { contest: id, reason } }, async () => {
        if (!(await store.cancel(id, clock()))) throw new MenshenError('conflict');
      });
      parts.changed();
    },
    async publish(id, by) {
      const { contest, state } = await find(id);
      // A question that was shown in the last second may still be answered.
      if (state !== 'ended' || clock() <= contest.plan.ends + graceMs) throw new MenshenError('conflict');
      const { sum } = await compute(contest, Number.MAX_SAFE_INTEGER);
      const awards = awardsOf(sum);
      const detail = { contest: id, players: sum.rows.length, answers: sum.answers };
      await audit.act(by, { activity: 'update', entity: 'training contest', detail }, async () => {
        if (!(await store.publish(id, { standings: sum, awards }, clock()))) throw new MenshenError('conflict');
      });
      boards.delete(id);
      parts.changed();
      return awards;
    },
    async disqualify(id, number, reason, by) {
      const { state } = await find(id);
      if (state === 'published' || state === 'cancelled') throw new MenshenError('conflict');
      const player = (await store.players(id)).find((one) => one.number === number);
      if (player === undefined) throw new MenshenError('not_found');
      const detail = { contest: id, player: number, person: player.uid, reason };
      await audit.act(by, { activity: 'update', entity: 'training contest player', detail }, async () => {
        if (!(await store.disqualify(id, number, by, reason, clock()))) throw new MenshenError('conflict');
      });
      boards.delete(id);
      parts.changed();
      return player.uid;
    },
    async board(id) {
      const now = clock();
      const known = boards.get(id);
      if (known !== undefined && now >= known.at && now - known.at < boardMs) return await known.state;
      const { contest, state } = await find(id);
      const made = see(contest, state, now);
      if (boards.size >= boardsKept) boards.clear();
      boards.set(id, { at: now, state: made });
      made.catch(() => boards.delete(id));
      return await made;
    },
    async signs(id) {
      const [players, shown] = await Promise.all([store.players(id), store.shown(id)]);
      return signsOf(players, shown);
    },
    awards: async (id) => (await store.result(id))?.awards ?? [],
    mayPlay({ plan }, uid) {
      const person = directory().person(uid);
      if (person === undefined || !isLearner(person)) return false;
      if (plan.teams.kind === 'named' && !plan.teams.teams.some(({ uids }) => uids.includes(uid))) return false;
      const { department } = plan;
      return department === undefined || person.departments.some((id) => directory().chain(id).includes(department));
    },
    playing: (uid) => store.playing(uid),
    player: (id, uid) => store.player(id, uid),
    answersOf: (id, uid) => store.shownTo(id, uid),
    async join(id, uid, named) {
      const { contest, state } = await find(id);
      if (!this.mayPlay(contest, uid)) throw new MenshenError('not_found');
      if (state !== 'waiting' && !isOpen(state)) throw new MenshenError('contest_closed');
      const { plan } = contest;
      const snapshot = directory();
      const departments = snapshot.person(uid)?.departments ?? [];
      const chain = departments.flatMap((one) => snapshot.chain(one));
      const drawn = drawQuestions({ bank: bankOf(plan, await courses.all()), draw: plan.questions }, random(32), new Set());
      await store.join({
        ...{ contest: id, uid, named, drawn, at: clock() },
        bracket: chain.find((one) => plan.brackets.includes(one)) ?? null,
        team: teamOf(plan, uid, departments[0] ?? null),
      });
      boards.delete(id);
      moved();
    },
    async next(id, uid, language) {
      const { plan } = await open(id);
      const player = await playerOf(id, uid);
      const seen = new Map((await store.shownTo(id, uid)).map((one) => [one.place, one]));
      const all = await courses.all();
      const limit = plan.seconds * 1_000;
      const now = clock();
      for (const [place, question] of player.drawn.entries()) {
        const before = seen.get(place);
        if (before !== undefined && (before.answered !== null || now > before.shown + limit + graceMs)) continue;
        const course = courseOf(all, question.id, language);
        // A question that its course has lost meanwhile cannot be shown, and counts for nobody.
        if (course === null) continue;
        if (before === undefined) {
          const { ask, options } = questionText(course, splitId(question.id)[1], language);
          const readable = readableMs(`${ask}${options.join('')}`);
          await store.show(id, { uid, place, question: question.id, shown: now, readable });
        }
        // Two of a player's pages may have asked at once: the clock is the one that the store kept.
        const kept = before ?? (await store.shownAt(id, uid, place));
        const deadline = Math.min((kept?.shown ?? now) + limit, plan.ends);
        return { place, of: player.drawn.length, question: asked(course, bare(question), language), deadline };
      }
      return null;
    },
    async answer(id, uid, place, chosen, address) {
      const { contest, state } = await find(id);
      const now = clock();
      const { plan } = contest;
      if (!isOpen(state) && !(state === 'ended' && now <= plan.ends + graceMs)) throw new MenshenError('contest_closed');
      const player = await playerOf(id, uid);
      const question = player.drawn[place];
      const shown = await store.shownAt(id, uid, place);
      if (question === undefined || shown === null) throw new MenshenError('not_found');
      if (chosen.some((one) => one >= question.order.length)) throw new MenshenError('validation_failed', { fields: ['chosen'] });
      const left = player.drawn.length - place - 1;
      const isLate = (at: number): boolean => at > shown.shown + plan.seconds * 1_000 + graceMs;
      const earlier = (one: Shown) => ({ right: one.right, late: isLate(one.answered ?? 0), left });
      if (shown.answered !== null) return earlier(shown);
      const late = isLate(now);
      const right = !late && isRight(question, chosen);
      const options = chosen.map((one) => question.order[one] ?? one);
      const hashed = createHmac('sha256', parts.secret).update(`${id} ${address}`).digest('base64url').slice(0, 16);
      if (await store.answer(id, uid, place, { at: now, chosen: options, right, address: hashed })) {
        moved();
        return { right, late, left };
      }
      const kept = await store.shownAt(id, uid, place);
      if (kept === null) throw new MenshenError('not_found');
      return earlier(kept);
    },
    async review(id, uid, language) {
      const { state } = await find(id);
      if (state !== 'published') return [];
      const player = await store.player(id, uid);
      if (player === null) return [];
      const [given, all] = await Promise.all([store.shownTo(id, uid), courses.all()]);
      return given.flatMap(({ place, chosen }): ContestReview[] => {
        const question = player.drawn[place];
        const course = question === undefined ? null : courseOf(all, question.id, language);
        if (question === undefined || course === null) return [];
        const places = chosen.map((option) => question.order.indexOf(option));
        return [
          {
            question: asked(course, bare(question), language),
            chosen: places,
            answer: answered(course, bare(question), places, language),
          },
        ];
      });
    },
  };
}

function teamOf({ teams }: ContestPlan, uid: string, main: string | null): string | null {
  switch (teams.kind) {
    case 'none':
      return null;
    case 'department':
      return main;
    case 'named':
      return teams.teams.find(({ uids }) => uids.includes(uid))?.name ?? null;
  }
}
