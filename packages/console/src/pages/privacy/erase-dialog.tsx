import { erasePersonalData, getPersonPrivacy, getSubjectRequest, listErasures, listSubjectRequests } from '@menshen/contract';
import { Radio } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { MentionList } from './mention-list.tsx';

interface Props {
  readonly uid: string;
  readonly request?: string;
  /** Whether it was WeChat that said so: then what came through WeChat goes. */
  readonly wechat: boolean;
  readonly close: () => void;
}

/** Erases a person: says what goes, what stays, and what stands in the way. */
export function EraseDialog({ uid, request, wechat, close }: Props) {
  const { t } = useLanguage();
  const [scope, setScope] = useState<'person' | 'wechat'>(wechat ? 'wechat' : 'person');
  const held = useEndpoint(getPersonPrivacy, { input: { params: { uid } } });
  const erase = useAction(erasePersonalData, [getSubjectRequest, listSubjectRequests, listErasures, getPersonPrivacy]);
  const listedBy = held.data?.listedBy ?? [];
  const rows = held.data?.holdings.reduce((sum, one) => sum + one.rows, 0) ?? 0;
  return (
    <ConfirmDialog
      open
      title={t('privacy.erase')}
      consequence={t('privacy.eraseText', { count: rows })}
      confirm={t('privacy.erase')}
      danger
      reasonLength={3}
      busy={erase.isPending}
      error={erase.error}
      onConfirm={(reason) =>
        erase.mutate(
          { params: { uid }, body: { scope, reason, ...(request === undefined ? {} : { request }) } },
          { onSuccess: close },
        )
      }
      onClose={close}
    >
      <Field label={t('privacy.scope')}>
        {(wiring) => (
          <Radio.Group
            id={wiring.id}
            value={scope}
            onChange={(event) => setScope(event.target.value)}
            options={[
              { value: 'person', label: t('privacy.scope.person') },
              { value: 'wechat', label: t('privacy.scope.wechat') },
            ]}
          />
        )}
      </Field>
      {scope === 'person' && listedBy.length > 0 ? (
        <p className="paragraph">
          <Status tone="warning">{listedBy.join(', ')}</Status> {t('privacy.stillListed')}
        </p>
      ) : null}
      {scope === 'person' ? <MentionList uid={uid} /> : null}
    </ConfirmDialog>
  );
}
