import { getPerson, getToday, listPeople, listSessions, revokeSession, type SessionView } from '@menshen/contract';
import { useAction } from '../../api/hooks.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';

/** Asks, and ends one session. */
export function RevokeSessionDialog({ session, close }: { readonly session: SessionView | null; readonly close: () => void }) {
  const { t } = useLanguage();
  const revoke = useAction(revokeSession, [listSessions, getPerson, listPeople, getToday]);
  const done = (): void => {
    revoke.reset();
    close();
  };
  return (
    <ConfirmDialog
      open={session !== null}
      title={t('session.revokeTitle')}
      consequence={
        session === null
          ? null
          : t('session.revokeText', {
              name: session.name === '' ? session.uid : session.name,
              app: session.app,
              address: session.address,
            })
      }
      confirm={t('session.revoke')}
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => {
        if (session !== null) revoke.mutate({ params: { sid: session.sid } }, { onSuccess: done });
      }}
      onClose={done}
    />
  );
}
