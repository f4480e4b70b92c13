import {
  fillRecoveryBox,
  getIncident,
  getRecoveryChecklist,
  type IncidentDetail,
  type RecoveryBoxView,
  type RecoveryEvidence,
} from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button, Input, Radio } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import cards from '../../components/cards.module.css';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './incidents.module.css';

const refetchMs = 15_000;
const tones = { open: 'warning', filled: 'safe', lapsed: 'danger' } as const;

/** What has to be so before the incident counts as recovered; what is open comes with what would prove it. */
export function RecoveryPanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t, format } = useLanguage();
  const { id } = incident;
  const checklist = useEndpoint(getRecoveryChecklist, { input: { params: { id } }, refetchMs });
  const ended = incident.state === 'closed' || incident.state === 'false_alarm' || incident.mergedInto !== null;
  return (
    <Panel title={t('recoveryList.title')} note={t('recoveryList.note')}>
      <Loadable query={checklist} lines={8}>
        {({ boxes, complete, exception }) => (
          <div className={styles.stack}>
            <p className={styles.text}>
              {complete ? (
                <Status tone="safe">{t('recoveryList.complete')}</Status>
              ) : (
                <Status tone="warning">
                  {t('recoveryList.open', { count: boxes.filter(({ state }) => state !== 'filled').length })}
                </Status>
              )}
            </p>
            {exception === null ? null : (
              <p className={styles.text}>
                {t('recoveryList.exception', {
                  by: exception.by,
                  time: format.minute(exception.at),
                  boxes: format.list(exception.missing.map((box) => t(`recoveryList.box.${box}`))),
                  reason: exception.reason,
                })}
              </p>
            )}
            <ol className={cards.list}>
              {boxes.map((box) => (
                <Box key={box.box} id={id} box={box} ended={ended} />
              ))}
            </ol>
          </div>
        )}
      </Loadable>
    </Panel>
  );
}

function Box({ id, box, ended }: { readonly id: string; readonly box: RecoveryBoxView; readonly ended: boolean }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState<'fill' | 'withdraw' | null>(null);
  const { state, how, evidence, problem, who, reason, by, at } = box;
  const name = t(`recoveryList.box.${box.box}`);
  return (
    <li className={cards.card}>
      <div className={cards.row}>
        <strong>{name}</strong>
        <Status tone={tones[state]}>{t(`recoveryList.state.${state}`)}</Status>
      </div>
      <p className={styles.text}>{t(`recoveryList.means.${box.box}`)}</p>
      {problem === null ? null : (
        <p className={styles.text}>
          <Status tone="danger">{t(`recoveryList.problem.${problem}`)}</Status>
        </p>
      )}
      {evidence === null ? null : <EvidenceLine evidence={evidence} />}
      {how === 'statement' ? <p className={styles.text}>{t('recoveryList.states', { who: who ?? '', reason })}</p> : null}
      {how === 'not_needed' ? <p className={styles.text}>{t('recoveryList.notNeededBecause', { reason })}</p> : null}
      {by === null || at === null ? null : (
        <p className="quiet figures">{t('recoveryList.filledBy', { by, time: format.minute(at) })}</p>
      )}
      {ended || !may(fillRecoveryBox) ? null : (
        <div className={cards.row}>
          {state === 'filled' ? null : (
            <Button onClick={() => setOpen('fill')} aria-label={`${t('recoveryList.fill')}: ${name}`}>
              {t('recoveryList.fill')}
            </Button>
          )}
          {by === null ? null : (
            <Button onClick={() => setOpen('withdraw')} aria-label={`${t('recoveryList.withdraw')}: ${name}`}>
              {t('recoveryList.withdraw')}
            </Button>
          )}
        </div>
      )}
      {open === 'fill' ? <FillDialog id={id} box={box} close={() => setOpen(null)} /> : null}
      {open === 'withdraw' ? <WithdrawDialog id={id} box={box} close={() => setOpen(null)} /> : null}
    </li>
  );
}

