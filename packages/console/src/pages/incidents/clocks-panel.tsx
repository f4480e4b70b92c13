import { type ClockView, getIncident, type IncidentDetail, listIncidents, setIncidentClock } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { fromWallClock, toWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './incidents.module.css';

/** When it happened, was seen, was known, and so on; what a clock said before stays to be seen. */
export function ClocksPanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState<ClockView | null>(null);
  const ended = incident.state === 'closed' || incident.state === 'false_alarm' || incident.mergedInto !== null;
  return (
    <Panel title={t('incidents.clocks')}>
      <ul className={styles.clocks}>
        {incident.clocks.map((clock) => (
          <Clock key={clock.clock} view={clock} correct={ended || !may(setIncidentClock) ? null : () => setOpen(clock)} />
        ))}
      </ul>
      {open === null ? null : <ClockDialog id={incident.id} view={open} close={() => setOpen(null)} />}
    </Panel>
  );
}

function Clock({ view, correct }: { readonly view: ClockView; readonly correct: (() => void) | null }) {
  const { t, format } = useLanguage();
  const { clock, at, by, before, reason } = view;
  const name = t(`incidents.clock.${clock}`);
  const label = at === null ? t('incidents.set') : t('incidents.correct');
  const history = before.map((one) =>
    t('incidents.clockWas', {
      ...{ time: format.minute(one.at), name: one.by },
      reason: one.reason === '' ? t('incidents.clockFirst') : one.reason,
    }),
  );
  return (
    <li className={styles.clock} data-set={at === null ? undefined : ''}>
      <span className={styles.clockName}>{name}</span>
      <span className={at === null ? 'quiet' : 'figures'}>{at === null ? t('incidents.clockUnset') : format.minute(at)}</span>
      {by === null ? null : <span className="quiet">{t('incidents.clockBy', { name: by })}</span>}
      {reason === '' ? null : <span className="quiet">{reason}</span>}
      {history.length === 0 ? null : (
        <details>
          <summary className="quiet">{t('incidents.clockBefore', { count: history.length })}</summary>
          <ul className={styles.plain}>
            {history.map((line) => (
              <li key={line} className="quiet">
                {line}
              </li>
            ))}
          </ul>
        </details>
      )}
      {correct === null ? null : (
        <span>
          <Button
            size="small"
            onClick={correct}
            aria-label={at === null ? t('incidents.setOf', { clock: name }) : t('incidents.correctOf', { clock: name })}
          >
            {label}
          </Button>
        </span>
      )}
    </li>
  );
}

function ClockDialog({ id, view, close }: { readonly id: string; readonly view: ClockView; readonly close: () => void }) {
  const { t } = useLanguage();
  const [text, setText] = useState(toWallClock(view.at ?? Date.now()));
  const set = useAction(setIncidentClock, [getIncident, listIncidents]);
  const name = t(`incidents.clock.${view.clock}`);
  const title = view.at === null ? t('incidents.setOf', { clock: name }) : t('incidents.correctOf', { clock: name });
  return (
    <ConfirmDialog
      open
      title={title}
      consequence={t('incidents.correctText')}
      confirm={view.at === null ? t('incidents.set') : t('incidents.correct')}
      reasonLength={view.at === null ? 0 : 2}
      busy={set.isPending}
      error={set.error}
      onConfirm={(reason) => {
        const at = fromWallClock(text);
        if (at !== null) set.mutate({ params: { id, clock: view.clock }, body: { at, reason } }, { onSuccess: close });
      }}
      onClose={close}
    >
      <Field label={t('incidents.moment')}>
        {(wiring) => <Input {...wiring} type="datetime-local" value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
    </ConfirmDialog>
  );
}
