import { getPerson, listPeople, setPersonRoles } from '@menshen/contract';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { apiErrorText } from '../../api/api-error.ts';
import { useAction } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './roles-panel.module.css';

const rolePattern = /^[a-z][a-z0-9_-]{0,39}$/;
const mostRoles = 32;

/** The roles of a person: names that the policies know. */
export function RolesPanel({ uid, roles }: { readonly uid: string; readonly roles: readonly string[] }) {
  const { t, format, language } = useLanguage();
  const [chosen, setChosen] = useState(roles);
  const save = useAction(setPersonRoles, [getPerson, listPeople]);
  const wrong = chosen.filter((role) => !rolePattern.test(role));
  const changed = chosen.length !== roles.length || chosen.some((role) => !roles.includes(role));
  const error =
    wrong.length > 0
      ? t('roles.wrong', { roles: format.list(wrong) })
      : save.isError
        ? apiErrorText(save.error, language)
        : undefined;
  return (
    <Panel title={t('column.roles')}>
      <div className={styles.form}>
        <Field label={t('roles.label')} hint={t('roles.hint')} error={error}>
          {(wiring) => (
            <Select
              {...wiring}
              mode="tags"
              value={[...chosen]}
              onChange={(next) => setChosen(next.map((role) => role.trim()))}
              options={roles.map((role) => ({ value: role, label: role }))}
              tokenSeparators={[',', ' ', '，']}
              maxCount={mostRoles}
              suffixIcon={null}
            />
          )}
        </Field>
        <div className={styles.buttons}>
          <Button
            type="primary"
            disabled={!changed || wrong.length > 0}
            loading={save.isPending}
            onClick={() => save.mutate({ params: { uid }, body: { roles: [...chosen] } })}
          >
            {t('roles.save')}
          </Button>
          {changed ? <Button onClick={() => setChosen(roles)}>{t('roles.undo')}</Button> : null}
          <span className="quiet" role="status">
            {save.isSuccess && !changed ? t('roles.saved') : ''}
          </span>
        </div>
      </div>
    </Panel>
  );
}
