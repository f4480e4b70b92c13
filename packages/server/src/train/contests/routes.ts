import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import { bindLearn, type LearnBound, learnerOf } from '../learn/bind.ts';
import { type Contest, stateOf } from './model.ts';
import type { ContestService } from './service.ts';
import { awardViews, boardView, contestViewOf } from './views.ts';

export interface ContestRouteParts {
  readonly contests: ContestService;
  readonly directory: () => DirectorySnapshot;
  readonly clock: () => number;
}

const boardRows = 200;
const learnerRows = 30;
/** Contests stay on the page of employees for so long after their end. */
const shownMs = 30 * 86_400_000;

/** Contests for the security team. */
export function contestHandlers({
  contests,
  directory,
  clock,
  learnUrl,
}: ContestRouteParts & { readonly learnUrl: () => string | null }): readonly Bound[] {
  return [
    bind(contract.listContests, async () => {
      const [all, counts] = await Promise.all([contests.list(), contests.counts()]);
      const now = clock();
      return { now, contests: all.map((one) => contestViewOf(one, counts.get(one.id), now)), learnUrl: learnUrl() };
    }),
    bind(contract.getContest, async ({ params: { id } }) => {
      const { contest } = await contests.find(id);
      const [board, counts, signs, awards] = await Promise.all([
        contests.board(id),
        contests.counts(),
        contests.signs(id),
        contests.awards(id),
      ]);
      const snapshot = directory();
      return {
        ...{ now: clock(), contest: contestViewOf(contest, counts.get(id), clock()), signs: [...signs] },
        board: boardView(board, contest.plan, snapshot, boardRows, null),
        disqualified: board.players.flatMap(({ number, disqualified }) =>
          disqualified === null ? [] : [{ number, ...disqualified }],
        ),
        awards: awardViews(awards, board.players, contest.plan, snapshot),
      };
    }),
    bind(contract.createContest, async ({ body, by }) => ({ id: await contests.create(body, by) })),
    bind(contract.cancelContest, async ({ params, body, by }) => {
      await contests.cancel(params.id, body.reason, by);
      return { ok: true as const };
    }),
    bind(contract.publishContest, async ({ params: { id }, by }) => {
      const awards = await contests.publish(id, by);
      const [{ contest }, { players }] = await Promise.all([contests.find(id), contests.board(id)]);
      return { awards: awardViews(awards, players, contest.plan, directory()) };
    }),
    bind(contract.disqualifyPlayer, async ({ params, body, by }) => ({
      uid: await contests.disqualify(params.id, body.number, body.reason, by),
    })),
  ];
}

/** Contests for employees, on their page. */
export function contestLearnHandlers({ contests, directory, clock }: ContestRouteParts): readonly LearnBound[] {
  const summaryOf = async (contest: Contest, uid: string): Promise<contract.LearnContestSummary> => {
    const { id, plan } = contest;
    const player = await contests.player(id, uid);
    const answers = player === null ? [] : await contests.answersOf(id, uid);
    const { title, starts, ends, seconds } = plan;
    const team = player?.team ?? null;
    return {
      ...{ id, title, starts, ends, questions: plan.questions, seconds, state: stateOf(contest, clock()) },
      ...{ joined: player !== null, number: player?.number ?? null },
      answered: answers.filter(({ answered }) => answered !== null).length,
      team: team === null ? null : plan.teams.kind === 'department' ? (directory().departments.get(team)?.name ?? team) : team,
    };
  };
  /** Who may not play a contest learns nothing of it. */
  const findFor = async (id: string, uid: string): Promise<Contest> => {
    const { contest } = await contests.find(id);
    if (!contests.mayPlay(contest, uid) && (await contests.player(id, uid)) === null)
      throw new contract.MenshenError('not_found');
    return contest;
  };

  return [
    bindLearn(contract.learnContests, async (call) => {
      const { uid } = learnerOf(call);
      const now = clock();
      const shown = (await contests.list()).filter(
        (one) => one.cancelled === null && now - one.plan.ends < shownMs && contests.mayPlay(one, uid),
      );
      return { now, contests: await Promise.all(shown.map((one) => summaryOf(one, uid))) };
    }),
    bindLearn(contract.learnContest, async (call) => {
      const { uid } = learnerOf(call);
      const { id } = call.params;
      const contest = await findFor(id, uid);
      const [summary, board, awards, review] = await Promise.all([
        summaryOf(contest, uid),
        contests.board(id),
        contests.awards(id),
        contests.review(id, uid, call.query.language),
      ]);
      return {
        ...{ now: clock(), contest: summary, review: [...review] },
        board: boardView(board, contest.plan, directory(), learnerRows, summary.number),
        awards: awardViews(awards, board.players, contest.plan, directory()),
      };
    }),
    bindLearn(contract.learnContestJoin, async (call) => {
      await contests.join(call.params.id, learnerOf(call).uid, call.body.named);
      return { ok: true as const };
    }),
    bindLearn(contract.learnContestNext, async (call) => {
      const open = await contests.next(call.params.id, learnerOf(call).uid, call.body.language);
      return { open: open === null ? null : { ...open, now: clock() } };
    }),
    bindLearn(contract.learnContestAnswer, async (call) => {
      const { place, chosen } = call.body;
      return await contests.answer(call.params.id, learnerOf(call).uid, place, chosen, call.caller.address);
    }),
  ];
}
