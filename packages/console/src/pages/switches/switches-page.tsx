import { getMode, getToday, setMode } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ModeCard, ModeMark } from './mode-card.tsx';
import styles from './switches-page.module.css';

const modes = ['enforce', 'monitor', 'bypass'] as const;
type Mode = (typeof modes)[number];
type State = Output<typeof getMode>;

/** The gateway's one switch: enforce, monitor or bypass. */
export function SwitchesPage() {
  const { t } = useLanguage();
  const state = useEndpoint(getMode, { input: {} });
  return (
    <Page title={t('switches.title')} question={t('switches.question')}>
      <Loadable query={state} lines={8}>
        {(data) => <Switches state={data} />}
      </Loadable>
    </Page>
  );
}

function Switches({ state }: { readonly state: State }) {
  const { t, format } = useLanguage();
  const [chosen, setChosen] = useState<Mode | null>(null);
  const change = useAction(setMode, [getMode, getToday]);
  const close = (): void => {
    change.reset();
    setChosen(null);
  };
  return (
    <>
      <Panel title={t('mode.current')}>
        <Facts
          columns={2}
          facts={[
            { label: t('mode.mode'), value: <ModeMark mode={state.mode} /> },
            { label: t('mode.source'), value: t(`mode.source.${state.source}`) },
            { label: t('mode.sinceLabel'), value: format.dateTime(state.since) },
            { label: t('mode.by'), value: state.by },
            { label: t('mode.reason'), value: state.reason },
          ]}
        />
      </Panel>
      <ul className={styles.modes} aria-label={t('mode.choose')}>
        {modes.map((mode) => (
          <ModeCard
            key={mode}
            mode={mode}
            current={mode === state.mode}
            action={
              mode === state.mode ? null : (
                <Button
                  type={mode === 'enforce' ? 'primary' : 'default'}
                  danger={mode === 'bypass'}
                  onClick={() => setChosen(mode)}
                >
                  {t(`mode.${mode}.switch`)}
                </Button>
              )
            }
          />
        ))}
      </ul>
      {chosen === null ? null : (
        <ConfirmDialog
          open
          title={t(`mode.${chosen}.switch`)}
          consequence={t(`mode.${chosen}.consequence`)}
          confirm={t('mode.confirm')}
          danger={chosen !== 'enforce'}
          reasonLength={4}
          busy={change.isPending}
          error={change.error}
          onConfirm={(reason) => change.mutate({ body: { mode: chosen, reason } }, { onSuccess: close })}
          onClose={close}
        />
      )}
    </>
  );
}
