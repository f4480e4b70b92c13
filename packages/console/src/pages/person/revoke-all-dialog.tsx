import { getPerson, getToday, listPeople, listSessions, type Person, revokePersonSessions } from '@menshen/contract';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useLanguage } from '../../i18n/language.tsx';

interface RevokeAllDialogProps {
  readonly open: boolean;
  readonly person: Person;
  readonly count: number;
  readonly close: () => void;
}

/** Asks for a reason, and ends every session of a person. */
export function RevokeAllDialog({ open, person, count, close }: RevokeAllDialogProps) {
  const { t } = useLanguage();
  const revoke = useAction(revokePersonSessions, [getPerson, listPeople, listSessions, getToday]);
  const done = (): void => {
    revoke.reset();
    close();
  };
  return (
    <ConfirmDialog
      open={open}
      title={t('person.revokeAllTitle')}
      consequence={t('person.revokeAllText', { name: person.name === '' ? person.uid : person.name, count })}
      confirm={t('person.revokeAll')}
      danger
      reasonLength={4}
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={(reason) => revoke.mutate({ params: { uid: person.uid }, body: { reason } }, { onSuccess: done })}
      onClose={done}
    />
  );
}
