import { type Column, DataTable } from '../../ds/data-table.tsx';
import { useLanguage } from '../../i18n/language.tsx';

interface Refusal {
  readonly place: string;
  readonly keyword: string;
  readonly count: number;
}

/** What does not fit, by place and rule. */
export function RefusalTable({ caption, rows }: { readonly caption: string; readonly rows: readonly Refusal[] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<Refusal>[] = [
    {
      key: 'place',
      title: t('fieldTypes.place'),
      grow: true,
      render: (row) => (row.place === '' ? t('fieldTypes.wholeBody') : <code>{row.place}</code>),
    },
    { key: 'rule', title: t('fieldTypes.rule'), render: (row) => <code>{row.keyword}</code> },
    { key: 'count', title: t('fieldTypes.count'), numeric: true, render: (row) => format.number(row.count) },
  ];
  return <DataTable caption={caption} columns={columns} rows={rows} rowKey={(row) => `${row.place} ${row.keyword}`} />;
}
