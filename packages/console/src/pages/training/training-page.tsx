import { createTrainingAssignment, getTraining, readTrainingPeople } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { CopyButton } from '../../ds/copy-button.tsx';
import { WarningIcon } from '../../ds/icon.ts';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AssignDialog, type AssignDraft } from './assign-dialog.tsx';
import { AssignmentsPanel } from './assignments-panel.tsx';
import { CoursesPanel } from './courses-panel.tsx';
import { GroupsPanel } from './groups-panel.tsx';
import { LabsPanel } from './labs-panel.tsx';
import type { TrainingData } from './model.ts';
import { PeopleDialog } from './people-dialog.tsx';
import styles from './training.module.css';

const refreshMs = 60_000;

/** What the company should learn next, how far it is, and where the gaps are; people stand in groups, and by name only for a reason. */
export function TrainingPage() {
  const { t } = useLanguage();
  const may = useMay();
  const training = useEndpoint(getTraining, { input: {}, refetchMs: refreshMs });
  const [draft, setDraft] = useState<AssignDraft | null>(null);
  const [byName, setByName] = useState(false);
  const { data } = training;
  return (
    <Page
      title={t('training.title')}
      question={t('training.question')}
      actions={
        data === undefined ? null : (
          <>
            <Link to="/contests">{t('contests.open')}</Link>
            <Link to="/bulletins">{t('bulletins.open')}</Link>
            <Link to="/drills">{t('drills.open')}</Link>
            {may(readTrainingPeople) ? <Button onClick={() => setByName(true)}>{t('training.byName')}</Button> : null}
            {may(createTrainingAssignment) ? (
              <Button type="primary" onClick={() => setDraft({})}>
                {t('training.assign')}
              </Button>
            ) : null}
          </>
        )
      }
    >
      <Loadable query={training} lines={14}>
        {(loaded) => (
          <>
            <ProposalsPanel training={loaded} assign={may(createTrainingAssignment) ? setDraft : null} />
            <OverviewPanel training={loaded} />
            <GroupsPanel training={loaded} />
            <AssignmentsPanel training={loaded} />
            <LabsPanel />
            <CoursesPanel training={loaded} />
            <AssignDialog training={loaded} draft={draft} onClose={() => setDraft(null)} />
            <PeopleDialog training={loaded} open={byName} onClose={() => setByName(false)} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

/** What last week's events call for: first, because it is what to do next. */
function ProposalsPanel({
  training,
  assign,
}: {
  readonly training: TrainingData;
  readonly assign: ((draft: AssignDraft) => void) | null;
}) {
  const { t, language } = useLanguage();
  const { proposals } = training;
  if (proposals.length === 0) return null;
  return (
    <Panel title={t('training.proposals')} note={t('training.proposalsNote')}>
      <ul className={styles.list}>
        {proposals.map(({ course, title, target, whom, origin }) => (
          <li key={`${course} ${whom} ${origin.kind}`} className={styles.row}>
            <span className={styles.words}>
              <span className={styles.because}>
                <WarningIcon aria-hidden="true" /> {origin.because[language]}
              </span>
              <span>
                {t('training.proposal', { whom, course: title[language] })}{' '}
                {origin.people > 0 ? (
                  <span className="quiet">{t('training.proposalPeople', { count: origin.people })}</span>
                ) : null}
              </span>
            </span>
            {assign === null ? null : (
              <Button
                onClick={() => assign({ course, target, proposed: true, reason: origin.because[language] })}
                aria-label={t('training.assignOf', { course: title[language], whom })}
              >
                {t('training.assign')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function OverviewPanel({ training }: { readonly training: TrainingData }) {
  const { t, format } = useLanguage();
  const { total, people, certificates, learnUrl, minimumGroup, unreached } = training;
  const percent = (value: number | null): string => (value === null ? '–' : format.percent(value / 100));
  return (
    <Panel
      title={t('training.overview')}
      note={learnUrl === null ? t('training.noPage') : undefined}
      actions={
        learnUrl === null ? null : (
          <>
            <a href={learnUrl} target="_blank" rel="noopener noreferrer">
              {t('training.openPage')}
            </a>
            <CopyButton text={learnUrl} label={t('training.copyPage')} />
          </>
        )
      }
    >
      {total === null ? (
        <EmptyState title={t('training.tooFew')}>{t('training.tooFewText', { count: minimumGroup })}</EmptyState>
      ) : (
        <Metrics>
          <Metric
            label={t('training.coverage')}
            value={total.assigned === 0 ? '–' : format.percent(total.done / total.assigned)}
            note={t('training.coverageNote', { done: total.done, assigned: total.assigned, people })}
          />
          <Metric
            label={t('training.overdue')}
            value={format.number(total.overdue)}
            note={unreached > 0 ? t('training.unreached', { count: unreached }) : undefined}
          />
          <Metric label={t('training.firstTry')} value={percent(total.firstTry)} note={t('training.firstTryNote')} />
          <Metric label={t('training.retention')} value={percent(total.retention)} note={t('training.retentionNote')} />
          <Metric
            label={t('training.certificates')}
            value={format.number(certificates.valid)}
            note={t('training.endSoon', { count: certificates.endSoon })}
          />
        </Metrics>
      )}
    </Panel>
  );
}