function EvidenceLine({ evidence: { label, path, index, at } }: { readonly evidence: RecoveryEvidence }) {
  const { t, format, language } = useLanguage();
  return (
    <p className={styles.text}>
      <Link to={path}>{label[language]}</Link>
      {at === 0 ? null : <span className="quiet figures"> {format.minute(at)}</span>}
      {index === null || path === `/audit/${index}` ? null : (
        <>
          {' '}
          <Link to="/audit/$index" params={{ index: String(index) }}>
            {t('recoveryList.inLog', { index })}
          </Link>
        </>
      )}
    </p>
  );
}

const stale = [getRecoveryChecklist, getIncident];
const statement = 'statement';
const notNeeded = 'not_needed';

interface BoxDialogProps {
  readonly id: string;
  readonly box: RecoveryBoxView;
  readonly close: () => void;
}

/** Evidence first, somebody's word where there is none. */
function FillDialog({ id, box: { box, candidates }, close }: BoxDialogProps) {
  const { t, format, language } = useLanguage();
  const fill = useAction(fillRecoveryBox, stale);
  const [chosen, choose] = useState<string>(candidates.length === 0 ? statement : '0');
  const [who, setWho] = useState('');
  const [text, setText] = useState('');
  const [pressed, setPressed] = useState(false);
  const words = chosen === statement || chosen === notNeeded;
  const wrongWho = chosen === statement && who.trim().length < 2;
  const wrongText = words && text.trim().length < 10;
  const confirm = (): void => {
    setPressed(true);
    if (wrongWho || wrongText) return;
    const candidate = candidates[Number(chosen)];
    const reason = text.trim();
    const body =
      chosen === statement
        ? { how: 'statement' as const, who: who.trim(), reason }
        : chosen === notNeeded
          ? { how: 'not_needed' as const, reason }
          : candidate === undefined
            ? null
            : { how: 'evidence' as const, kind: candidate.kind, ref: candidate.ref };
    if (body !== null) fill.mutate({ params: { id, box }, body }, { onSuccess: close });
  };
  return (
    <ConfirmDialog
      open
      title={t(`recoveryList.box.${box}`)}
      consequence={t(candidates.length === 0 ? 'recoveryList.noProof' : 'recoveryList.choose')}
      confirm={t('recoveryList.fill')}
      busy={fill.isPending}
      error={fill.error}
      onConfirm={confirm}
      onClose={close}
    >
      <Radio.Group
        className={styles.stack ?? ''}
        aria-label={t('recoveryList.by')}
        value={chosen}
        onChange={(event) => choose(String(event.target.value))}
      >
        {candidates.map(({ kind, ref, label, at }, place) => (
          <Radio key={`${kind} ${ref}`} value={String(place)}>
            {label[language]} <span className="quiet figures">{format.minute(at)}</span>
          </Radio>
        ))}
        <Radio value={statement}>{t('recoveryList.statement')}</Radio>
        <Radio value={notNeeded}>{t('recoveryList.notNeeded')}</Radio>
      </Radio.Group>
      {chosen === statement ? (
        <Field
          label={t('recoveryList.who')}
          hint={t('recoveryList.whoHint')}
          error={pressed && wrongWho ? t('recoveryList.whoMissing') : undefined}
        >
          {(wiring) => <Input {...wiring} maxLength={100} value={who} onChange={(event) => setWho(event.target.value)} />}
        </Field>
      ) : null}
      {words ? (
        <Field label={t('dialog.reason')} error={pressed && wrongText ? t('dialog.reasonShort', { count: 10 }) : undefined}>
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              maxLength={1_000}
              autoSize={{ minRows: 2, maxRows: 8 }}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      ) : null}
    </ConfirmDialog>
  );
}

function WithdrawDialog({ id, box: { box }, close }: BoxDialogProps) {
  const { t } = useLanguage();
  const fill = useAction(fillRecoveryBox, stale);
  return (
    <ConfirmDialog
      open
      title={t('recoveryList.withdraw')}
      consequence={t('recoveryList.withdrawText', { box: t(`recoveryList.box.${box}`) })}
      confirm={t('recoveryList.withdraw')}
      reasonLength={4}
      busy={fill.isPending}
      error={fill.error}
      onConfirm={(reason) => fill.mutate({ params: { id, box }, body: { how: 'withdraw', reason } }, { onSuccess: close })}
      onClose={close}
    />
  );
}
