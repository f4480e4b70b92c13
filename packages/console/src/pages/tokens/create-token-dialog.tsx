import { createApiToken, listApiTokens, type TokenScope, tokenScopes, writeScopes } from '@menshen/contract';
import { Checkbox, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { readAddresses } from '../../components/addresses.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
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
}

const blank: Draft = { name: '', scopes: [], days: 90, addresses: '' };

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
  const complete = !short && draft.scopes.length > 0 && wrong.length === 0;
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
        create.mutate({ body: { name: name.trim(), scopes: [...scopes], expiresInDays: days, addresses: [...ranges] } });
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
              {t(`scope.${scope}`)}
              {writeScopes.includes(scope) ? <span className={styles.writes}>{t('tokens.writes')}</span> : null}
            </Checkbox>
          ))}
        </fieldset>
        {pressed && draft.scopes.length === 0 ? (
          <p className={styles.wrong} role="alert">
            {t('tokens.scopesNone')}
          </p>
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
