import {
  getPerson,
  listPeople,
  listSessions,
  mergePeople,
  putLocalPerson,
  releasePerson,
  removeLocalPerson,
} from '@menshen/contract';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { LocalPersonDialog } from '../../components/people/local-person-dialog.tsx';
import { OpenIcon } from '../../ds/icon.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { MergeDialog } from './merge-dialog.tsx';

type Act = 'edit' | 'leave' | 'merge' | 'release';

const localSource = 'local';
/** Files hold no person against a change by hand. */
const editable: readonly (string | undefined)[] = [localSource, 'csv'];

/** What else can be done to a person: change or let go whom somebody entered by hand, merge a double, leave them to another source. */
export function PersonActs({ detail }: { readonly detail: Output<typeof getPerson> }) {
  const { t } = useLanguage();
  const may = useMay();
  const [act, setAct] = useState<Act | null>(null);
  const remove = useAction(removeLocalPerson, [getPerson, listPeople, listSessions]);
  const release = useAction(releasePerson, [getPerson, listPeople]);
  const { person } = detail;
  const name = person.name === '' ? person.uid : person.name;
  const source = person.source;
  const acts: readonly Act[] = [
    ...(may(putLocalPerson) && editable.includes(source) ? (['edit'] as const) : []),
    ...(may(mergePeople) && person.status === 'active' && person.kind !== 'customer' ? (['merge'] as const) : []),
    ...(may(releasePerson) && person.status === 'left' && source !== undefined && source !== localSource
      ? (['release'] as const)
      : []),
    ...(may(removeLocalPerson) && source === localSource && person.status !== 'left' ? (['leave'] as const) : []),
  ];
  if (acts.length === 0) return null;
  const done = (): void => {
    remove.reset();
    release.reset();
    setAct(null);
  };
  return (
    <>
      <Dropdown
        autoFocus
        trigger={['click']}
        menu={{
          items: acts.map((one) => ({ key: one, danger: one === 'leave', label: t(`personActs.${one}`) })),
          onClick: ({ key, domEvent }) => {
            // The dialog takes the focus at once: the same Enter would press its close button.
            domEvent.preventDefault();
            setAct(acts.find((one) => one === key) ?? null);
          },
        }}
      >
        <Button aria-label={t('personActs.more')} icon={<OpenIcon />} iconPlacement="end">
          {t('personActs.more')}
        </Button>
      </Dropdown>
      <LocalPersonDialog person={person} open={act === 'edit'} close={done} />
      <MergeDialog detail={detail} open={act === 'merge'} close={done} />
      <ConfirmDialog
        open={act === 'leave'}
        title={t('personActs.leave')}
        consequence={t('localPerson.leaveText', { name })}
        confirm={t('personActs.leave')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ params: { uid: person.uid } }, { onSuccess: done })}
        onClose={done}
      />
      <ConfirmDialog
        open={act === 'release'}
        title={t('release.title')}
        consequence={t('release.text', { name, source: source ?? '' })}
        confirm={t('release.confirm')}
        busy={release.isPending}
        error={release.error}
        onConfirm={() => release.mutate({ params: { uid: person.uid }, body: { source: source ?? '' } }, { onSuccess: done })}
        onClose={done}
      />
    </>
  );
}
