import { cancelContest, disqualifyPlayer, getContest, listContests, publishContest } from '@menshen/contract';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useServerEvents } from '../../api/events.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { BoardTime, ContestClock, PlayerTable, Projector, TeamTable } from './board.tsx';
import { playerName, toneOfState } from './contest-words.ts';
import styles from './contests.module.css';

const route = getRouteApi('/shell/contests/$id');
/** The stream says when a board has moved; this is for what it did not say. */
const refreshMs = 5_000;

type Loaded = Output<typeof getContest>;
type Asked =
  | { readonly kind: 'publish' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'disqualify'; readonly number: number };

/** A contest while it runs and after: what is odd first, then the board, which can fill a wall. */
export function ContestPage() {
  const { t } = useLanguage();
  const { id } = route.useParams();
  const client = useQueryClient();
  const may = useMay();
  const contest = useEndpoint(getContest, { input: { params: { id } }, refetchMs: refreshMs });
  const [projecting, setProjecting] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const reload = (): void => void client.invalidateQueries({ queryKey: [getContest.id] });
  useServerEvents((event) => {
    if (event.kind === 'contest') reload();
  });
  const { data } = contest;
  const state = data?.contest.state;
  return (
    <Page
      title={data?.contest.plan.title ?? t('contests.title')}
      question={t('contestPage.question')}
      trail={<Link to="/contests">{t('contests.title')}</Link>}
      actions={
        data === undefined ? null : (
          <>
            {may(cancelContest) && state !== 'published' && state !== 'cancelled' ? (
              <Button onClick={() => setAsked({ kind: 'cancel' })}>{t('contestPage.cancel')}</Button>
            ) : null}
            <Button onClick={() => setProjecting(true)}>{t('contestPage.projector')}</Button>
            {may(publishContest) && state === 'ended' ? (
              <Button type="primary" onClick={() => setAsked({ kind: 'publish' })}>
                {t('contestPage.publish')}
              </Button>
            ) : null}
          </>
        )
      }
    >
      <Loadable query={contest} lines={14}>
        {(loaded) => (
          <>
            {projecting ? (
              <Projector
                title={loaded.contest.plan.title}
                board={loaded.board}
                clock={<ContestClock contest={loaded.contest} now={loaded.now} reload={reload} />}
                close={() => setProjecting(false)}
              />
            ) : null}
            <StatePanel loaded={loaded} reload={reload} />
            <AwardsPanel loaded={loaded} />
            <SignsPanel
              loaded={loaded}
              disqualify={
                may(disqualifyPlayer) && state !== 'published' && state !== 'cancelled'
                  ? (number) => setAsked({ kind: 'disqualify', number })
                  : null
              }
            />
            {loaded.board.teams.length === 0 ? null : (
              <Panel flush title={t('contestPage.teamBoard')}>
                <TeamTable teams={loaded.board.teams} />
              </Panel>
            )}
            <Panel flush title={t('contestPage.board')} note={<BoardTime board={loaded.board} />}>
              <PlayerTable rows={loaded.board.rows} />
            </Panel>
            <ActDialog loaded={loaded} asked={asked} onClose={() => setAsked(null)} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function StatePanel({ loaded: { contest, now }, reload }: { readonly loaded: Loaded; readonly reload: () => void }) {
  const { t, format } = useLanguage();
  const { state, plan, players, answers } = contest;
  return (
    <Panel
      title={t('contests.state')}
      note={<ContestClock contest={contest} now={now} reload={reload} />}
      actions={<Status tone={toneOfState[state]}>{t(`contests.state.${state}`)}</Status>}
    >
      <Metrics>
        <Metric label={t('contests.players')} value={format.number(players)} />
        <Metric label={t('contests.answers')} value={format.number(answers)} />
        <Metric
          label={t('contests.time')}
          value={t('drills.minutesOf', { count: Math.round((plan.ends - plan.starts) / 60_000) })}
          note={`${format.minute(plan.starts)} – ${format.minute(plan.ends)}`}
        />
        <Metric label={t('contests.questions')} value={format.number(plan.questions)} />
      </Metrics>
    </Panel>
  );
}

function AwardsPanel({ loaded: { awards } }: { readonly loaded: Loaded }) {
  const { t } = useLanguage();
  if (awards.length === 0) return null;
  return (
    <Panel title={t('contestPage.awards')}>
      <ul className={styles.signs}>
        {awards.map((award) => (
          <li key={`${award.kind} ${award.of ?? ''} ${award.number ?? ''}`}>
            <span>
              <strong>{t(`contestPage.award.${award.kind}`, { place: award.place, of: award.of ?? '' })}</strong>{' '}
              {award.number === null ? '' : playerName(t, { name: award.name, number: award.number })}
            </span>
            <span className="quiet">
              {t(award.kind === 'firsts' ? 'contestPage.awardFirsts' : 'contestPage.awardPoints', { points: award.points })}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function SignsPanel({
  loaded: { signs, disqualified, board },
  disqualify,
}: {
  readonly loaded: Loaded;
  readonly disqualify: ((number: number) => void) | null;
}) {
  const { t, format } = useLanguage();
  const nameOf = (number: number): string =>
    playerName(t, { name: board.rows.find((row) => row.number === number)?.name ?? null, number });
  const out = new Set(disqualified.map(({ number }) => number));
  return (
    <Panel title={t('contestPage.signs')} note={t('contestPage.signsNote')}>
      {signs.length === 0 ? <EmptyState title={t('contestPage.noSigns')}>{t('contestPage.noSignsText')}</EmptyState> : null}
      <ul className={styles.signs}>
        {signs.map(({ kind, number, other, count, of }) => (
          <li key={`${kind} ${number} ${other ?? ''}`}>
            <span>
              <strong>{nameOf(number)}</strong>{' '}
              {t(`contestPage.sign.${kind}`, { count, of, other: other === null ? '' : nameOf(other) })}
            </span>
            {disqualify === null || out.has(number) ? null : (
              <Button
                danger
                onClick={() => disqualify(number)}
                aria-label={t('contestPage.disqualifyOf', { player: nameOf(number) })}
              >
                {t('contestPage.disqualify')}
              </Button>
            )}
          </li>
        ))}
        {disqualified.map(({ number, reason, by, at }) => (
          <li key={`out ${number}`}>
            <span>
              <Status tone="warning">{t('contestPage.disqualified')}</Status>{' '}
              {t('contestPage.disqualifiedRow', { player: nameOf(number), reason, by, time: format.minute(at) })}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function ActDialog(props: { readonly loaded: Loaded; readonly asked: Asked | null; readonly onClose: () => void }) {
  const { loaded, asked, onClose } = props;
  const { t } = useLanguage();
  const stale = [getContest, listContests];
  const publish = useAction(publishContest, stale);
  const cancel = useAction(cancelContest, stale);
  const disqualify = useAction(disqualifyPlayer, stale);
  const params = { id: loaded.contest.id };
  const kind = asked?.kind ?? 'publish';
  const close = (): void => {
    for (const one of [publish, cancel, disqualify]) one.reset();
    onClose();
  };
  const act = { publish, cancel, disqualify }[kind];
  return (
    <ConfirmDialog
      open={asked !== null}
      title={t(`contestPage.${kind}`)}
      consequence={t(`contestPage.${kind}Text`)}
      confirm={t(`contestPage.${kind}`)}
      danger={kind !== 'publish'}
      reasonLength={kind === 'publish' ? 0 : 4}
      busy={act.isPending}
      error={act.error}
      onConfirm={(reason) => {
        const done = { onSuccess: close };
        if (asked === null) return;
        if (asked.kind === 'publish') publish.mutate({ params, body: {} }, done);
        else if (asked.kind === 'cancel') cancel.mutate({ params, body: { reason } }, done);
        else disqualify.mutate({ params, body: { number: asked.number, reason } }, done);
      }}
      onClose={close}
    />
  );
}
