import { approveSchemas, checkSchemas, editSchemas, getSchema, listSchemas, rejectSchemas } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { TextDiff } from '../../ds/text-diff.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './field-types.module.css';
import { FieldsTable } from './fields-table.tsx';
import type { RouteKey, RouteSchema } from './model.ts';
import { RefusalTable } from './refusal-table.tsx';
import { readSchemaText, schemaText } from './schema-text.ts';

interface ProposalProps {
  readonly of: RouteKey;
  readonly data: RouteSchema;
}

/** A proposal: its fields in words, what it changes, what it would have refused, and the three things to do with it. */
export function ProposalPanel({ of, data }: ProposalProps) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState<'approve' | 'reject' | null>(null);
  const approve = useAction(approveSchemas, [getSchema, listSchemas]);
  const reject = useAction(rejectSchemas, [getSchema, listSchemas]);
  const { proposal, current } = data;
  if (proposal === null) return null;
  const { version, schemas } = proposal;
  const note = t('fieldTypes.proposedNote', { count: proposal.requests, time: format.dateTime(proposal.madeAt) });
  const close = (): void => {
    setAsking(null);
    approve.reset();
    reject.reset();
  };
  return (
    <Panel
      title={t('fieldTypes.proposed', { version })}
      note={proposal.edited ? `${note} · ${t('fieldTypes.edited')}` : note}
      actions={
        editing || !may(approveSchemas) ? undefined : (
          <>
            <Button onClick={() => setEditing(true)}>{t('fieldTypes.edit')}</Button>
            <Button onClick={() => setAsking('reject')}>{t('fieldTypes.reject')}</Button>
            <Button type="primary" onClick={() => setAsking('approve')}>
              {t('fieldTypes.approve')}
            </Button>
          </>
        )
      }
    >
      <div className={styles.proposal}>
        <WouldRefuse data={data} />
        {editing ? <Editor of={of} text={schemaText(schemas)} close={() => setEditing(false)} /> : null}
        {proposal.fields.length === 0 ? null : (
          <section>
            <h3 className={styles.heading}>{t('fieldTypes.fields')}</h3>
            <FieldsTable fields={proposal.fields} />
            <p className="quiet">{t('fieldTypes.exampleNote')}</p>
          </section>
        )}
        <section>
          <h3 className={styles.heading}>{t('fieldTypes.changes')}</h3>
          <TextDiff label={t('fieldTypes.changes')} before={schemaText(current)} after={schemaText(schemas)} />
        </section>
      </div>
      <ConfirmDialog
        open={asking === 'approve'}
        title={t('fieldTypes.proposed', { version })}
        consequence={t('fieldTypes.approveText')}
        confirm={t('fieldTypes.approve')}
        reasonLength={4}
        busy={approve.isPending}
        error={approve.error}
        onConfirm={(reason) => approve.mutate({ body: { ...of, version, reason } }, { onSuccess: close })}
        onClose={close}
      />
      <ConfirmDialog
        open={asking === 'reject'}
        title={t('fieldTypes.proposed', { version })}
        consequence={t('fieldTypes.rejectText')}
        confirm={t('fieldTypes.reject')}
        danger
        reasonLength={4}
        busy={reject.isPending}
        error={reject.error}
        onConfirm={(reason) => reject.mutate({ body: { ...of, version, reason } }, { onSuccess: close })}
        onClose={close}
      />
    </Panel>
  );
}

function WouldRefuse({ data }: { readonly data: RouteSchema }) {
  const { t, format } = useLanguage();
  const { checked, wouldRefuse } = data;
  const total = wouldRefuse.reduce((sum, { count }) => sum + count, 0);
  if (checked === 0) return <p className="quiet">{t('fieldTypes.notTried')}</p>;
  if (total === 0)
    return (
      <Status tone="safe" filled>
        {t('fieldTypes.wouldRefuseNothing', { count: checked })}
      </Status>
    );
  return (
    <section>
      <Status tone="warning" filled>
        {t('fieldTypes.wouldRefuse', { count: total })} {t('fieldTypes.of', { count: format.number(checked) })}
      </Status>
      <RefusalTable caption={t('fieldTypes.wouldRefuse', { count: total })} rows={wouldRefuse} />
    </section>
  );
}

function Editor({ of, text: given, close }: { readonly of: RouteKey; readonly text: string; readonly close: () => void }) {
  const { t } = useLanguage();
  const [text, setText] = useState(given);
  const [pressed, setPressed] = useState(false);
  const check = useAction(checkSchemas);
  const edit = useAction(editSchemas, [getSchema, listSchemas]);
  const schemas = readSchemaText(text);
  const problem = check.data?.ok === false ? check.data.problem : null;
  const save = (): void => {
    setPressed(true);
    if (schemas === null) return;
    check.mutate(
      { body: { schemas } },
      { onSuccess: ({ ok }) => (ok ? edit.mutate({ body: { ...of, schemas } }, { onSuccess: close }) : undefined) },
    );
  };
  return (
    <section className={styles.editing}>
      <p className="quiet">{t('fieldTypes.editNote')}</p>
      <textarea
        className={styles.editor}
        aria-label={t('fieldTypes.editor')}
        aria-invalid={pressed && (schemas === null || problem !== null)}
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setPressed(false);
          check.reset();
        }}
      />
      {pressed && schemas === null ? (
        <div role="alert">
          <Status tone="danger">{t('fieldTypes.notJson')}</Status>
        </div>
      ) : null}
      {problem === null ? null : (
        <div role="alert">
          <Status tone="danger">{t('fieldTypes.unusable', { problem })}</Status>
        </div>
      )}
      {(check.error ?? edit.error) === null ? null : <ErrorState error={check.error ?? edit.error} />}
      <div className={styles.buttons}>
        <Button type="primary" loading={check.isPending || edit.isPending} onClick={save}>
          {t('fieldTypes.save')}
        </Button>
        <Button onClick={close}>{t('fieldTypes.cancelEdit')}</Button>
      </div>
    </section>
  );
}
