import { addListEntries, getAccessLists, type ListKind, type ListName, listApps, listKinds } from '@menshen/contract';
import { Input, Select } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './add-entries-dialog.module.css';

interface Draft {
  readonly list: ListName;
  readonly kind: ListKind;
  readonly values: string;
  readonly app: string;
  readonly owner: string;
  readonly hours: '1' | '24' | '168' | '720' | '8760' | 'none';
}

interface AddEntriesDialogProps {
  readonly open: boolean;
  readonly close: () => void;
  /** What is filled in when it opens. */
  readonly start?: Partial<Draft>;
}

const blank: Draft = { list: 'deny', kind: 'address', values: '', app: '', owner: '', hours: '24' };
const hours = ['1', '24', '168', '720', '8760', 'none'] as const;
/** Anybody can write these into a request, so nothing may be allowed by them. */
const allowable = (kind: ListKind): boolean => kind === 'address' || kind === 'person';

/** Puts addresses, persons, devices or user agents on a list, with a reason, an owner and an end. */
export function AddEntriesDialog({ open, close, start = {} }: AddEntriesDialogProps) {
  const { t, language } = useLanguage();
  const [draft, setDraft] = useState<Draft>({ ...blank, ...start });
  const [pressed, setPressed] = useState(false);
  const apps = useEndpoint(listApps, { input: {}, enabled: open });
  const add = useAction(addListEntries, [getAccessLists]);
  const done = (): void => {
    add.reset();
    setDraft({ ...blank, ...start });
    setPressed(false);
    close();
  };
  const set = (change: Partial<Draft>): void =>
    setDraft((known) => {
      const next = { ...known, ...change };
      const kind = next.list === 'allow' && !allowable(next.kind) ? 'address' : next.kind;
      return { ...next, kind, hours: next.list === 'allow' && next.hours === 'none' ? '24' : next.hours };
    });
  const values = draft.values.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const kinds = listKinds.filter((kind) => draft.list === 'deny' || allowable(kind));
  return (
    <ConfirmDialog
      open={open}
      title={t('lists.add')}
      consequence={t('lists.addText')}
      confirm={t('lists.add')}
      danger={draft.list === 'deny'}
      reasonLength={4}
      busy={add.isPending}
      error={add.error}
      onConfirm={(reason) => {
        setPressed(true);
        if (values.length === 0 || draft.owner.trim() === '') return;
        const { list, kind } = draft;
        const ends = draft.hours === 'none' ? null : Number(draft.hours);
        const body = {
          list,
          kind,
          values,
          app: draft.app === '' ? null : draft.app,
          reason,
          owner: draft.owner.trim(),
          hours: ends,
        };
        add.mutate({ body }, { onSuccess: done });
      }}
      onClose={done}
    >
      <div className={styles.form}>
        <Field label={t('lists.which')}>
          {(wiring) => (
            <Select
              {...wiring}
              style={{ width: '100%' }}
              value={draft.list}
              options={(['deny', 'allow'] as const).map((list) => ({ value: list, label: t(`lists.${list}`) }))}
              onChange={(list) => set({ list })}
            />
          )}
        </Field>
        <Field label={t('lists.kind')}>
          {(wiring) => (
            <Select
              {...wiring}
              style={{ width: '100%' }}
              value={draft.kind}
              options={kinds.map((kind) => ({ value: kind, label: t(`lists.kind.${kind}`) }))}
              onChange={(kind) => set({ kind })}
            />
          )}
        </Field>
        <Field
          label={t('lists.values')}
          hint={t(`lists.hint.${draft.kind}`)}
          error={pressed && values.length === 0 ? t('lists.valuesNone') : undefined}
        >
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              required
              spellCheck={false}
              maxLength={100_000}
              autoSize={{ minRows: 2, maxRows: 8 }}
              value={draft.values}
              onChange={(event) => set({ values: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('lists.app')}>
          {(wiring) => (
            <Select
              {...wiring}
              style={{ width: '100%' }}
              value={draft.app}
              options={[
                { value: '', label: t('lists.everyApp') },
                ...(apps.data?.apps ?? []).map((app) => ({ value: app.id, label: app.name[language] })),
              ]}
              onChange={(app) => set({ app })}
            />
          )}
        </Field>
        <Field label={t('lists.hours')}>
          {(wiring) => (
            <Select
              {...wiring}
              style={{ width: '100%' }}
              value={draft.hours}
              options={hours
                .filter((one) => one !== 'none' || draft.list === 'deny')
                .map((one) => ({ value: one, label: t(`lists.hours.${one}`) }))}
              onChange={(one) => set({ hours: one })}
            />
          )}
        </Field>
        <Field
          label={t('lists.owner')}
          hint={t('lists.ownerHint')}
          error={pressed && draft.owner.trim() === '' ? t('lists.ownerNone') : undefined}
        >
          {(wiring) => (
            <Input
              {...wiring}
              required
              maxLength={100}
              value={draft.owner}
              onChange={(event) => set({ owner: event.target.value })}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
