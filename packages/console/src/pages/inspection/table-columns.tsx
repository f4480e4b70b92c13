import type { Column } from '../../ds/data-table.tsx';
import { useLanguage } from '../../i18n/language.tsx';

interface OnRoute {
  readonly app: string;
  readonly route: string;
}

interface Counted {
  readonly blocked: number;
  readonly noted: number;
}

/** Columns that the tables of inspection share: the route, and how many requests were blocked and how many only noted. */
export function useTableColumns() {
  const { t, format } = useLanguage();
  const count = (key: keyof Counted): Column<Counted> => ({
    key,
    title: t(`inspection.${key}`),
    numeric: true,
    value: (row) => row[key],
    render: (row) => format.number(row[key]),
  });
  const route: Column<OnRoute> = {
    key: 'route',
    title: t('column.route'),
    grow: true,
    value: (row) => `${row.app} ${row.route}`,
    render: (row) => (
      <>
        <code>{row.route}</code> <span className="quiet">{row.app}</span>
      </>
    ),
  };
  return { route, blocked: count('blocked'), noted: count('noted') };
}
