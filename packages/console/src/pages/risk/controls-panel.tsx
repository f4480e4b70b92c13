import { listRiskControls, type RiskControlStanding } from '@menshen/contract';
import { Segmented } from 'antd';
import { useState } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { EvidenceList } from './evidence-list.tsx';

const refreshMs = 20_000;
const tones: Readonly<Record<RiskControlStanding['state'], Tone>> = { effective: 'safe', stale: 'warning', off: 'quiet' };
const states = ['stale', 'off', 'effective'] as const;

/** What stands against risks, and what shows that it does. */
export function ControlsPanel() {
  const { t } = useLanguage();
  const controls = useEndpoint(listRiskControls, { input: {}, refetchMs: refreshMs });
  const [chosen, setChosen] = useState<(typeof states)[number] | null>(null);
  const columns = useColumns();
  return (
    <Loadable query={controls} lines={12}>
      {(data) => {
        const count = (state: (typeof states)[number]): number => data.controls.filter((one) => one.state === state).length;
        // What has lost its proof is what somebody should look at; else what works.
        const shown = chosen ?? (count('stale') > 0 ? 'stale' : 'effective');
        const rows = data.controls.filter(({ state }) => state === shown);
        return (
          <Panel
            flush
            title={t('risks.controls')}
            note={t('risks.controlsNote')}
            actions={
              <>
                <Segmented
                  value={shown}
                  onChange={setChosen}
                  options={states.map((state) => ({
                    value: state,
                    label: t('risks.controlsOf', { state: t(`risks.state.${state}`), count: count(state) }),
                  }))}
                />
                <ExportButton name="menshen-controls" columns={columns} rows={data.controls} />
              </>
            }
          >
            <DataTable
              caption={t('risks.controls')}
              columns={columns}
              rows={rows}
              rowKey={({ control, asset }) => `${control} ${asset?.id ?? '*'}`}
              empty={<EmptyState title={t('risks.noControls')}>{t('risks.noControlsText')}</EmptyState>}
            />
          </Panel>
        );
      }}
    </Loadable>
  );
}

function useColumns(): readonly Column<RiskControlStanding>[] {
  const { t, language, format } = useLanguage();
  return [
    {
      key: 'control',
      title: t('risks.control'),
      grow: true,
      wrap: true,
      value: ({ name, asset }) => `${name[language]} ${asset?.name[language] ?? ''}`,
      render: ({ name, asset }) => (
        <>
          <strong>{name[language]}</strong>
          <div className="quiet">{asset === null ? t('risks.everything') : asset.name[language]}</div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('risks.stateTitle'),
      value: ({ state }) => t(`risks.state.${state}`),
      render: ({ state }) => <Status tone={tones[state]}>{t(`risks.state.${state}`)}</Status>,
    },
    {
      key: 'evidence',
      title: t('risks.evidence'),
      wrap: true,
      value: ({ evidence }) => evidence.map(({ text }) => text[language]).join('; '),
      render: ({ evidence, shownBy }) => (
        <EvidenceList evidence={evidence.slice(0, 2)} none={t('risks.wanted', { what: shownBy[language] })} />
      ),
    },
    {
      key: 'until',
      title: t('risks.until'),
      value: ({ until }) => (until === null ? '' : format.dateTime(until)),
      render: ({ until }) => (until === null ? <span className="quiet">–</span> : format.dateTime(until)),
    },
  ];
}
