import { outcome } from '@menshen/contract';
import { Select } from 'antd';
import { useCallback } from 'react';
import { codeText } from '../../api/api-error.ts';
import { type FilterChip, FilterChips } from '../../components/filters/filter-chips.tsx';
import { SearchField } from '../../components/filters/search-field.tsx';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import type { TrafficFilter } from './row-matches.ts';
import styles from './traffic-filters.module.css';

type Change = (change: TrafficFilter) => void;

const anyOutcome = '';

/** How requests are picked out. Reason, route and address are chosen in the facets and stand here as chips. */
export function TrafficFilters({ search, change }: { readonly search: TrafficFilter; readonly change: Change }) {
  const { t, language } = useLanguage();
  const setPath = useCallback((q: string | undefined) => change({ q }), [change]);
  const setPerson = useCallback((uid: string | undefined) => change({ uid }), [change]);
  const setAddress = useCallback((address: string | undefined) => change({ address }), [change]);
  const chips: FilterChip[] = [];
  if (search.code !== undefined) chips.push({ key: 'code', label: t('column.reason'), value: codeText(search.code, language) });
  if (search.route !== undefined) chips.push({ key: 'route', label: t('column.route'), value: search.route });
  return (
    <div className={styles.filters}>
      <Select<typeof anyOutcome | NonNullable<TrafficFilter['outcome']>>
        aria-label={t('column.outcome')}
        className={classNames(styles.outcome)}
        value={search.outcome ?? anyOutcome}
        onChange={(value) => change({ outcome: value === anyOutcome ? undefined : value })}
        options={[
          { value: anyOutcome, label: t('outcome.any') },
          ...outcome.options.map((value) => ({ value, label: t(`outcome.${value}`) })),
        ]}
      />
      <SearchField label={t('traffic.filterPath')} value={search.q} maxLength={100} onChange={setPath} />
      <SearchField label={t('traffic.filterPerson')} value={search.uid} maxLength={128} width={176} onChange={setPerson} />
      <SearchField label={t('traffic.filterAddress')} value={search.address} maxLength={64} width={176} onChange={setAddress} />
      <FilterChips
        chips={chips}
        lift={(key) => change({ [key]: undefined })}
        liftAll={() =>
          change({ outcome: undefined, code: undefined, route: undefined, address: undefined, uid: undefined, q: undefined })
        }
      />
    </div>
  );
}
