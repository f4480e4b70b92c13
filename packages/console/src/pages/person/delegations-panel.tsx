import { createDelegation, type DelegationView, endDelegation, listDelegations, type Person } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PersonLink } from '../../components/person-link.tsx';
import { DataTable } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
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
  const [ending, setEnding] = useState<DelegationView | null>(null);
  const list = useEndpoint(listDelegations, { input: { query: { uid: person.uid } } });
  const end = useAction(endDelegation, [listDelegations]);
  const done = (): void => {
    end.reset();
    setEnding(null);
  };
  return (
    <Panel
      flush
      title={t('delegations.title')}
      note={t('delegations.note')}
      actions={may(createDelegation) ? <Button onClick={() => setAdding(true)}>{t('delegations.add')}</Button> : undefined}
    >
      <Loadable query={list} lines={3}>
        {({ delegations }) => (
          <DataTable
            caption={t('delegations.title')}
            rows={delegations}
            rowKey={(row) => row.id}
            columns={[
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
                  <span className="figures">
                    {t('delegations.span', { from: format.minute(row.starts), to: format.minute(row.ends) })}
                  </span>
                ),
              },
              { key: 'reason', title: t('column.reason'), grow: true, wideOnly: true, render: (row) => row.reason },
              {
                key: 'act',
                title: t('column.act'),
                width: 80,
                plain: true,
                render: (row) =>
                  may(endDelegation) ? (
                    <Button onClick={() => setEnding(row)} aria-label={t('delegations.endOf', { role: row.role })}>
                      {t('delegations.end')}
                    </Button>
                  ) : (
                    '–'
                  ),
              },
            ]}
            empty={<EmptyState title={t('delegations.none')}>{t('delegations.noneText')}</EmptyState>}
          />
        )}
      </Loadable>
      <DelegateDialog person={person} open={adding} close={() => setAdding(false)} />
      <ConfirmDialog
        open={ending !== null}
        title={t('delegations.end')}
        consequence={ending === null ? null : t('delegations.endText', { role: ending.role })}
        confirm={t('delegations.end')}
        danger
        busy={end.isPending}
        error={end.error}
        onConfirm={() => {
          if (ending !== null) end.mutate({ params: { id: ending.id } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
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
