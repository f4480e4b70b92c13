import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { sessionQuery } from '../api/client.ts';
import type { ApprovalWish, GuardedCall } from '../api/prompts.ts';
import { actName } from '../components/act-name.ts';
import { Field } from '../ds/field.tsx';
import { focusFirst } from '../ds/first-focus.ts';
import { useFocusReturn } from '../ds/focus-return.ts';
import { useLanguage } from '../i18n/language.tsx';
import styles from './approval-dialog.module.css';

interface ApprovalDialogProps {
  readonly call: GuardedCall | null;
  readonly settle: (wish: ApprovalWish | null) => void;
}

/** Asks why an act should be approved, and files it; where it may be forced in an emergency, offers that too. */
export function ApprovalDialog({ call, settle }: ApprovalDialogProps) {
  // A new call is a new form.
  const [known, setKnown] = useState(call);
  const [round, setRound] = useState(0);
  if (call !== null && call !== known) {
    setKnown(call);
    setRound(round + 1);
  }
  return known === null ? null : <Dialog key={round} open={call !== null} call={known} settle={settle} />;
}

const leastReason = 4;
const mostReason = 300;

/** The reason that was already given for the act is not asked for twice (WCAG 2.2, 3.3.7). */
function givenReason({ input }: GuardedCall): string {
  const body: unknown = input.body;
  if (typeof body !== 'object' || body === null || !('reason' in body)) return '';
  return typeof body.reason === 'string' ? body.reason : '';
}

interface DialogProps {
  readonly open: boolean;
  readonly call: GuardedCall;
  readonly settle: (wish: ApprovalWish | null) => void;
}

function Dialog({ open, call, settle }: DialogProps) {
  const { t, format, language } = useLanguage();
  const session = useQuery(sessionQuery);
  const [reason, setReason] = useState(() => givenReason(call));
  const [force, setForce] = useState(false);
  const [pressed, setPressed] = useState(false);
  const body = useId();
  useFocusReturn(open);
  const { approval, summary } = call.endpoint;
  const single = session.data?.deviation === 'single_operator';
  const short = [...reason.trim()].length < leastReason;
  const hand = (): void => {
    setPressed(true);
    if (!short) settle({ reason: reason.trim(), breakGlass: force });
  };
  return (
    <Modal
      open={open}
      title={t('approval.title')}
      zIndex={1_100}
      onCancel={() => settle(null)}
      onOk={hand}
      okText={t(force ? 'approval.forceSubmit' : 'approval.submit')}
      okButtonProps={{ danger: force }}
      cancelText={t('dialog.cancel')}
      afterOpenChange={(shown) => (shown ? focusFirst(body, 'textarea') : undefined)}
      destroyOnHidden
    >
      <div id={body}>
        <p>{t('approval.text', { act: actName(summary, language) })}</p>
        <p className="quiet">
          {single
            ? t('approval.single')
            : t('approval.who', { who: format.list((approval?.approvers ?? []).map((power) => t(`power.${power}`))) })}
        </p>
        <Field
          label={t('dialog.reason')}
          hint={t('approval.reasonHint')}
          error={pressed && short ? t('approval.reasonShort', { count: leastReason }) : undefined}
        >
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              required
              maxLength={mostReason}
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {approval?.breakGlass === true && !single ? (
          <div className={styles.force}>
            <Checkbox checked={force} onChange={(event) => setForce(event.target.checked)}>
              {t('approval.force')}
            </Checkbox>
            {force ? <p role="alert">{t('approval.forceText')}</p> : null}
          </div>
        ) : null}
      </div>
    </Modal>
  );
}
