import {
  type ApprovalView,
  cancelApproval,
  decideApproval,
  endpoints,
  getMode,
  getToday,
  listAdministrators,
  listApiTokens,
  listApprovals,
  listMeasures,
  listSessions,
  publishPolicies,
  reviewApproval,
} from '@menshen/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { act as perform } from '../../api/client.ts';
import { actName } from '../../components/act-name.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PolicyChange } from '../../components/policy-change.tsx';
import { Field } from '../../ds/field.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { OnceSecrets, secretsOf } from './once-secrets.tsx';

export type ApprovalAct = 'approve' | 'refuse' | 'withdraw' | 'carryOut' | 'justified' | 'unjustified';

interface Chosen {
  readonly act: ApprovalAct;
  readonly approval: ApprovalView;
}

/** Makes the approved call again, exactly as it was approved, with its approval. */
async function carryOut({ id, endpoint, params, query, body }: ApprovalView): Promise<unknown> {
  const known = endpoints.find((one) => one.id === endpoint);
  if (known === undefined) throw new ApiError('not_found', 404);
  const input = {
    ...(known.params === undefined ? {} : { params }),
    ...(known.query === undefined ? {} : { query }),
    ...(known.body === undefined ? {} : { body }),
  };
  return perform(known, input, id);
}

function callOf({ act, approval }: Chosen, note: string): Promise<unknown> {
  const params = { id: approval.id };
  switch (act) {
    case 'approve':
    case 'refuse':
      return perform(decideApproval, { params, body: { decision: act, digest: approval.digest, note } });
    case 'withdraw':
      return perform(cancelApproval, { params });
    case 'carryOut':
      return carryOut(approval);
    case 'justified':
    case 'unjustified':
      return perform(reviewApproval, { params, body: { verdict: act, note } });
  }
}

/** Asks before a decision on a request, and shows once what a carried out act gave. */
export function ApprovalDialog({ chosen, close }: { readonly chosen: Chosen | null; readonly close: () => void }) {
  return chosen === null ? null : <Dialog key={`${chosen.approval.id} ${chosen.act}`} chosen={chosen} close={close} />;
}

function Dialog({ chosen, close }: { readonly chosen: Chosen; readonly close: () => void }) {
  const { t, language } = useLanguage();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const { act, approval } = chosen;
  const run = useMutation({
    mutationFn: (reason: string) => callOf(chosen, reason === '' ? note.trim() : reason),
    // Also after a failure: the request may have been decided or spent meanwhile.
    onSettled: async (answer) => {
      const stale = [listMeasures, listApprovals, listAdministrators, listApiTokens, listSessions, getMode, getToday];
      await Promise.all(stale.map(({ id }) => client.invalidateQueries({ queryKey: [id] })));
      if (answer !== undefined && secretsOf(answer) === null) close();
    },
  });
  const secrets = secretsOf(run.data);
  const name = approval.requestedBy.username;
  const review = act === 'justified' || act === 'unjustified';
  const text = review
    ? t('approvals.reviewText', { name })
    : act === 'carryOut'
      ? t('approvals.carryOutText', { act: actName(approval.summary, language) })
      : act === 'withdraw'
        ? t('approvals.withdrawText')
        : t(`approvals.${act}Text`, { name });
  useFocusReturn(secrets !== null);
  if (secrets !== null)
    return (
      <Modal
        open
        title={t('approvals.done')}
        onOk={close}
        okText={t('tokens.close')}
        cancelButtonProps={{ hidden: true }}
        closable={false}
        keyboard={false}
        mask={{ closable: false }}
      >
        <OnceSecrets secrets={secrets} />
      </Modal>
    );
  return (
    <ConfirmDialog
      open
      title={t(`approvals.${act}`)}
      consequence={text}
      confirm={t(`approvals.${act}`)}
      danger={act === 'refuse' || act === 'unjustified'}
      {...(review ? { reasonLength: 4 } : {})}
      busy={run.isPending}
      error={run.error}
      onConfirm={(reason) => run.mutate(reason)}
      onClose={close}
    >
      {act === 'approve' && approval.endpoint === publishPolicies.id ? <PolicyChange approval={approval.id} /> : null}
      {act === 'approve' || act === 'refuse' ? (
        <Field label={t('approvals.note')}>
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              maxLength={300}
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
      ) : null}
    </ConfirmDialog>
  );
}
