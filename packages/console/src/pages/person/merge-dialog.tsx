import { getPerson, listPeople, listSessions, mergePeople } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Field } from '../../ds/field.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './merge-dialog.module.css';

type Detail = Output<typeof getPerson>;

/** Two accounts cannot become one person where WeChat says that they are two: an identity each in one and the same app. */
export function sharesAnApp(one: Detail['identities'], other: Detail['identities']): boolean {
  return one.some((mine) => other.some((theirs) => mine.channel === theirs.channel && mine.provider === theirs.provider));
}

interface MergeDialogProps {
  readonly detail: Detail;
  readonly open: boolean;
  readonly close: () => void;
}

/** Makes two accounts of one person one: shows what moves and what ends before anything happens. */
export function MergeDialog({ detail, open, close }: MergeDialogProps) {
  return open ? <Dialog detail={detail} close={close} /> : null;
}

function Dialog({ detail, close }: Omit<MergeDialogProps, 'open'>) {
  const { t } = useLanguage();
  const { person } = detail;
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState<string | null>(null);
  const other = useEndpoint(getPerson, {
    input: { params: { uid: asked ?? '' } },
    enabled: asked !== null && asked !== person.uid,
  });
  const merge = useAction(mergePeople, [getPerson, listPeople, listSessions]);
  const found = asked === null || asked === person.uid || asked !== typed.trim() ? undefined : other.data;
  const conflict = found !== undefined && sharesAnApp(found.identities, detail.identities);
  const missing = other.error instanceof ApiError && other.error.code === 'not_found' && asked === typed.trim();
  const error = asked === person.uid ? t('merge.same') : missing ? t('merge.missing') : undefined;
  return (
    <ConfirmDialog
      open
      title={t('merge.title', { name: person.name === '' ? person.uid : person.name })}
      consequence={t('merge.text')}
      confirm={t('merge.confirm')}
      danger
      reasonLength={2}
      busy={merge.isPending}
      error={merge.error}
      onConfirm={(reason) => {
        // Nothing is merged that was not looked at.
        if (found === undefined) return setAsked(typed.trim() === '' ? null : typed.trim());
        if (!conflict)
          merge.mutate({ params: { uid: person.uid }, body: { from: found.person.uid, reason } }, { onSuccess: close });
      }}
      onClose={close}
    >
      <div className={styles.form}>
        <Field label={t('merge.from')} error={error}>
          {(wiring) => (
            <div className={styles.ask}>
              <Input
                {...wiring}
                required
                spellCheck={false}
                autoCapitalize="none"
                maxLength={128}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                onPressEnter={() => setAsked(typed.trim())}
              />
              <Button disabled={typed.trim() === ''} loading={other.isFetching} onClick={() => setAsked(typed.trim())}>
                {t('merge.look')}
              </Button>
            </div>
          )}
        </Field>
        <div role="status">{found === undefined ? null : <WhatMoves found={found} conflict={conflict} />}</div>
      </div>
    </ConfirmDialog>
  );
}

function WhatMoves({ found, conflict }: { readonly found: Detail; readonly conflict: boolean }) {
  const { t, format } = useLanguage();
  const { person, identities, sessions } = found;
  const who = t('merge.who', {
    name: person.name === '' ? person.uid : person.name,
    kind: t(`kind.${person.kind}`),
    status: t(`personStatus.${person.status}`),
  });
  if (conflict)
    return (
      <div className={styles.form}>
        <span>{who}</span>
        <Status tone="danger">{t('merge.conflict')}</Status>
      </div>
    );
  const list = format.list(identities.map(({ channel, subject }) => [t(`channel.${channel}`), subject].join(' ')));
  return (
    <Facts
      facts={[
        { label: t('merge.from'), value: who },
        {
          label: t('merge.moves'),
          value: (
            <>
              <div>
                {identities.length === 0 ? t('merge.noIdentities') : t('merge.identities', { count: identities.length, list })}
              </div>
              {person.kind === 'customer' ? null : <div>{t('merge.records')}</div>}
            </>
          ),
        },
        { label: t('merge.ends'), value: t('merge.sessions', { count: sessions.length }) },
        {
          label: t('merge.lost'),
          value: person.roles.length === 0 ? t('merge.noRoles') : t('merge.roles', { list: format.list(person.roles) }),
        },
      ]}
    />
  );
}
