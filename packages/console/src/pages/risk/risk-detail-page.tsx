import { acceptRisk, addTreatment, getRisk } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { PathLink } from '../../components/path-link.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AcceptDialog } from './accept-dialog.tsx';
import { EvidenceList } from './evidence-list.tsx';
import { LevelMark } from './level-mark.tsx';
import type { RiskDetail } from './model.ts';
import styles from './risk.module.css';
import { TreatmentDialog } from './treatment-dialog.tsx';
import { WeaknessItem } from './weakness-item.tsx';

const route = getRouteApi('/shell/risk/$id');
const refreshMs = 20_000;

/** One risk: the number, how it came about, what it rests on, and what can be done. */
export function RiskDetailPage() {
  const { t, language } = useLanguage();
  const { id } = route.useParams();
  const risk = useEndpoint(getRisk, { input: { params: { id } }, refetchMs: refreshMs });
  return (
    <Page
      title={risk.data?.threat.name[language] ?? t('risks.risk')}
      question={
        risk.data === undefined ? t('risks.detailQuestion') : `${risk.data.asset.name[language]} — ${risk.data.text[language]}`
      }
      trail={<Link to="/risk">{t('risks.back')}</Link>}
    >
      <Loadable query={risk} lines={14}>
        {(data) => (
          <>
            <NumberPanel risk={data} />
            <WeaknessesPanel risk={data} />
            <ControlsOfRisk risk={data} />
            <SignsPanel risk={data} />
            <DecisionsPanel risk={data} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

interface Of {
  readonly risk: RiskDetail;
}

function NumberPanel({ risk }: Of) {
  const { t, language, format } = useLanguage();
  const may = useMay();
  const [dialog, setDialog] = useState<'plan' | 'accept' | null>(null);
  const { score, level, steps, replayed, history, asset, assetPath } = risk;
  const close = (): void => setDialog(null);
  return (
    <Panel
      title={t('risks.howMuch')}
      note={t('risks.howMuchNote')}
      actions={
        <>
          {may(addTreatment) ? (
            <Button type="primary" onClick={() => setDialog('plan')}>
              {t('risks.treat')}
            </Button>
          ) : null}
          {may(acceptRisk) ? <Button onClick={() => setDialog('accept')}>{t('risks.accept')}</Button> : null}
        </>
      }
    >
      <p className={styles.score}>
        <span className={styles.number}>{format.number(score)}</span>
        <span className="quiet">{t('risks.of25')}</span>
        <LevelMark level={level} />
        <Status tone={replayed ? 'safe' : 'danger'}>{t(replayed ? 'risks.replays' : 'risks.replaysNot')}</Status>
        <PathLink to={assetPath}>{t('risks.assetLink', { name: asset.name[language] })}</PathLink>
      </p>
      <ol className={styles.way}>
        {steps.map(({ name, value, text, function: used }) => (
          <li key={name.en}>
            <span>{name[language]}</span>
            <strong>{format.number(value)}</strong>
            <span>
              {text[language]} {used === null ? null : <code className="quiet">{used}</code>}
            </span>
          </li>
        ))}
      </ol>
      {history.length === 0 ? null : (
        <p className="quiet">
          {t('risks.history')} {history.map(({ number, score: then }) => `#${number} ${format.number(then)}`).join(' → ')}
        </p>
      )}
      {dialog === 'plan' ? (
        <TreatmentDialog risk={risk.id} known={null} plan={risk.weaknesses[0]?.fix[language] ?? ''} close={close} />
      ) : null}
      {dialog === 'accept' ? <AcceptDialog risk={risk.id} score={score} close={close} /> : null}
    </Panel>
  );
}

function WeaknessesPanel({ risk }: Of) {
  const { t } = useLanguage();
  return (
    <Panel title={t('risks.weaknesses')} note={t('risks.weaknessesNote')}>
      {risk.weaknesses.length === 0 ? (
        <p className="quiet">{t('risks.noWeaknessText')}</p>
      ) : (
        risk.weaknesses.map((weakness) => <WeaknessItem key={weakness.id} weakness={weakness} score={risk.score} />)
      )}
    </Panel>
  );
}

type Missing = RiskDetail['missing'][number];

function ControlsOfRisk({ risk }: Of) {
  const { t, language, format } = useLanguage();
  const working = [...risk.prevented, ...risk.protected];
  const columns: readonly Column<Missing>[] = [
    { key: 'control', title: t('risks.control'), render: ({ name }) => <strong>{name[language]}</strong> },
    {
      key: 'state',
      title: t('risks.stateTitle'),
      render: ({ state }) => <Status tone={state === 'stale' ? 'warning' : 'quiet'}>{t(`risks.state.${state}`)}</Status>,
    },
    { key: 'wanted', title: t('risks.wantedTitle'), grow: true, wrap: true, render: ({ shownBy }) => shownBy[language] },
    {
      key: 'after',
      title: t('risks.ifOn'),
      numeric: true,
      render: ({ after }) => (
        <span className={styles.fall}>{t('risks.fall', { before: format.number(risk.score), after: format.number(after) })}</span>
      ),
    },
  ];
  return (
    <>
      <Panel title={t('risks.working')} note={t('risks.workingNote')}>
        {working.length === 0 ? (
          <p className="quiet">{t('risks.nothingWorks')}</p>
        ) : (
          working.map(({ control, name, evidence, until, asset }) => (
            <div key={control} className={styles.weakness}>
              <Status tone="safe">{name[language]}</Status>{' '}
              <span className="quiet">
                {asset === null ? t('risks.everything') : asset.name[language]}
                {until === null ? '' : ` · ${t('risks.freshUntil', { time: format.dateTime(until) })}`}
              </span>
              <EvidenceList evidence={evidence.slice(0, 3)} none="" />
            </div>
          ))
        )}
      </Panel>
      {risk.missing.length === 0 ? null : (
        <Panel flush title={t('risks.missing')} note={t('risks.missingNote')}>
          <DataTable caption={t('risks.missing')} columns={columns} rows={risk.missing} rowKey={({ control }) => control} />
        </Panel>
      )}
    </>
  );
}

function SignsPanel({ risk }: Of) {
  const { t } = useLanguage();
  return (
    <Panel title={t('risks.signs')} note={t('risks.signsNote')}>
      <EvidenceList evidence={risk.signs} none={t('risks.noSigns')} />
    </Panel>
  );
}

function DecisionsPanel({ risk }: Of) {
  const { t, format } = useLanguage();
  const { treatments, acceptances } = risk;
  if (treatments.length + acceptances.length === 0) return null;
  return (
    <Panel title={t('risks.decisions')}>
      <ul className={styles.evidence}>
        {treatments.map(({ id, plan, owner, due, state }) => (
          <li key={id}>
            <Status tone={state === 'done' ? 'safe' : 'quiet'}>{t(`risks.treatment.${state}`)}</Status> {plan}{' '}
            <span className="quiet">
              {owner} {due === null ? '' : format.day(due)}
            </span>
          </li>
        ))}
        {acceptances.map(({ id, reason, until, state, score }) => (
          <li key={id}>
            <Status tone={state === 'valid' ? 'safe' : 'warning'}>{t(`risks.acceptance.${state}`)}</Status> {reason}{' '}
            <span className="quiet">{t('risks.acceptedAs', { score: format.number(score), time: format.day(until) })}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
