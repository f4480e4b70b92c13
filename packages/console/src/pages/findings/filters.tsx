import { findingSeverities, findingStates } from '@menshen/contract';
import { Select } from 'antd';
import { useCallback } from 'react';
import { type FilterChip, FilterChips } from '../../components/filters/filter-chips.tsx';
import { SearchField } from '../../components/filters/search-field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

export const shows = ['active', 'overdue', ...findingStates, 'suppressed', 'all'] as const;
export type Show = (typeof shows)[number];

export interface FindingSearch {
  readonly show?: Show | undefined;
  readonly severity?: (typeof findingSeverities)[number] | undefined;
  readonly project?: string | undefined;
  readonly rule?: string | undefined;
  readonly owner?: string | undefined;
  readonly cwe?: string | undefined;
  readonly q?: string | undefined;
}

interface FiltersProps {
  readonly search: FindingSearch;
  readonly change: (change: FindingSearch) => void;
  readonly owners: readonly string[];
  readonly projects: readonly string[];
}

const any = '';
const leastSeverities = ['critical', 'high', 'medium', 'low'] as const;
const none: FindingSearch = {
  ...{ show: undefined, severity: undefined, project: undefined, rule: undefined },
  ...{ owner: undefined, cwe: undefined, q: undefined },
};

/** How findings are picked out; all of it stands in the address. */
export function Filters({ search, change, owners, projects }: FiltersProps) {
  const { t } = useLanguage();
  const setText = useCallback((q: string | undefined) => change({ q }), [change]);
  const chips: FilterChip[] = [];
  if (search.rule !== undefined) chips.push({ key: 'rule', label: t('findings.rule'), value: search.rule });
  if (search.cwe !== undefined) chips.push({ key: 'cwe', label: 'CWE', value: search.cwe });
  return (
    <>
      <Select<Show>
        aria-label={t('findings.show')}
        style={{ minWidth: 130 }}
        value={search.show ?? 'active'}
        options={shows.map((value) => ({ value, label: t(`findings.show.${value}`) }))}
        onChange={(show) => change({ show: show === 'active' ? undefined : show })}
      />
      <Select
        aria-label={t('findings.severity')}
        style={{ minWidth: 120 }}
        value={search.severity ?? any}
        options={[
          { value: any, label: t('findings.anySeverity') },
          ...leastSeverities.map((value) => ({ value, label: t(`findings.least.${value}`) })),
        ]}
        onChange={(value) => change({ severity: findingSeverities.find((one) => one === value) })}
      />
      <Select
        aria-label={t('findings.project')}
        style={{ minWidth: 130 }}
        value={search.project ?? any}
        options={[{ value: any, label: t('findings.anyProject') }, ...projects.map((value) => ({ value, label: value }))]}
        onChange={(value) => change({ project: value === any ? undefined : value })}
      />
      <Select
        aria-label={t('findings.owner')}
        style={{ minWidth: 120 }}
        value={search.owner ?? any}
        options={[
          { value: any, label: t('findings.anyOwner') },
          { value: '-', label: t('findings.noOwner') },
          ...owners.map((value) => ({ value, label: value })),
        ]}
        onChange={(value) => change({ owner: value === any ? undefined : value })}
      />
      <SearchField label={t('findings.search')} value={search.q} maxLength={100} onChange={setText} />
      <FilterChips chips={chips} lift={(key) => change({ [key]: undefined })} liftAll={() => change(none)} />
    </>
  );
}
