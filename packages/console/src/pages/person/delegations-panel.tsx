import { createDelegation, type DelegationView, endDelegation, listDelegations, type Person } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { RowActPanel } from '../../components/row-act-panel.tsx';
import type { Column } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { fromWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { RichText } from '../../i18n/rich-text.tsx';
import styles from './roles-panel.module.css';

const rolePattern = /^[a-z][a-z0-9_-]{0,39}$/;

/** Roles that this person has handed to another, or holds for another. */
export function DelegationsPanel({ person }: { readonly person: Person }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const list = useEndpoint(listDelegations, { input: { query: { uid: person.uid } } });
  const columns: readonly Column<DelegationView>[] = [
    { key: 'role', title: t('scoped.role'), width: 120, render: (row) => <code>{row.role}</code> },
    {
      key: 'who',
      title: t('delegations.who'),
      render: (row) =>
        row.from === person.uid ? (
          <RichText id="delegations.given" values={{ name: <PersonLink uid={row.to} name={null} /> }} />
        ) : (
          <RichText id="delegations.taken" values={{ name: <PersonLink uid={row.from} name={null} /> }} />
        ),
    },
    {
      key: 'when',
      title: t('delegations.when'),
      render: (row) => (
        <span className="figures">{t('delegations.span', { from: format.minute(row.starts), to: format.minute(row.ends) })}</span>
      ),
    },
    { key: 'reason', title: t('column.reason'), grow: true, wideOnly: true, render: (row) => row.reason },
  ];
  return (
    <>
      <RowActPanel
        title={t('delegations.title')}
        note={t('delegations.note')}
        actions={may(createDelegation) ? <Button onClick={() => setAdding(true)}>{t('delegations.add')}</Button> : undefined}
        rows={list.data?.delegations ?? []}
        rowKey={(row) => row.id}
        columns={columns}
        empty={<EmptyState title={t('delegations.none')}>{t('delegations.noneText')}</EmptyState>}
        wrap={(table) => (
          <Loadable query={list} lines={3}>
            {() => table}
          </Loadable>
        )}
        act={{
          endpoint: endDelegation,
          stale: [listDelegations],
          label: t('delegations.end'),
          labelOf: (row) => t('delegations.endOf', { role: row.role }),
          consequence: (row) => t('delegations.endText', { role: row.role }),
          input: (row) => ({ params: { id: row.id } }),
          instead: () => (may(endDelegation) ? null : '–'),
          width: 80,
        }}
      />
      <DelegateDialog person={person} open={adding} close={() => setAdding(false)} />
    </>
  );
}

const blank = { role: '', to: '', ends: '' };

interface DelegateDialogProps {
  readonly person: Person;
  readonly open: boolean;
  readonly close: () => void;
}

function DelegateDialog({ person, open, close }: DelegateDialogProps) {
  const { t } = useLanguage();
  const [draft, setDraft] = useState(blank);
  const [pressed, setPressed] = useState(false);
  const create = useAction(createDelegation, [listDelegations]);
  const ends = fromWallClock(draft.ends);
  const wrong = {
    role: rolePattern.test(draft.role) ? undefined : t('scoped.roleWrong'),
    to: draft.to === '' ? t('delegations.toNone') : undefined,
    ends: ends === null || ends <= Date.now() ? t('delegations.untilWrong') : undefined,
  };
  const done = (): void => {
    create.reset();
    setDraft(blank);
    setPressed(false);
    close();
  };
  const field = (name: keyof typeof blank, label: string, type: 'text' | 'datetime-local', maxLength: number) => (
    <Field label={label} error={pressed ? wrong[name] : undefined}>
      {(wiring) => (
        <Input
          {...wiring}
          type={type}
          required
          spellCheck={false}
          autoCapitalize="none"
          maxLength={maxLength}
          value={draft[name]}
          onChange={(event) => setDraft({ ...draft, [name]: event.target.value.trim() })}
        />
      )}
    </Field>
  );
  return (
    <ConfirmDialog
      open={open}
      title={t('delegations.add')}
      consequence={t('delegations.addText', { name: person.name === '' ? person.uid : person.name })}
      confirm={t('delegations.add')}
      reasonLength={2}
      busy={create.isPending}
      error={create.error}
      onConfirm={(reason) => {
        setPressed(true);
        if (ends === null || Object.values(wrong).some((problem) => problem !== undefined)) return;
        const { role, to } = draft;
        create.mutate({ body: { from: person.uid, to, role, ends, reason } }, { onSuccess: done });
      }}
      onClose={done}
    >
      <div className={styles.form}>
        {field('role', t('scoped.role'), 'text', 40)}
        {field('to', t('delegations.to'), 'text', 128)}
        {field('ends', t('delegations.until'), 'datetime-local', 16)}
      </div>
    </ConfirmDialog>
  );
}
