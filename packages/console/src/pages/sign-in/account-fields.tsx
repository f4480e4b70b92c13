import { Input } from 'antd';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { SetupFields, SetupProblems } from './setup-form.ts';

interface AccountFieldsProps {
  readonly fields: SetupFields;
  readonly onChange: (change: Partial<SetupFields>) => void;
  /** What to say about the fields; nothing before the form was handed in. */
  readonly problems: SetupProblems | null;
  readonly minimumLength: number;
  /** The name is not to be chosen: it is that of an account. */
  readonly fixedName: boolean;
}

/** User name, password, and the password again. */
export function AccountFields({ fields, onChange, problems, minimumLength, fixedName }: AccountFieldsProps) {
  const { t } = useLanguage();
  const told = (problem: keyof SetupProblems): string | undefined => {
    const key = problems?.[problem] ?? null;
    if (key === null) return undefined;
    return key === 'setup.passwordShort' ? t(key, { count: minimumLength }) : t(key);
  };
  return (
    <>
      <Field
        label={t('login.username')}
        hint={fixedName ? undefined : t('setup.usernameHint')}
        error={fixedName ? undefined : told('username')}
      >
        {(wiring) => (
          <Input
            {...wiring}
            autoFocus={!fixedName}
            readOnly={fixedName}
            required
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            value={fields.username}
            onChange={(event) => onChange({ username: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={t('login.password')}
        hint={
          <span>
            {t('setup.ruleLength', { count: minimumLength })} {t('setup.ruleCommon')}
          </span>
        }
        error={told('password')}
      >
        {(wiring) => (
          <Input.Password
            {...wiring}
            autoFocus={fixedName}
            required
            autoComplete="new-password"
            maxLength={512}
            value={fields.password}
            onChange={(event) => onChange({ password: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('setup.repeat')} error={told('repeat')}>
        {(wiring) => (
          <Input.Password
            {...wiring}
            required
            autoComplete="new-password"
            maxLength={512}
            value={fields.repeat}
            onChange={(event) => onChange({ repeat: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
