import { changeFindings, type FindingView, getFinding, listFindings } from '@menshen/contract';
import { AutoComplete, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { fromWallClock, toWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';

/** What can be changed, of one finding or of many. */
export type ChangeKind = 'owner' | 'due' | 'open' | 'confirmed' | 'false_positive' | 'accepted';

interface ChangeDialogProps {
  /** Null while the dialog is closed. */
  readonly kind: ChangeKind | null;
  readonly findings: readonly FindingView[];
  readonly owners: readonly string[];
  readonly close: (changed: boolean) => void;
}

const dayMs = 86_400_000;
const usualDays = 90;
const mostDays = 365;

/** Asks for what a change needs, and makes it; accepting a risk is filed for somebody else's approval. */
export function ChangeDialog({ kind, findings, owners, close }: ChangeDialogProps) {
  const { t } = useLanguage();
  const change = useAction(changeFindings, [listFindings, getFinding]);
  const [known, setKnown] = useState<ChangeKind>('confirmed');
  const [owner, setOwner] = useState('');
  const [due, setDue] = useState('');
  const [days, setDays] = useState(usualDays);
  const shown = kind ?? known;
  if (kind !== null && kind !== known) {
    setKnown(kind);
    setOwner(findings[0]?.owner ?? '');
    setDue(dayOf(findings[0]?.due ?? null));
  }
  const end = (changed: boolean): void => {
    change.reset();
    close(changed);
  };
  const confirm = (reason: string): void => {
    const body = { ids: findings.map(({ id }) => id), change: changeOf(shown, { reason, owner, due, days }) };
    change.mutate({ body }, { onSuccess: () => end(true) });
  };
  const reasoned = shown === 'false_positive' || shown === 'accepted';
  return (
    <ConfirmDialog
      open={kind !== null}
      title={t(`findings.change.${shown}`, { count: findings.length })}
      consequence={t(`findings.changeText.${shown}`)}
      confirm={t(`findings.do.${shown}`)}
      {...(reasoned ? { reasonLength: 4 } : {})}
      busy={change.isPending}
      error={change.error}
      onConfirm={confirm}
      onClose={() => end(false)}
    >
      {shown === 'owner' ? (
        <Field label={t('findings.owner')} hint={t('findings.ownerHint')}>
          {(wiring) => (
            <AutoComplete
              {...wiring}
              style={{ width: '100%' }}
              maxLength={60}
              value={owner}
              options={owners.map((value) => ({ value }))}
              onChange={(value: string) => setOwner(value)}
            />
          )}
        </Field>
      ) : null}
      {shown === 'due' ? (
        <Field label={t('findings.due')} hint={t('findings.dueHint')}>
          {(wiring) => <Input {...wiring} type="date" value={due} onChange={(event) => setDue(event.target.value)} />}
        </Field>
      ) : null}
      {shown === 'accepted' ? (
        <Field label={t('findings.days')} hint={t('findings.daysHint', { most: mostDays })}>
          {(wiring) => (
            <InputNumber
              {...wiring}
              min={1}
              max={mostDays - 1}
              precision={0}
              value={days}
              onChange={(next) => setDays(next ?? usualDays)}
            />
          )}
        </Field>
      ) : null}
    </ConfirmDialog>
  );
}

const dayOf = (time: number | null): string => (time === null ? '' : toWallClock(time).slice(0, 10));

function changeOf(kind: ChangeKind, given: { reason: string; owner: string; due: string; days: number }) {
  switch (kind) {
    case 'owner':
      return { owner: given.owner.trim() === '' ? null : given.owner.trim() };
    case 'due':
      // The end of that day.
      return { due: fromWallClock(`${given.due}T23:59`) };
    case 'accepted':
      return { state: kind, reason: given.reason, acceptedUntil: Date.now() + given.days * dayMs };
    case 'false_positive':
      return { state: kind, reason: given.reason };
    case 'open':
    case 'confirmed':
      return { state: kind };
  }
}
