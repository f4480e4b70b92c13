import {
  createInspectionException,
  getInspection,
  listInspectionExceptions,
  type RequestInspection,
  replayInspection,
  type TrafficRow,
} from '@menshen/contract';
import { InputNumber } from 'antd';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { InspectedFieldName } from '../../components/inspected-field.tsx';
import { ReplayReport } from '../../components/replay-report.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { neededRules } from './needed-rules.ts';
import styles from './threat-panel.module.css';

const dayMs = 86_400_000;
const defaultDays = 30;
const maxDays = 180;

interface ExceptDialogProps {
  /** What is to pass; null while the dialog is closed. */
  readonly threat: RequestInspection['threats'][number] | null;
  readonly inspection: Pick<RequestInspection, 'rules' | 'threshold'>;
  readonly row: TrafficRow;
  readonly close: () => void;
  readonly done: (days: number) => void;
}

/** Makes a false positive an exception for this field alone, filled in from the request; shows first what it would have let pass in the last day. */
export function ExceptDialog({ threat, inspection, row, close, done }: ExceptDialogProps) {
  const { t, language } = useLanguage();
  const [days, setDays] = useState(defaultDays);
  const create = useAction(createInspectionException, [listInspectionExceptions, getInspection]);
  const replay = useAction(replayInspection);
  /** Rules whose exception was made before another failed: who confirms again makes none of them twice. */
  const made = useRef(new Set<string>());
  const rules = threat === null ? [] : neededRules(threat, inspection.threshold);
  const place = { app: row.app ?? '', route: row.route ?? '' };
  const where = threat === null ? null : { place: threat.place, name: threat.name };

  const look = useEffectEvent(() => {
    create.reset();
    replay.reset();
    made.current.clear();
    if (where !== null)
      replay.mutate({ body: { exceptions: { add: rules.map((rule) => ({ ...place, rule, where })), remove: [] } } });
  });
  useEffect(() => {
    if (threat !== null) look();
  }, [threat]);

  const confirm = async (reason: string): Promise<void> => {
    if (where === null) return;
    const expiresAt = Date.now() + days * dayMs;
    try {
      for (const rule of rules) {
        if (made.current.has(rule)) continue;
        await create.mutateAsync({ body: { ...place, rule, where, reason, expiresAt, requestId: row.requestId } });
        made.current.add(rule);
      }
      done(days);
    } catch {
      // The dialog shows what the server said.
    }
  };
  return (
    <ConfirmDialog
      open={threat !== null}
      title={t('request.exceptTitle')}
      consequence={null}
      confirm={t('request.exceptConfirm')}
      reasonLength={4}
      busy={create.isPending}
      error={create.error}
      onConfirm={(reason) => void confirm(reason)}
      onClose={close}
    >
      <div className={styles.form}>
        {threat === null ? null : (
          <>
            <p className="paragraph">{t('request.exceptText')}</p>
            <p className="paragraph">
              <InspectedFieldName place={threat.place} name={threat.name} /> · <code>{place.route}</code>
            </p>
          </>
        )}
        <div>
          {t('request.exceptRules')}
          <ul>
            {rules.map((rule) => (
              <li key={rule}>
                {inspection.rules.find((one) => one.rule === rule)?.text[language] ?? null} <code className="quiet">{rule}</code>
              </li>
            ))}
          </ul>
        </div>
        <Field label={t('request.exceptDays')} hint={t('inspection.daysHint')}>
          {(wiring) => (
            <InputNumber
              {...wiring}
              min={1}
              max={maxDays}
              precision={0}
              value={days}
              onChange={(next) => setDays(next ?? defaultDays)}
            />
          )}
        </Field>
        <ReplayReport replay={replay} />
      </div>
    </ConfirmDialog>
  );
}
