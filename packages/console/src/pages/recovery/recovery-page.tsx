import { getRecovery, runBackup, runDrill } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { BackupsPanel } from './backups-panel.tsx';
import { DrillsPanel } from './drills-panel.tsx';
import type { RecoveryData } from './model.ts';
import { RestorePanel } from './restore-panel.tsx';
import { RestoresPanel } from './restores-panel.tsx';
import { ShippingPanel } from './shipping-panel.tsx';
import { StandingPanel } from './standing-panel.tsx';

const refreshMs = 5_000;

/** Whether everything could be brought back, how much would be missing, and how that is known. */
export function RecoveryPage() {
  const { t } = useLanguage();
  const recovery = useEndpoint(getRecovery, { input: {}, refetchMs: refreshMs });
  return (
    <Page title={t('recovery.title')} question={t('recovery.question')}>
      <Loadable query={recovery} lines={12}>
        {(data) => (
          <>
            <StandingPanel data={data} />
            <ShippingPanel data={data} />
            <BackupsPanel data={data} act={<RunNow kind="backup" data={data} />} />
            <DrillsPanel data={data} act={<RunNow kind="drill" data={data} />} />
            <RestoresPanel data={data} />
            <Panel title={t('recovery.howTo')} note={t('recovery.howToNote')}>
              <RestorePanel data={data} />
            </Panel>
          </>
        )}
      </Loadable>
    </Page>
  );
}

/** Begins a backup or a drill now; nothing where none is configured, or for who may not. */
function RunNow({ kind, data }: { readonly kind: 'backup' | 'drill'; readonly data: RecoveryData }) {
  const { t } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const backup = useAction(runBackup, [getRecovery]);
  const drill = useAction(runDrill, [getRecovery]);
  const run = kind === 'backup' ? backup : drill;
  const schedule = kind === 'backup' ? data.backups : data.drill;
  if (schedule === null || !may(kind === 'backup' ? runBackup : runDrill)) return null;
  const done = (): void => {
    run.reset();
    setOpen(false);
  };
  return (
    <>
      <Button disabled={schedule.running} onClick={() => setOpen(true)}>
        {t(schedule.running ? `recovery.running.${kind}` : `recovery.run.${kind}`)}
      </Button>
      <ConfirmDialog
        open={open}
        title={t(`recovery.run.${kind}`)}
        consequence={t(`recovery.runText.${kind}`)}
        confirm={t(`recovery.run.${kind}`)}
        busy={run.isPending}
        error={run.error}
        onConfirm={() => run.mutate({}, { onSuccess: done })}
        onClose={done}
      />
    </>
  );
}
