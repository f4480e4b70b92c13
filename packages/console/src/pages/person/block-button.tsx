import { blockPerson, getPerson, listPeople, listSessions, type Person } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Shuts a person out at once, or lets them in again, whatever the directory says. */
export function BlockButton({ person }: { readonly person: Person }) {
  const { t } = useLanguage();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const block = useAction(blockPerson, [getPerson, listPeople, listSessions]);
  const done = (): void => {
    block.reset();
    setAsking(false);
  };
  if (!may(blockPerson)) return null;
  const blocked = person.blocked === true;
  const name = person.name === '' ? person.uid : person.name;
  return (
    <>
      <Button danger={!blocked} onClick={() => setAsking(true)}>
        {t(blocked ? 'person.unblock' : 'person.block')}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t(blocked ? 'person.unblock' : 'person.block')}
        consequence={t(blocked ? 'person.unblockText' : 'person.blockText', { name })}
        confirm={t(blocked ? 'person.unblock' : 'person.block')}
        danger={!blocked}
        reasonLength={2}
        busy={block.isPending}
        error={block.error}
        onConfirm={(reason) =>
          block.mutate({ params: { uid: person.uid }, body: { blocked: !blocked, reason } }, { onSuccess: done })
        }
        onClose={done}
      />
    </>
  );
}
