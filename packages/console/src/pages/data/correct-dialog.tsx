import { correctDataField, type DataFieldView, type DataKind, dataKinds, getDataField, listDataFields } from '@menshen/contract';
import { Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './correct-dialog.module.css';

const levels = [4, 3, 2, 1] as const;

/** Corrects what was recognised, and says whose the field is. */
export function CorrectDialog({ field, close }: { readonly field: DataFieldView; readonly close: () => void }) {
  const { t } = useLanguage();
  const { correction } = field;
  const [kind, setKind] = useState<DataKind | 'seen'>(correction?.kind ?? 'seen');
  const [level, setLevel] = useState<number>(correction?.level ?? 0);
  const [owner, setOwner] = useState(correction?.owner ?? '');
  const [note, setNote] = useState(correction?.note ?? '');
  const [notPersonal, setNotPersonal] = useState(correction?.notPersonal ?? false);
  const correct = useAction(correctDataField, [getDataField, listDataFields]);
  const save = (): void => {
    const body = {
      ...{ app: field.app, route: field.route, field: field.field, notPersonal },
      kind: kind === 'seen' ? null : kind,
      level: level === 0 ? null : level,
      owner: owner.trim(),
      note: note.trim(),
    };
    correct.mutate({ body }, { onSuccess: close });
  };
  return (
    <ConfirmDialog
      open
      title={t('data.correctTitle')}
      consequence={t('data.correctText')}
      confirm={t('data.save')}
      busy={correct.isPending}
      error={correct.error}
      onConfirm={save}
      onClose={close}
    >
      <div className={styles.form}>
        <Checkbox checked={notPersonal} onChange={(event) => setNotPersonal(event.target.checked)}>
          {t('data.notPersonal')}
        </Checkbox>
        <Field label={t('data.kind')}>
          {(wiring) => (
            <Select
              {...wiring}
              value={kind}
              onChange={setKind}
              options={[
                { value: 'seen' as const, label: t('data.asSeen', { kind: t(`data.kind.${field.seenKind}`) }) },
                ...dataKinds.map((value) => ({ value, label: t(`data.kind.${value}`) })),
              ]}
            />
          )}
        </Field>
        <Field label={t('data.level')}>
          {(wiring) => (
            <Select
              {...wiring}
              value={level}
              disabled={notPersonal}
              onChange={setLevel}
              options={[
                { value: 0, label: t('data.asUsual') },
                ...levels.map((value) => ({ value: Number(value), label: t(`data.level.${value}`) })),
              ]}
            />
          )}
        </Field>
        <Field label={t('data.owner')}>
          {(wiring) => <Input {...wiring} maxLength={100} value={owner} onChange={(event) => setOwner(event.target.value)} />}
        </Field>
        <Field label={t('data.note')}>
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              maxLength={500}
              autoSize={{ minRows: 2, maxRows: 5 }}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
