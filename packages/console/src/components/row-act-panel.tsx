import type { Endpoint } from '@menshen/contract';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Input } from '../api/call.ts';
import { useAction } from '../api/hooks.ts';
import { type Column, DataTable } from '../ds/data-table.tsx';
import { Panel } from '../ds/panel.tsx';
import { useLanguage } from '../i18n/language.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** What can be done to each row of a table. It is asked about, in words, before it is done. */
export interface RowAct<Row, E extends Endpoint> {
  readonly endpoint: E;
  /** What the act changes, to be read anew. */
  readonly stale: readonly Endpoint[];
  readonly label: string;
  /** What the button is called for those who do not see its row. */
  readonly labelOf: (row: Row) => string;
  /** Title of the question; the label when absent. */
  readonly title?: string;
  readonly consequence: (row: Row) => ReactNode;
  /** Least number of characters of a reason; none is asked without. */
  readonly reasonLength?: number;
  readonly input: (row: Row, reason: string) => Input<E>;
  /** Shown in the place of the button where the act is not to be had. */
  readonly instead?: (row: Row) => ReactNode;
  readonly width?: number;
}

interface RowActPanelProps<Row, E extends Endpoint> {
  readonly title: string;
  readonly note?: string | undefined;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly empty?: ReactNode;
  readonly actions?: ReactNode;
  readonly act: RowAct<Row, E>;
  /** Around the table, such as what shows that it is loading. */
  readonly wrap?: (table: ReactNode) => ReactNode;
}

/** A panel with a table, of which each row can be ended, removed or taken back. */
export function RowActPanel<Row, E extends Endpoint>(props: RowActPanelProps<Row, E>) {
  const { t } = useLanguage();
  const [chosen, setChosen] = useState<Row | null>(null);
  const { act, title, columns } = props;
  const run = useAction(act.endpoint, act.stale);
  const done = (): void => {
    run.reset();
    setChosen(null);
  };
  const last: Column<Row> = {
    key: 'act',
    title: t('column.act'),
    width: act.width ?? 96,
    plain: true,
    render: (row) =>
      act.instead?.(row) ?? (
        <Button onClick={() => setChosen(row)} aria-label={act.labelOf(row)}>
          {act.label}
        </Button>
      ),
  };
  const table = (
    <DataTable caption={title} columns={[...columns, last]} rows={props.rows} rowKey={props.rowKey} empty={props.empty} />
  );
  return (
    <Panel flush title={title} note={props.note} actions={props.actions}>
      {props.wrap === undefined ? table : props.wrap(table)}
      <ConfirmDialog
        open={chosen !== null}
        title={act.title ?? act.label}
        consequence={chosen === null ? null : act.consequence(chosen)}
        confirm={act.label}
        danger
        {...(act.reasonLength === undefined ? {} : { reasonLength: act.reasonLength })}
        busy={run.isPending}
        error={run.error}
        onConfirm={(reason) => {
          if (chosen !== null) run.mutate(act.input(chosen, reason), { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}
