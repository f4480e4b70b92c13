import {
  getToday,
  listMeasures,
  type Measured,
  type MeasureView,
  measureLine,
  moveReopening,
  type ReopeningView,
} from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ActorName } from '../../components/people/actor-name.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';

const tones = { open: 'safe', paused: 'warning', closed: 'danger', complete: 'quiet' } as const;
const moves = ['next', 'pause', 'resume', 'close'] as const;
type MoveName = (typeof moves)[number];
const fits: Readonly<Record<ReopeningView['state'], readonly MoveName[]>> = {
  open: ['next', 'pause', 'close'],
  paused: ['resume', 'next', 'close'],
  closed: ['resume'],
  complete: [],
};

interface Reopened {
  readonly measure: MeasureView;
  readonly reopening: ReopeningView;
}

/** What is being opened again for a share of persons: how far, what the watch sees, and what may be done. Nothing where nothing is. */
export function ReopeningPanel({ measures, now }: { readonly measures: readonly MeasureView[]; readonly now: number }) {
  const { t } = useLanguage();
  const [chosen, choose] = useState<{ readonly measure: MeasureView; readonly move: MoveName } | null>(null);
  const move = useAction(moveReopening, [listMeasures, getToday]);
  const done = (): void => {
    move.reset();
    choose(null);
  };
  const rows = measures.flatMap((measure): Reopened[] =>
    measure.state === 'active' && measure.reopening !== null ? [{ measure, reopening: measure.reopening }] : [],
  );
  if (rows.length === 0) return null;
  // What closed or paused itself waits for a person.
  const order = { closed: 0, paused: 1, open: 2, complete: 3 } as const;
  rows.sort((one, other) => order[one.reopening.state] - order[other.reopening.state]);
  return (
    <Panel title={t('reopening.title')} note={t('reopening.note')}>
      <ul className={styles.waiting}>
        {rows.map((row) => (
          <Reopening key={row.measure.id} {...row} now={now} choose={(name) => choose({ measure: row.measure, move: name })} />
        ))}
      </ul>
      <ConfirmDialog
        open={chosen !== null}
        title={chosen === null ? '' : t(`reopening.move.${chosen.move}`)}
        consequence={chosen === null ? null : t(`reopening.moveText.${chosen.move}`)}
        confirm={chosen === null ? '' : t(`reopening.move.${chosen.move}`)}
        danger={chosen?.move === 'next'}
        reasonLength={4}
        busy={move.isPending}
        error={move.error}
        onConfirm={(reason) => {
          if (chosen !== null)
            move.mutate({ params: { id: chosen.measure.id }, body: { move: chosen.move, reason } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}

function Reopening({
  measure,
  reopening,
  now,
  choose,
}: Reopened & { readonly now: number; readonly choose: (move: MoveName) => void }) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const { state, share, plan, step, next, seen, rules } = reopening;
  const last = reopening.moves.at(-1);
  const line = measureLine({ kind: measure.kind, target: measure.target } as Measured)[language];
  const percent = (count: number): string =>
    seen.requests === 0 ? '0' : String(Math.round((count / seen.requests) * 1_000) / 10);
  return (
    <li className={styles.reopening}>
      <div className={styles.reopeningHead}>
        <strong>{line}</strong>
        <Status tone={tones[state]} filled={state === 'closed'}>
          {t(`reopening.state.${state}`, { share })}
        </Status>
      </div>
      <ol className={styles.steps} aria-label={t('reopening.steps')}>
        {plan.steps.map((one, at) => (
          <li
            key={one.share}
            data-reached={state !== 'closed' && at < step ? '' : undefined}
            data-current={state !== 'closed' && at === step ? '' : undefined}
            aria-current={state !== 'closed' && at === step ? 'step' : undefined}
          >
            <span className={styles.share}>{one.share}%</span>
            <span className="quiet">{format.span(one.seconds * 1_000)}</span>
          </li>
        ))}
      </ol>
      {state === 'closed' ? null : (
        <p className={styles.watch}>
          {t('reopening.seen', {
            requests: seen.requests,
            errors: percent(seen.errors),
            errorLimit: plan.watch.errorPercent,
            refused: percent(seen.refused),
            refusedLimit: plan.watch.refusedPercent,
          })}{' '}
          {seen.requests < plan.watch.minRequests ? t('reopening.few', { count: plan.watch.minRequests }) : null}{' '}
          {next === null
            ? t('reopening.byHand')
            : next > now
              ? t('reopening.next', { time: format.relative(next, now) })
              : t('reopening.due')}
        </p>
      )}
      {last === undefined ? null : (
        <p className={styles.watch}>
          {last.by === 'watch' ? t('reopening.watch') : <ActorName name={last.by} />}{' '}
          <span className="quiet figures">{format.relative(last.at, now)}</span> {last.why[language]}
        </p>
      )}
      {rules.length === 0 ? null : <p className={styles.watch}>{t('reopening.rules', { rules: rules.join(', ') })}</p>}
      {may(moveReopening) ? (
        <div className={styles.moves}>
          {fits[state].map((name) => (
            <Button key={name} onClick={() => choose(name)} aria-label={[t(`reopening.move.${name}`), line].join(': ')}>
              {t(`reopening.move.${name}`)}
            </Button>
          ))}
        </div>
      ) : null}
    </li>
  );
}
