import type { ContestBoard, ContestRow, ContestTeamRow, ContestView } from '@menshen/contract';
import { type ReactNode, useMemo } from 'react';
import { clockText, type ServerTime, useTimeLeft } from '../../api/server-time.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { playerName } from './contest-words.ts';
import styles from './contests.module.css';

/** The moment that a board shows, and whether it stands still. */
export function BoardTime({ board }: { readonly board: ContestBoard }) {
  const { t, format } = useLanguage();
  const time = format.dateTime(board.at);
  return board.frozen ? (
    <Status tone="warning" filled>
      {t('contestPage.frozen', { time })}
    </Status>
  ) : (
    <span className="quiet">{t('contestPage.boardAt', { time })}</span>
  );
}

/** Until a contest begins or ends, by the server's clock; nothing once it is over. `reload` hears what the server says when that has come, and after sleep. */
export function ContestClock({
  contest,
  now,
  reload,
}: {
  readonly contest: ContestView;
  readonly now: number;
  readonly reload: () => void;
}) {
  const { t } = useLanguage();
  const { state, plan } = contest;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer is heard when it is another answer.
  const time = useMemo((): ServerTime => ({ server: now, at: performance.now() }), [now, contest]);
  const until = state === 'waiting' ? plan.starts : state === 'running' || state === 'frozen' ? plan.ends : null;
  const left = useTimeLeft(until, time, reload);
  if (left === null) return null;
  return (
    <span role="timer" className={styles.clock}>
      {t(state === 'waiting' ? 'contestPage.untilStart' : 'contestPage.untilEnd', { left: clockText(left) })}
    </span>
  );
}

export function PlayerTable({ rows }: { readonly rows: readonly ContestRow[] }) {
  const { t, format } = useLanguage();
  const some = (of: (row: ContestRow) => string | null): boolean => rows.some((row) => of(row) !== null);
  const columns: readonly Column<ContestRow>[] = [
    { key: 'place', title: t('contestPage.place'), numeric: true, render: ({ place }) => place },
    { key: 'player', title: t('contestPage.player'), grow: true, render: (row) => playerName(t, row) },
    ...(some(({ team }) => team)
      ? [{ key: 'team', title: t('contestPage.team'), render: ({ team }: ContestRow) => team ?? '' }]
      : []),
    ...(some(({ bracket }) => bracket)
      ? [
          {
            key: 'bracket',
            title: t('contestPage.bracket'),
            render: ({ bracket, bracketPlace }: ContestRow) =>
              bracket === null ? '' : t('contestPage.bracketPlace', { bracket, place: bracketPlace ?? 0 }),
          },
        ]
      : []),
    { key: 'points', title: t('contestPage.points'), numeric: true, render: ({ points }) => format.number(points) },
    {
      key: 'solved',
      title: t('contestPage.solved'),
      numeric: true,
      render: ({ solved, answered }) => t('contestPage.solvedOf', { solved, answered }),
    },
    { key: 'firsts', title: t('contestPage.firsts'), numeric: true, render: ({ firsts }) => firsts },
  ];
  return (
    <DataTable
      caption={t('contestPage.board')}
      columns={columns}
      rows={rows}
      rowKey={({ number }) => String(number)}
      empty={<EmptyState title={t('contestPage.noPlayers')}>{t('contestPage.noPlayersText')}</EmptyState>}
    />
  );
}

export function TeamTable({ teams }: { readonly teams: readonly ContestTeamRow[] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<ContestTeamRow>[] = [
    { key: 'place', title: t('contestPage.place'), numeric: true, render: ({ place }) => place },
    { key: 'name', title: t('contestPage.team'), grow: true, render: ({ name }) => name },
    { key: 'players', title: t('contests.players'), numeric: true, render: ({ players }) => players },
    { key: 'points', title: t('contestPage.points'), numeric: true, render: ({ points }) => format.number(points) },
  ];
  return <DataTable caption={t('contestPage.teamBoard')} columns={columns} rows={teams} rowKey={({ name }) => name} />;
}

const projected = 15;

/** The board for a wall: as large as the screen allows, and nothing but it. */
export function Projector({
  title,
  board,
  clock,
  close,
}: {
  readonly title: string;
  readonly board: ContestBoard;
  /** What is left of the time. */
  readonly clock: ReactNode;
  readonly close: () => void;
}) {
  const { t, format } = useLanguage();
  const rows =
    board.teams.length > 0
      ? board.teams.map(({ name, ...row }) => ({ ...row, key: name, label: name }))
      : board.rows.map((row) => ({ ...row, key: String(row.number), label: playerName(t, row) }));
  return (
    <section className={styles.projector} aria-label={t('contestPage.board')}>
      <header className={styles.projectorHead}>
        <h2>{title}</h2>
        {clock}
        <BoardTime board={board} />
        <button
          type="button"
          className={styles.leave}
          // biome-ignore lint/a11y/noAutofocus: the view covers the page; Escape and Enter must reach the way out.
          autoFocus
          onClick={close}
          onKeyDown={(event) => (event.key === 'Escape' ? close() : undefined)}
        >
          {t('contestPage.closeProjector')}
        </button>
      </header>
      <ol className={styles.wall}>
        {rows.slice(0, projected).map(({ key, place, label, points }) => (
          <li key={key}>
            <span className={styles.wallPlace}>{place}</span>
            <span className={styles.wallName}>{label}</span>
            <span>{format.number(points)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
