import type { DrillFigures, listDrills, PhishingDrillView } from '@menshen/contract';
import { Select } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { TrendView } from '../../components/charts/trend-view.tsx';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type Loaded = Output<typeof listDrills>;

const everybody = '';
/** Smaller groups are put together anew for each drill: the sum of them is not one group over time. */
const departmentsOf = (drills: readonly PhishingDrillView[]): readonly (readonly [id: string, name: string])[] => {
  const counted = new Map<string, { readonly name: string; readonly times: number }>();
  for (const { groups } of drills)
    for (const { department, name } of groups)
      if (department !== null) counted.set(department, { name, times: (counted.get(department)?.times ?? 0) + 1 });
  return [...counted].flatMap(([id, { name, times }]) => (times > 1 ? [[id, name] as const] : []));
};

/** Who opens and who reports from drill to drill, of everybody or of one department; nothing before there are two to compare. */
export function OverTimePanel({ loaded }: { readonly loaded: Loaded }) {
  const { t } = useLanguage();
  const [subject, setSubject] = useState(everybody);
  const begun = loaded.drills
    .flatMap((drill) => (drill.started === null || drill.figures === null ? [] : [{ drill, at: drill.started }]))
    .sort((a, b) => a.at - b.at);
  if (begun.length < 2) return null;
  const departments = departmentsOf(begun.map(({ drill }) => drill));
  const figuresOf = ({ figures, groups }: PhishingDrillView): DrillFigures | null =>
    subject === everybody ? figures : (groups.find(({ department }) => department === subject)?.figures ?? null);
  const shown = begun.flatMap(({ drill, at }) => {
    const figures = figuresOf(drill);
    return figures === null ? [] : [{ at, figures }];
  });
  return (
    <Panel
      title={t('drills.overTime')}
      note={t('drills.overTimeNote')}
      actions={
        <Select<string>
          aria-label={t('training.department')}
          style={{ minWidth: 180 }}
          value={subject}
          onChange={setSubject}
          options={[
            { value: everybody, label: t('drills.everyone') },
            ...departments.map(([id, name]) => ({ value: id, label: name })),
          ]}
        />
      }
    >
      <TrendView
        caption={t('drills.overTime')}
        times={shown.map(({ at }) => at)}
        series={[
          { name: t('drills.reportedPercent'), tone: 'jade', values: shown.map(({ figures }) => figures.reported) },
          { name: t('drills.openedPercent'), tone: 'cinnabar', values: shown.map(({ figures }) => figures.opened) },
        ]}
      />
    </Panel>
  );
}
