import { Button, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { classNames } from './class-names.ts';
import { toCsv } from './csv.ts';
import styles from './data-table.module.css';
import { download } from './download.ts';
import { DownloadIcon } from './icon.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  /** The value in an exported file; a column without one is not exported. */
  readonly value?: (row: Row) => string | number | null;
  /** Figures stand right, so that they can be compared. */
  readonly numeric?: boolean;
  /** CSS width; the one column without takes what is left. */
  readonly width?: string;
  /** Left out where the screen is narrow. */
  readonly wideOnly?: boolean;
  /** Cut with an ellipsis instead of wrapping. */
  readonly cut?: boolean;
}

interface DataTableProps<Row> {
  /** Says what the rows are; read out, not shown. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly dense?: boolean;
  /** Shown instead of rows. */
  readonly empty?: ReactNode;
}

/** A table of plain HTML: row headers, a caption, its own scrolling when the screen is narrow. */
export function DataTable<Row>({ caption, columns, rows, rowKey, dense = false, empty }: DataTableProps<Row>) {
  if (rows.length === 0 && empty !== undefined) return empty;
  const shape = (column: Column<Row>): string =>
    classNames(
      column.numeric === true && styles.numeric,
      column.wideOnly === true && styles.wideOnly,
      column.cut === true && styles.cut,
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={styles.scroll} aria-label={caption} tabIndex={0}>
      <table className={classNames(styles.table, dense && styles.dense)}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={shape(column)} style={{ width: column.width }}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, at) =>
                at === 0 ? (
                  <th key={column.key} scope="row" className={shape(column)}>
                    {column.render(row)}
                  </th>
                ) : (
                  <td key={column.key} className={shape(column)}>
                    {column.render(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ExportButtonProps<Row> {
  /** File name without its ending. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/** Saves the rows that are loaded as CSV. */
export function ExportButton<Row>({ name, columns, rows }: ExportButtonProps<Row>) {
  const { t } = useLanguage();
  const exported = columns.filter((column) => column.value !== undefined);
  const save = (): void => {
    const lines = rows.map((row) => exported.map((column) => column.value?.(row) ?? null));
    const head = exported.map((column) => column.title);
    download(`${name}.csv`, 'text/csv', toCsv(head, lines));
  };
  return (
    <Tooltip title={t('table.exportHint', { count: rows.length })}>
      <Button icon={<DownloadIcon />} onClick={save} disabled={rows.length === 0}>
        {t('table.export')}
      </Button>
    </Tooltip>
  );
}
