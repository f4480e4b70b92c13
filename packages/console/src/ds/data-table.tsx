import { Button, Tooltip } from 'antd';
import type { CSSProperties, ReactNode } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { classNames } from './class-names.ts';
import styles from './data-table.module.css';
import { DownloadIcon } from './icon.ts';
import { useMarkedCsv } from './marked-csv.ts';
import { ErrorState } from './states.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  /** The value in an exported file; a column without one is not exported. */
  readonly value?: (row: Row) => string | number | null;
  /** Figures stand right, so that they can be compared. */
  readonly numeric?: boolean;
  /** Least width in pixels; a column is otherwise as wide as its content. */
  readonly width?: number;
  /** Takes the space that the others leave; what does not fit is cut. */
  readonly grow?: boolean;
  /** Left out where the screen is narrow. */
  readonly wideOnly?: boolean;
  /** Stands in exported files only. */
  readonly exportOnly?: boolean;
  /** Explains itself: no title goes before it where the screen is narrow and the rows are folded. */
  readonly plain?: boolean;
  /** Cut with an ellipsis at `width`. */
  readonly cut?: boolean;
  /** Goes on in a second line. */
  readonly wrap?: boolean;
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

/** A cell that is cut needs its greatest width: a table's columns otherwise follow their content. */
const sizeOf = <Row,>({ width, cut }: Column<Row>): CSSProperties => ({
  minWidth: width,
  ...(cut === true ? { maxWidth: width } : {}),
});

/** A table of plain HTML: row headers and a caption. Where the screen is narrow each row folds into lines, title before value. */
export function DataTable<Row>({ caption, columns: all, rows, rowKey, dense = false, empty }: DataTableProps<Row>) {
  if (rows.length === 0 && empty !== undefined) return empty;
  const columns = all.filter((column) => column.exportOnly !== true);
  const shape = (column: Column<Row>): string =>
    classNames(
      column.numeric === true && styles.numeric,
      column.wideOnly === true && styles.wideOnly,
      column.cut === true && styles.cut,
      column.grow === true && styles.grow,
      column.wrap === true && styles.wrap,
    );
  return (
    // biome-ignore-start lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    // biome-ignore-start lint/a11y/useSemanticElements: a group, not a landmark that repeats the panel around it
    <div className={styles.scroll} role="group" aria-label={caption} tabIndex={0}>
      <table className={classNames(styles.table, dense && styles.dense)}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={shape(column)} style={sizeOf(column)}>
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
                  <th key={column.key} scope="row" className={shape(column)} style={sizeOf(column)}>
                    {column.render(row)}
                  </th>
                ) : (
                  <td
                    key={column.key}
                    className={shape(column)}
                    style={sizeOf(column)}
                    data-title={column.plain === true ? undefined : column.title}
                  >
                    {column.render(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    // biome-ignore-end lint/a11y/useSemanticElements: a group, not a landmark that repeats the panel around it
    // biome-ignore-end lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
  );
}

interface ExportButtonProps<Row> {
  /** File name without its ending. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/** Saves the rows that are loaded as CSV, with the watermark of who did. */
export function ExportButton<Row>({ name, columns, rows }: ExportButtonProps<Row>) {
  const { t } = useLanguage();
  const csv = useMarkedCsv();
  const exported = columns.filter((column) => column.value !== undefined);
  const save = (): void => {
    const lines = rows.map((row) => exported.map((column) => column.value?.(row) ?? null));
    const head = exported.map((column) => column.title);
    void csv.save(name, head, lines);
  };
  return (
    <>
      <Tooltip title={t('table.exportHint', { count: rows.length })}>
        <Button icon={<DownloadIcon />} onClick={save} disabled={rows.length === 0} loading={csv.busy}>
          {t('table.export')}
        </Button>
      </Tooltip>
      {csv.error === null ? null : <ErrorState error={csv.error} />}
    </>
  );
}
