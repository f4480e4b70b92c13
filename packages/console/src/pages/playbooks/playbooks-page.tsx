import { listPlaybooks, type PlaybookSummary, type PlaybookWaiting, setPlaybookMode } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import cards from '../../components/cards.module.css';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ModeDialog, modeTones } from './mode-dialog.tsx';
import styles from './playbooks.module.css';
import { usePlaybookNews } from './use-news.ts';
import { runTones, triggerText } from './words.ts';

const refreshMs = 10_000;

/** Playbooks: what waits for somebody first, then what cannot be used, then all of them. */
export function PlaybooksPage() {
  const { t } = useLanguage();
  usePlaybookNews();
  const playbooks = useEndpoint(listPlaybooks, { input: {}, refetchMs: refreshMs });
  return (
    <Page title={t('playbooks.title')} question={t('playbooks.question')}>
      <Loadable query={playbooks} lines={14}>
        {(data) => (
          <>
            <WaitingPanel waiting={data.waiting} now={data.now} />
            <BrokenPanel broken={data.broken} />
            <ListPanel playbooks={data.playbooks} now={data.now} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function WaitingPanel({ waiting, now }: { readonly waiting: readonly PlaybookWaiting[]; readonly now: number }) {
  const { t, format, language } = useLanguage();
  if (waiting.length === 0) return null;
  return (
    <Panel flush title={t('playbooks.waiting')} note={t('playbooks.waitingNote')}>
      <ul className={cards.list}>
        {waiting.map(({ run, step, name, stepName, since }) => (
          <li key={`${run} ${step}`} className={cards.card}>
            <div className={cards.foot}>
              <span className={cards.row}>
                <Status tone="warning" filled>
                  {t('playbooks.state.waiting')}
                </Status>
                <span>
                  {t('playbooks.waits', {
                    playbook: name[language],
                    step: stepName[language],
                    time: format.span(Math.max(0, now - since)),
                  })}
                </span>
              </span>
              <Link
                to="/playbooks/runs/$id"
                params={{ id: run }}
                aria-label={t('playbooks.lookOf', { playbook: name[language], step: stepName[language] })}
              >
                {t('playbooks.look')}
              </Link>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function BrokenPanel({ broken }: Pick<Output<typeof listPlaybooks>, 'broken'>) {
  const { t, language } = useLanguage();
  if (broken.length === 0) return null;
  return (
    <Panel flush title={t('playbooks.broken')} note={t('playbooks.brokenNote')}>
      <ul className={cards.list}>
        {broken.map(({ file, problems }) => (
          <li key={file} className={cards.card}>
            <Status tone="danger">{file}</Status>
            {problems.map(({ line, field, text }) => (
              <p key={`${line} ${field} ${text.en}`} className={styles.text}>
                {line === null ? null : <span className="quiet">{t('playbooks.line', { line })} </span>}
                {field === '' ? null : <code>{field}</code>} {text[language]}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function ListPanel({ playbooks, now }: { readonly playbooks: readonly PlaybookSummary[]; readonly now: number }) {
  const { t } = useLanguage();
  const [changing, setChanging] = useState<PlaybookSummary | null>(null);
  return (
    <Panel flush title={t('playbooks.list')} note={t('playbooks.listNote')}>
      {playbooks.length === 0 ? (
        <EmptyState title={t('playbooks.none')}>{t('playbooks.noneText')}</EmptyState>
      ) : (
        <ul className={cards.list}>
          {playbooks.map((playbook) => (
            <PlaybookCard key={playbook.id} playbook={playbook} now={now} change={() => setChanging(playbook)} />
          ))}
        </ul>
      )}
      <ModeDialog playbook={changing} onClose={() => setChanging(null)} />
    </Panel>
  );
}

function PlaybookCard({
  playbook,
  now,
  change,
}: {
  readonly playbook: PlaybookSummary;
  readonly now: number;
  readonly change: () => void;
}) {
  const words = useLanguage();
  const { t, format, language } = words;
  const may = useMay();
  const { id, name, description, mode, triggers, steps, asks, last, runs, origin } = playbook;
  return (
    <li className={cards.card}>
      <div className={cards.row}>
        <h3 className={styles.title}>
          <Link to="/playbooks/$id" params={{ id }}>
            {name[language]}
          </Link>
        </h3>
        <Status tone={modeTones[mode]}>{t(`playbooks.mode.${mode}`)}</Status>
        {origin === 'own' ? <span className="quiet">{t('playbooks.origin.own')}</span> : null}
      </div>
      <p className={styles.text}>{description[language]}</p>
      <div className="quiet">
        {[
          ...triggers.map((trigger) => triggerText(trigger, words)),
          t('playbooks.steps', { count: steps }),
          ...(asks > 0 ? [t('playbooks.asks', { count: asks })] : []),
        ].join(' · ')}
      </div>
      <div className={cards.foot}>
        <span className={cards.row}>
          {last === null ? (
            <span className="quiet">{t('playbooks.noRun')}</span>
          ) : (
            <>
              <Link to="/playbooks/runs/$id" params={{ id: last.id }}>
                {t('playbooks.run', { time: format.relative(last.started, now) })}
              </Link>
              <Status tone={runTones[last.state]}>{t(`playbooks.state.${last.state}`)}</Status>
              <span className="quiet">{t('playbooks.runsOfMonth', { count: runs })}</span>
            </>
          )}
        </span>
        {may(setPlaybookMode) ? (
          <Button onClick={change} aria-label={t('playbooks.changeOf', { playbook: name[language] })}>
            {t('playbooks.change')}
          </Button>
        ) : null}
      </div>
    </li>
  );
}
