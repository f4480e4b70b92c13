import { getPlaybook, listPlaybooks, type PlaybookModeName, type PlaybookSummary, setPlaybookMode } from '@menshen/contract';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ChoiceCards } from '../../components/choice-cards.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import type { Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

export const modeTones: Readonly<Record<PlaybookModeName, Tone>> = { on: 'safe', ask: 'warning', off: 'quiet' };
const modes = ['on', 'ask', 'off'] as const;

/** Asks how a playbook is to run, and why. */
export function ModeDialog({ playbook, onClose }: { readonly playbook: PlaybookSummary | null; readonly onClose: () => void }) {
  const { t, language } = useLanguage();
  const [chosen, setChosen] = useState<PlaybookModeName | null>(null);
  const change = useAction(setPlaybookMode, [listPlaybooks, getPlaybook]);
  const close = (): void => {
    change.reset();
    setChosen(null);
    onClose();
  };
  const mode = chosen ?? playbook?.mode ?? 'on';
  return (
    <ConfirmDialog
      open={playbook !== null}
      title={playbook === null ? t('playbooks.change') : t('playbooks.changeOf', { playbook: playbook.name[language] })}
      consequence={null}
      confirm={t('playbooks.change')}
      reasonLength={4}
      busy={change.isPending}
      error={change.error}
      onConfirm={(reason) => {
        if (playbook !== null) change.mutate({ params: { id: playbook.id }, body: { mode, reason } }, { onSuccess: close });
      }}
      onClose={close}
    >
      <ChoiceCards
        label={t('playbooks.mode')}
        value={mode}
        onChange={setChosen}
        choices={modes.map((value) => ({ value, title: t(`playbooks.mode.${value}`), text: t(`playbooks.modeText.${value}`) }))}
      />
    </ConfirmDialog>
  );
}
