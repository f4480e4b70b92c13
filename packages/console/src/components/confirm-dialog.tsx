import { Input, Modal } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { ApprovalFiled } from '../api/approval-filed.ts';
import { Field } from '../ds/field.tsx';
import { focusFirst } from '../ds/first-focus.ts';
import { useFocusReturn } from '../ds/focus-return.ts';
import { ErrorState } from '../ds/states.tsx';
import { useLanguage } from '../i18n/language.tsx';

export interface ConfirmDialogProps {
  readonly open: boolean;
  readonly title: string;
  /** What will happen. */
  readonly consequence: ReactNode;
  readonly confirm: string;
  readonly danger?: boolean;
  /** Least number of characters of the reason; no reason is asked without. */
  readonly reasonLength?: number;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
  /** More to choose, between what will happen and the reason. */
  readonly children?: ReactNode;
}

/** Asks before an act: what it does, and why it is done. The reason goes into the audit log. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useLanguage();
  const [reason, setReason] = useState('');
  const [pressed, setPressed] = useState(false);
  const form = useId();
  const filed = props.error instanceof ApprovalFiled;
  useFocusReturn(props.open);
  const needed = props.reasonLength ?? 0;
  const short = reason.trim().length < needed;
  const close = (): void => {
    setReason('');
    setPressed(false);
    props.onClose();
  };
  const confirm = (): void => {
    setPressed(true);
    if (!short) props.onConfirm(reason.trim());
  };
  return (
    <Modal
      open={props.open}
      title={props.title}
      onCancel={close}
      onOk={filed ? close : confirm}
      okText={filed ? t('approval.close') : props.confirm}
      okButtonProps={{ danger: !filed && (props.danger ?? false), loading: props.busy }}
      cancelText={t('dialog.cancel')}
      cancelButtonProps={{ hidden: filed }}
      afterClose={() => setReason('')}
      afterOpenChange={(open) => (open ? focusFirst(form, needed === 0 ? 'input, textarea' : 'textarea') : undefined)}
      destroyOnHidden
    >
      <div id={form}>
        {filed ? null : props.consequence === null ? null : <div className="paragraph">{props.consequence}</div>}
        {filed ? null : props.children}
        {needed === 0 || filed ? null : (
          <Field
            label={t('dialog.reason')}
            hint={t('dialog.reasonHint')}
            error={pressed && short ? t('dialog.reasonShort', { count: needed }) : undefined}
          >
            {(wiring) => (
              <Input.TextArea
                {...wiring}
                required
                maxLength={200}
                autoSize={{ minRows: 2, maxRows: 6 }}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
        )}
        {props.error === null || props.error === undefined ? null : <ErrorState error={props.error} />}
      </div>
    </Modal>
  );
}
