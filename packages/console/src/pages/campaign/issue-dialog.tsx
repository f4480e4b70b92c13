import { type BatchView, issueCodes, listCodeBatches } from '@menshen/contract';
import { Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './campaign-page.module.css';

interface IssueDialogProps {
  readonly open: boolean;
  readonly app: string;
  readonly campaign: string;
  readonly places: readonly string[];
  readonly issued: (made: { readonly batch: BatchView; readonly codes: readonly string[] }) => void;
  readonly close: () => void;
}

const blank = { label: '', count: 100, place: '' };
const placeForm = /^[A-Za-z0-9_.:-]{1,64}$/;

/** Issues a batch of single-use codes. */
export function IssueDialog({ open, app, campaign, places, issued, close }: IssueDialogProps) {
  const { t } = useLanguage();
  const [draft, setDraft] = useState(blank);
  const [pressed, setPressed] = useState(false);
  const issue = useAction(issueCodes, [listCodeBatches]);
  const done = (): void => {
    issue.reset();
    setDraft(blank);
    setPressed(false);
    close();
  };
  const label = draft.label.trim();
  const wrongPlace = draft.place !== '' && !placeForm.test(draft.place);
  return (
    <ConfirmDialog
      open={open}
      title={t('codes.issue')}
      consequence={t('codes.issueText')}
      confirm={t('codes.issue')}
      busy={issue.isPending}
      error={issue.error}
      onConfirm={() => {
        setPressed(true);
        if (label === '' || wrongPlace) return;
        issue.mutate(
          {
            params: { app, campaign },
            body: { label, count: draft.count, ...(draft.place === '' ? {} : { place: draft.place }) },
          },
          {
            onSuccess: (made) => {
              done();
              issued(made);
            },
          },
        );
      }}
      onClose={done}
    >
      <div className={styles.form}>
        <Field
          label={t('codes.label')}
          hint={t('codes.labelHint')}
          error={pressed && label === '' ? t('codes.labelShort') : undefined}
        >
          {(wiring) => (
            <Input
              {...wiring}
              required
              maxLength={60}
              value={draft.label}
              onChange={(event) => setDraft((known) => ({ ...known, label: event.target.value }))}
            />
          )}
        </Field>
        <Field label={t('codes.count')} hint={t('codes.countHint')}>
          {(wiring) => (
            <InputNumber
              {...wiring}
              min={1}
              max={10_000}
              precision={0}
              value={draft.count}
              onChange={(count) => setDraft((known) => ({ ...known, count: count ?? blank.count }))}
            />
          )}
        </Field>
        <Field
          label={t('ledger.place')}
          hint={t('codes.placeHint')}
          error={pressed && wrongPlace ? t('codes.placeWrong') : undefined}
        >
          {(wiring) =>
            places.length > 0 ? (
              <Select
                {...wiring}
                allowClear
                showSearch
                placeholder={t('codes.anywhere')}
                value={draft.place === '' ? null : draft.place}
                onChange={(place: string | null | undefined) => setDraft((known) => ({ ...known, place: place ?? '' }))}
                options={places.map((place) => ({ value: place, label: place }))}
              />
            ) : (
              <Input
                {...wiring}
                maxLength={64}
                value={draft.place}
                onChange={(event) => setDraft((known) => ({ ...known, place: event.target.value.trim() }))}
              />
            )
          }
        </Field>
      </div>
    </ConfirmDialog>
  );
}
