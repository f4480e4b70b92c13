import { commentFinding, type FindingDetail, type FindingEventView, getFinding } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './findings.module.css';

/** What scans and people did with a finding, the newest first, and room for a word. */
export function HistoryPanel({ finding }: { readonly finding: FindingDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  return (
    <Panel title={t('findings.history')}>
      {may(commentFinding) ? <CommentForm id={finding.id} /> : null}
      <ol className={styles.history}>
        {finding.history.map((event, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: events have no id of their own and are only ever added
          <Event key={finding.history.length - at} event={event} />
        ))}
      </ol>
    </Panel>
  );
}

function CommentForm({ id }: { readonly id: string }) {
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const comment = useAction(commentFinding, [getFinding]);
  const send = (): void => {
    if (text.trim() !== '') comment.mutate({ params: { id }, body: { text: text.trim() } }, { onSuccess: () => setText('') });
  };
  return (
    <div className={styles.comment}>
      <Field label={t('findings.comment')} hint={t('findings.commentHint')}>
        {(wiring) => (
          <Input.TextArea
            {...wiring}
            maxLength={2_000}
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button onClick={send} loading={comment.isPending} disabled={text.trim() === ''}>
        {t('findings.send')}
      </Button>
      {comment.error === null ? null : <ErrorState error={comment.error} />}
    </div>
  );
}

function Event({ event }: { readonly event: FindingEventView }) {
  const { t, format } = useLanguage();
  const { at, by, kind, value, version, text } = event;
  return (
    <li className={styles.event}>
      <span className="quiet">
        {format.minute(at)} · {by}
        {version === null ? '' : ` · ${version}`}
      </span>
      <div>
        {kind === 'comment' ? null : <strong>{sayOf(kind, value)}</strong>} {text}
      </div>
    </li>
  );

  function sayOf(what: FindingEventView['kind'], to: string | null): string {
    switch (what) {
      case 'state':
        return t('findings.event.state', { state: stateWord(to) });
      case 'owner':
        return to === null ? t('findings.event.noOwner') : t('findings.event.owner', { owner: to });
      case 'due':
        return to === null ? t('findings.event.noDue') : t('findings.event.due', { day: format.minute(Number(to)) });
      case 'found':
      case 'fixed':
      case 'reopened':
      case 'expired':
        return t(`findings.event.${what}`);
      case 'comment':
        return '';
    }
  }

  function stateWord(state: string | null): string {
    const known = (['open', 'confirmed', 'false_positive', 'accepted'] as const).find((one) => one === state);
    return known === undefined ? '' : t(`findings.state.${known}`);
  }
}
