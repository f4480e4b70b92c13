import { getPerson, listDepartments, listPeople, type Person, putLocalPerson } from '@menshen/contract';
import { Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import styles from './local-person-dialog.module.css';

const uidPattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const phonePattern = /^$|^(\+|00)?[0-9][0-9 ()-]{4,24}$/;

interface LocalPersonDialogProps {
  /** Whom to change; somebody new without. */
  readonly person?: Person;
  readonly open: boolean;
  readonly close: () => void;
}

/** Enters somebody whom no source lists, or changes them. */
export function LocalPersonDialog({ person, open, close }: LocalPersonDialogProps) {
  return open ? <Dialog key={person?.uid ?? ''} {...(person === undefined ? {} : { person })} close={close} /> : null;
}

function Dialog({ person, close }: Omit<LocalPersonDialogProps, 'open'>) {
  const { t } = useLanguage();
  const [uid, setUid] = useState(person?.uid ?? '');
  const [name, setName] = useState(person?.name ?? '');
  const [kind, setKind] = useState<'employee' | 'partner'>(person?.kind === 'employee' ? 'employee' : 'partner');
  const [departments, setDepartments] = useState<readonly string[]>(person?.departments.map(({ id }) => id) ?? []);
  const [leads, setLeads] = useState<readonly string[] | undefined>(person === undefined ? [] : undefined);
  const [position, setPosition] = useState(person?.position ?? '');
  const [phone, setPhone] = useState('');
  const [clearPhone, setClearPhone] = useState(false);
  const [email, setEmail] = useState('');
  const [pressed, setPressed] = useState(false);
  const tree = useEndpoint(listDepartments, { input: {} });
  const save = useAction(putLocalPerson, [listPeople, getPerson, listDepartments]);
  const wrongUid = !uidPattern.test(uid);
  const noName = name.trim() === '';
  const wrongPhone = !phonePattern.test(phone.trim());
  const options = (tree.data?.departments ?? []).map((one) => ({ value: one.id, label: one.name }));
  const keep = person === undefined ? undefined : t('personActs.keep');
  const submit = (): void => {
    setPressed(true);
    if (wrongUid || noName || wrongPhone) return;
    const body = {
      ...{ name: name.trim(), kind, departments: [...departments], position: position.trim() },
      ...(leads === undefined ? {} : { leads: [...leads] }),
      ...(clearPhone ? { phone: '' } : phone.trim() === '' ? {} : { phone: phone.trim() }),
      ...(email.trim() === '' ? {} : { email: email.trim() }),
    };
    save.mutate({ params: { uid }, body }, { onSuccess: close });
  };
  const text = (
    label: string,
    value: string,
    set: (next: string) => void,
    more: { hint?: string; error?: string | undefined },
  ) => (
    <Field label={label} {...(more.hint === undefined ? {} : { hint: more.hint })} error={more.error}>
      {(wiring) => (
        <Input {...wiring} maxLength={254} spellCheck={false} value={value} onChange={(event) => set(event.target.value)} />
      )}
    </Field>
  );
  const several = (label: string, value: readonly string[] | undefined, set: (next: readonly string[]) => void) => (
    <Field label={label} {...(value === undefined ? { hint: t('personActs.keep') } : {})}>
      {(wiring) => (
        <Select
          {...wiring}
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          value={[...(value ?? [])]}
          onChange={(next) => set(next)}
          options={options}
        />
      )}
    </Field>
  );
  return (
    <ConfirmDialog
      open
      title={person === undefined ? t('localPerson.add') : t('localPerson.edit', { name: person.name })}
      consequence={t(person === undefined ? 'localPerson.addText' : 'localPerson.editText')}
      confirm={t('localPerson.save')}
      busy={save.isPending}
      error={save.error}
      onConfirm={submit}
      onClose={close}
    >
      <div className={styles.form}>
        {person === undefined
          ? text(t('localPerson.uid'), uid, (next) => setUid(next.trim()), {
              hint: t('localPerson.uidHint'),
              error: pressed && wrongUid ? t('localPerson.uidWrong') : undefined,
            })
          : null}
        {text(t('localPerson.name'), name, setName, { error: pressed && noName ? t('localPerson.nameNone') : undefined })}
        <Field label={t('localPerson.kind')}>
          {(wiring) => (
            <Select
              {...wiring}
              value={kind}
              onChange={setKind}
              options={(['employee', 'partner'] as const).map((value) => ({ value, label: t(`kind.${value}`) }))}
            />
          )}
        </Field>
        {several(t('localPerson.departments'), departments, setDepartments)}
        {several(t('localPerson.leads'), leads, setLeads)}
        {text(t('localPerson.position'), position, setPosition, {})}
        {clearPhone
          ? null
          : text(t('localPerson.phone'), phone, setPhone, {
              ...(keep === undefined ? {} : { hint: person?.phone ? `${keep} (${person.phone})` : keep }),
              error: pressed && wrongPhone ? t('localPerson.phoneWrong') : undefined,
            })}
        {person?.phone ? (
          <Checkbox checked={clearPhone} onChange={(event) => setClearPhone(event.target.checked)}>
            {t('localPerson.clearPhone')}
          </Checkbox>
        ) : null}
        {text(t('localPerson.email'), email, setEmail, keep === undefined ? {} : { hint: keep })}
      </div>
    </ConfirmDialog>
  );
}
