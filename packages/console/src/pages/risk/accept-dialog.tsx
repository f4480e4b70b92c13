import { acceptRisk, getRisk, getRiskOverview, listTreatments, maxRiskAcceptanceDays } from '@menshen/contract';
import { InputNumber } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const dayMs = 86_400_000;
const usualDays = 90;

/** Accepts a risk for a time: another person must approve it, and a higher number is not covered. */
export function AcceptDialog({
  risk,
  score,
  close,
}: {
  readonly risk: string;
  readonly score: number;
  readonly close: () => void;
}) {
  const { t, format } = useLanguage();
  const [days, setDays] = useState(usualDays);
  const accept = useAction(acceptRisk, [getRisk, getRiskOverview, listTreatments]);
  return (
    <ConfirmDialog
      open
      title={t('risks.accept')}
      consequence={t('risks.acceptText', { score: format.number(score) })}
      confirm={t('risks.accept')}
      reasonLength={4}
      busy={accept.isPending}
      error={accept.error}
      onConfirm={(reason) =>
        accept.mutate({ body: { risk, score, reason, until: Date.now() + days * dayMs } }, { onSuccess: close })
      }
      onClose={close}
    >
      <Field label={t('risks.acceptDays')} hint={t('risks.acceptDaysHint')}>
        {(wiring) => (
          <InputNumber
            {...wiring}
            min={1}
            max={maxRiskAcceptanceDays - 1}
            precision={0}
            value={days}
            onChange={(next) => setDays(next ?? usualDays)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
