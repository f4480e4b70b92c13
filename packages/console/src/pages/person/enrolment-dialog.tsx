import { createEnrolmentCode } from '@menshen/contract';
import { Modal } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ChoiceCards } from '../../components/choice-cards.tsx';
import { CopyButton } from '../../ds/copy-button.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './binding-code-panel.module.css';

interface EnrolmentDialogProps {
  readonly uid: string;
  readonly open: boolean;
  readonly close: () => void;
}

/** Issues the code with which a person enrols a second factor: sent to them, or shown here once. */
export function EnrolmentDialog({ uid, open, close }: EnrolmentDialogProps) {
  const { t, format } = useLanguage();
  const [deliver, setDeliver] = useState<'wecom' | 'show'>('wecom');
  const issue = useAction(createEnrolmentCode);
  useFocusReturn(open);
  const done = (): void => {
    issue.reset();
    close();
  };
  const { data } = issue;
  return (
    <Modal
      open={open}
      title={t('enrolment.title')}
      onCancel={done}
      onOk={data === undefined ? () => issue.mutate({ params: { uid }, body: { deliver } }) : done}
      okText={data === undefined ? t('enrolment.title') : t('approval.close')}
      okButtonProps={{ loading: issue.isPending }}
      cancelText={t('dialog.cancel')}
      cancelButtonProps={{ hidden: data !== undefined }}
      mask={{ closable: data === undefined }}
      destroyOnHidden
    >
      {data === undefined ? (
        <>
          <p>{t('enrolment.text')}</p>
          <ChoiceCards
            label={t('enrolment.how')}
            value={deliver}
            onChange={setDeliver}
            choices={[
              { value: 'wecom', title: t('enrolment.wecom'), text: t('enrolment.wecomText') },
              { value: 'show', title: t('enrolment.show'), text: t('enrolment.showText') },
            ]}
          />
          {issue.error === null ? null : <ErrorState error={issue.error} />}
        </>
      ) : data.code === null ? (
        <p role="status">{t('enrolment.sent', { time: format.minute(data.expiresAt) })}</p>
      ) : (
        <div className={styles.issued} role="status">
          <code className={styles.code}>{data.code}</code>
          <CopyButton wide text={data.code} label={t('enrolment.copy')} />
          <span className="quiet">{t('bindingCode.once', { time: format.minute(data.expiresAt) })}</span>
        </div>
      )}
    </Modal>
  );
}
