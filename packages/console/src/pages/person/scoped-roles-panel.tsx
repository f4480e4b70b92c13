import {
  assignRole,
  listDepartments,
  listRoleAssignments,
  type Person,
  type RoleAssignmentView,
  unassignRole,
} from '@menshen/contract';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { RowActPanel } from '../../components/row-act-panel.tsx';
import { Field } from '../../ds/field.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { fromWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './roles-panel.module.css';

const rolePattern = /^[a-z][a-z0-9_-]{0,39}$/;
const scopes = ['self', 'department', 'subtree', 'all'] as const;
type ScopeKind = (typeof scopes)[number];

/** Roles that are in force in one part of the department tree. */
export function ScopedRolesPanel({ person }: { readonly person: Person }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const list = useEndpoint(listRoleAssignments, { input: { query: { uid: person.uid } } });
  const departments = useEndpoint(listDepartments, { input: {} });
  const nameOf = (id: string): string => departments.data?.departments.find((one) => one.id === id)?.name ?? id;
  const scopeText = ({ scope }: RoleAssignmentView): string =>
    scope.kind === 'subtree' ? t('scoped.subtree', { department: nameOf(scope.department) }) : t(`scoped.${scope.kind}`);
  const name = person.name === '' ? person.uid : person.name;
  return (
    <>
      <RowActPanel
        title={t('scoped.title')}
        note={t('scoped.note')}
        actions={may(assignRole) ? <Button onClick={() => setAdding(true)}>{t('scoped.add')}</Button> : undefined}
        rows={list.data?.assignments ?? []}
        rowKey={(row) => row.id}
        columns={[
          { key: 'role', title: t('scoped.role'), width: 120, render: (row) => <code>{row.role}</code> },
          { key: 'scope', title: t('scoped.scope'), grow: true, render: scopeText },
          {
            key: 'ends',
            title: t('scoped.ends'),
            render: (row) =>
              row.ends === null ? (
                <span className="quiet">{t('scoped.forever')}</span>
              ) : (
                <span className="figures no-wrap">{format.minute(row.ends)}</span>
              ),
          },
          {
            key: 'by',
            title: t('scoped.by'),
            wideOnly: true,
            render: (row) => <span title={format.dateTime(row.at)}>{row.by}</span>,
          },
        ]}
        empty={<EmptyState title={t('scoped.none')}>{t('scoped.noneText')}</EmptyState>}
        wrap={(table) => (
          <Loadable query={list} lines={3}>
            {() => table}
          </Loadable>
        )}
        act={{
          endpoint: unassignRole,
          stale: [listRoleAssignments],
          label: t('scoped.takeBack'),
          labelOf: (row) => t('scoped.takeBackOf', { role: row.role }),
          consequence: (row) => t('scoped.takeBackText', { name, role: row.role }),
          input: (row) => ({ params: { id: row.id } }),
          instead: () => (may(unassignRole) ? null : '–'),
        }}
      />
      <AssignDialog uid={person.uid} open={adding} close={() => setAdding(false)} />
    </>
  );
}

const blank = { role: '', kind: 'subtree' as ScopeKind, department: '', ends: '' };

function AssignDialog({ uid, open, close }: { readonly uid: string; readonly open: boolean; readonly close: () => void }) {
  const { t } = useLanguage();
  const [draft, setDraft] = useState(blank);
  const [pressed, setPressed] = useState(false);
  const departments = useEndpoint(listDepartments, { input: {}, enabled: open });
  const assign = useAction(assignRole, [listRoleAssignments]);
  const { role, kind, department } = draft;
  const wrong = !rolePattern.test(role);
  const missing = kind === 'subtree' && department === '';
  const done = (): void => {
    assign.reset();
    setDraft(blank);
    setPressed(false);
    close();
  };
  return (
    <ConfirmDialog
      open={open}
      title={t('scoped.add')}
      consequence={t('scoped.addText')}
      confirm={t('scoped.add')}
      busy={assign.isPending}
      error={assign.error}
      onConfirm={() => {
        setPressed(true);
        if (wrong || missing) return;
        const scope = kind === 'subtree' ? { kind, department } : { kind };
        assign.mutate({ body: { uid, role, scope, ends: fromWallClock(draft.ends) } }, { onSuccess: done });
      }}
      onClose={done}
    >
      <div className={styles.form}>
        <Field label={t('scoped.role')} hint={t('scoped.roleWrong')} error={pressed && wrong ? t('scoped.roleWrong') : undefined}>
          {(wiring) => (
            <Input
              {...wiring}
              required
              spellCheck={false}
              autoCapitalize="none"
              maxLength={40}
              value={role}
              onChange={(event) => setDraft({ ...draft, role: event.target.value.trim() })}
            />
          )}
        </Field>
        <Field label={t('scoped.scope')}>
          {(wiring) => (
            <Select
              {...wiring}
              value={kind}
              onChange={(next) => setDraft({ ...draft, kind: next })}
              options={scopes.map((value) => ({ value, label: t(`scoped.choose.${value}`) }))}
            />
          )}
        </Field>
        {kind === 'subtree' ? (
          <Field label={t('scoped.departmentLabel')} error={pressed && missing ? t('scoped.departmentNone') : undefined}>
            {(wiring) => (
              <Select
                {...wiring}
                showSearch={{ optionFilterProp: 'label' }}
                value={department === '' ? null : department}
                onChange={(next) => setDraft({ ...draft, department: next })}
                options={(departments.data?.departments ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
          </Field>
        ) : null}
        <Field label={t('scoped.endsLabel')}>
          {(wiring) => (
            <Input
              {...wiring}
              type="datetime-local"
              value={draft.ends}
              onChange={(event) => setDraft({ ...draft, ends: event.target.value.slice(0, 16) })}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
