import { erasePerson, listKeys } from '@menshen/contract';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { Ring } from './ring.ts';

/** How many keys of persons there are, and the way to erase one person. */
export function PersonKeysPanel({ persons }: { readonly persons: Ring['persons'] }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const apps = [...new Set(persons.map(({ app }) => app))];
  const count = (app: string, state: 'active' | 'destroyed'): string =>
    format.number(persons.find((row) => row.app === app && row.state === state)?.keys ?? 0);
  const [open, setOpen] = useState(false);
  const [app, setApp] = useState<string | undefined>(undefined);
  const [person, setPerson] = useState('');
  const [pressed, setPressed] = useState(false);
  const erase = useAction(erasePerson, [listKeys]);
  const chosen = app ?? apps[0];
  const close = (): void => {
    erase.reset();
    setPerson('');
    setPressed(false);
    setOpen(false);
  };
  return (
    <Panel
      title={t('keys.persons')}
      note={t('keys.personsNote')}
      actions={
        apps.length > 0 && may(erasePerson) ? (
          <Button danger onClick={() => setOpen(true)}>
            {t('keys.erase')}
          </Button>
        ) : null
      }
    >
      {apps.length === 0 ? (
        <p className="paragraph quiet">{t('keys.noPersons')}</p>
      ) : (
        apps.map((one) => (
          <p className="paragraph" key={one}>
            {t('keys.personsCount', { app: one, active: count(one, 'active'), destroyed: count(one, 'destroyed') })}
          </p>
        ))
      )}
      <ConfirmDialog
        open={open}
        title={t('keys.erase')}
        consequence={t('keys.eraseText')}
        confirm={t('keys.erase')}
        danger
        reasonLength={2}
        busy={erase.isPending}
        error={erase.error}
        onConfirm={(reason) => {
          setPressed(true);
          if (chosen === undefined || person.trim() === '') return;
          erase.mutate({ body: { app: chosen, person: person.trim(), reason } }, { onSuccess: close });
        }}
        onClose={close}
      >
        <Field label={t('keys.app')}>
          {(wiring) => (
            <Select
              {...wiring}
              value={chosen ?? null}
              options={apps.map((value) => ({ value, label: value }))}
              onChange={(value) => setApp(value ?? undefined)}
            />
          )}
        </Field>
        <Field
          label={t('keys.person')}
          hint={t('keys.personHint')}
          error={pressed && person.trim() === '' ? t('keys.personMissing') : undefined}
        >
          {(wiring) => (
            <Input {...wiring} required maxLength={200} value={person} onChange={(event) => setPerson(event.target.value)} />
          )}
        </Field>
      </ConfirmDialog>
    </Panel>
  );
}
