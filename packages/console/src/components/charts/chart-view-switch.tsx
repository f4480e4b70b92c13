import { Segmented } from 'antd';
import { ChartIcon, TableIcon } from '../../ds/icon.ts';
import { useLanguage } from '../../i18n/language.tsx';

export type ChartView = 'chart' | 'table';

/** The same numbers as a picture or as a table. */
export function ChartViewSwitch({ view, onChange }: { readonly view: ChartView; readonly onChange: (view: ChartView) => void }) {
  const { t } = useLanguage();
  return (
    <Segmented
      size="middle"
      aria-label={t('chart.view')}
      value={view}
      onChange={onChange}
      options={[
        { value: 'chart', label: t('chart.asChart'), icon: <ChartIcon aria-hidden="true" /> },
        { value: 'table', label: t('chart.asTable'), icon: <TableIcon aria-hidden="true" /> },
      ]}
    />
  );
}
