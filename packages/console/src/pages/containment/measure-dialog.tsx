import {
  applyMeasure,
  listApprovals,
  listMeasures,
  type MeasureKindId,
  type MeasureRequest,
  measureWords,
  previewMeasure,
} from '@menshen/contract';
import { Select } from 'antd';
import { useEffect, useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { blankDraft, type Draft, measureOf } from './draft.ts';
import { PreviewReport } from './preview-report.tsx';
import { TargetFields } from './target-fields.tsx';

const minuteMs = 60_000;
const spans = [15, 60, 240, 1_440, 10_080] as const;
type Span = (typeof spans)[number];
const settleMs = 400;

interface MeasureDialogProps {
  readonly kind: MeasureKindId | null;
  /** What is filled in when it opens. */
  readonly start: Partial<Draft>;
  /** The incident that it is for. */
  readonly incident?: string;
  readonly close: () => void;
}

/** Takes a measure: on whom, until when and why, with what it would have stopped before anybody presses the button. */
export function MeasureDialog({ kind, ...rest }: MeasureDialogProps) {
  return kind === null ? null : <Dialog key={kind} kind={kind} {...rest} />;
}

/** One key for one form: pressing twice takes one measure. */
const newKey = (): string => `console:${crypto.randomUUID()}`;

function Dialog({ kind, start, incident, close }: MeasureDialogProps & { readonly kind: MeasureKindId }) {
  const { t, language } = useLanguage();
  const [draft, setDraft] = useState<Draft>(() => blankDraft(kind, start));
  const [span, setSpan] = useState<Span>(kind === 'end_sessions' ? 15 : 60);
  const [pressed, setPressed] = useState(false);
  const [key] = useState(newKey);
  const apply = useAction(applyMeasure, [listMeasures, listApprovals]);
  const settled = useSettled(draft);
  const measured = measureOf(draft);
  const counted = measureOf(settled);
  const preview = useEndpoint(previewMeasure, {
    key: counted,
    input: () => ({ body: counted ?? { kind: 'stop_app', target: { app: '' } } }),
    enabled: counted !== null,
  });
  const { name, nature } = measureWords[kind];
  return (
    <ConfirmDialog
      open
      title={name[language]}
      consequence={t(`containment.does.${kind}`)}
      confirm={t('containment.take')}
      danger
      reasonLength={4}
      busy={apply.isPending}
      error={apply.error}
      onConfirm={(reason) => {
        setPressed(true);
        if (measured === null) return;
        const body = {
          ...measured,
          ...{ until: Date.now() + span * minuteMs, reason, idempotencyKey: key },
          ...(incident === undefined ? {} : { incident }),
        } as MeasureRequest;
        apply.mutate({ body }, { onSuccess: close });
      }}
      onClose={close}
    >
      <TargetFields draft={draft} set={(change) => setDraft((known) => ({ ...known, ...change }))} pressed={pressed} />
      {nature === 'act' && kind !== 'end_sessions' && kind !== 'rotate_secret' ? null : (
        <Field
          label={t(kind === 'rotate_secret' ? 'appSecrets.overlap' : 'containment.span')}
          hint={t(kind === 'rotate_secret' ? 'appSecrets.overlapHint' : 'containment.spanHint')}
        >
          {(wiring) => (
            <Select
              {...wiring}
              style={{ width: '100%' }}
              value={span}
              options={spans.map((minutes) => ({ value: minutes, label: t(`containment.span.${minutes}`) }))}
              onChange={setSpan}
            />
          )}
        </Field>
      )}
      {incident === undefined ? null : <p className="quiet">{t('containment.forIncident')}</p>}
      {counted === null ? (
        <p className="quiet">{t('containment.preview.fill')}</p>
      ) : (
        <Loadable query={preview} lines={3}>
          {(data) => <PreviewReport preview={data} />}
        </Loadable>
      )}
    </ConfirmDialog>
  );
}

/** The draft once nobody has typed for a moment: each count asks the index. */
function useSettled(draft: Draft): Draft {
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), settleMs);
    return () => clearTimeout(timer);
  }, [draft]);
  return settled;
}
