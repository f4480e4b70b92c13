import { createApiToken, listApiTokens, type TokenScope, tokenGrant, tokenScopes, writeScopes } from '@menshen/contract';
import { Checkbox, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { readAddresses } from '../../components/addresses.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { readTypedList } from '../../components/typed-list.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Field } from '../../ds/field.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './tokens-page.module.css';

interface Draft {
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly days: number;
  readonly addresses: string;
  readonly grants: string;
}

const blank: Draft = { name: '', scopes: [], days: 90, addresses: '', grants: '' };
/** Scopes that say nothing without a grant. */
const granted: readonly TokenScope[] = ['seal', 'guard'];

/** Issues a token, and shows it once; one that may write is asked for first. */
export function CreateTokenDialog({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const { t, format } = useLanguage();
  const [draft, setDraft] = useState<Draft>(blank);
  const [pressed, setPressed] = useState(false);
  const create = useAction(createApiToken, [listApiTokens]);
  const done = (): void => {
    create.reset();
    setDraft(blank);
    setPressed(false);
    close();
  };
  const { ranges, wrong } = readAddresses(draft.addresses);
  const short = [...draft.name.trim()].length < 2;
  const needsGrants = granted.some((scope) => draft.scopes.includes(scope));
  const { good: grants, wrong: wrongGrants } = readTypedList(needsGrants ? draft.grants : '', tokenGrant);
  const grantError =
    wrongGrants.length > 0
      ? t('tokens.grantsWrong', { list: format.list(wrongGrants) })
      : needsGrants && grants.length === 0
        ? t('tokens.grantsNone')
        : undefined;
  const complete = !short && draft.scopes.length > 0 && wrong.length === 0 && grantError === undefined;
  const token = create.data?.token;
  const set = (change: Partial<Draft>): void => setDraft((known) => ({ ...known, ...change }));
  useFocusReturn(token !== undefined);
  if (token !== undefined)
    return (
      <Modal
        open
        title={t('tokens.issued')}
        onOk={done}
        okText={t('tokens.close')}
        cancelButtonProps={{ hidden: true }}
        closable={false}
        keyboard={false}
        mask={{ closable: false }}
      >
        <div className={styles.form}>
          <Status tone="warning">{t('approvals.secret')}</Status>
          <CodeBlock label={t('approvals.token')} text={token} copyLabel={t('approvals.copyToken')} />
        </div>
      </Modal>
    );
  return (
    <ConfirmDialog
      open={open}
      title={t('tokens.create')}
      consequence={t('tokens.createText')}
      confirm={t('tokens.create')}
      busy={create.isPending}
      error={create.error}
      onConfirm={() => {
        setPressed(true);
        if (!complete) return;
        const { name, scopes, days } = draft;
        create.mutate({
          body: {
            name: name.trim(),
            scopes: [...scopes],
            grants: [...grants],
            expiresInDays: days,
            addresses: [...ranges],
          },
        });
      }}
      onClose={done}
    >
      <div className={styles.form}>
        <Field label={t('tokens.name')} hint={t('tokens.nameHint')} error={pressed && short ? t('tokens.nameShort') : undefined}>
          {(wiring) => (
            <Input
              {...wiring}
              required
              maxLength={60}
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <fieldset className={styles.boxes}>
          <legend>{t('tokens.scopes')}</legend>
          {tokenScopes.map((scope) => (
            <Checkbox
              key={scope}
              checked={draft.scopes.includes(scope)}
              onChange={(event) =>
                set({ scopes: tokenScopes.filter((one) => (one === scope ? event.target.checked : draft.scopes.includes(one))) })
              }
            >
              {t(`scope.${scope}`)} <code className="quiet">{scope}</code>
              {writeScopes.includes(scope) ? <span className={styles.writes}>{t('tokens.writes')}</span> : null}
            </Checkbox>
          ))}
        </fieldset>
        {pressed && draft.scopes.length === 0 ? (
          <p className={styles.wrong} role="alert">
            {t('tokens.scopesNone')}
          </p>
        ) : null}
        {needsGrants ? (
          <Field label={t('tokens.grants')} hint={t('tokens.grantsHint')} error={pressed ? grantError : undefined}>
            {(wiring) => (
              <Input.TextArea
                {...wiring}
                spellCheck={false}
                maxLength={8_000}
                autoSize={{ minRows: 2, maxRows: 6 }}
                value={draft.grants}
                onChange={(event) => set({ grants: event.target.value })}
              />
            )}
          </Field>
        ) : null}
        <Field label={t('tokens.days')} hint={t('tokens.daysHint')}>
          {(wiring) => (
            <InputNumber
              {...wiring}
              min={1}
              max={365}
              precision={0}
              value={draft.days}
              onChange={(days) => set({ days: days ?? blank.days })}
            />
          )}
        </Field>
        <Field
          label={t('tokens.addresses')}
          hint={t('administrators.addressesHint')}
          error={wrong.length > 0 && pressed ? t('administrators.addressesWrong', { list: format.list(wrong) }) : undefined}
        >
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              spellCheck={false}
              maxLength={4_000}
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={draft.addresses}
              onChange={(event) => set({ addresses: event.target.value })}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
