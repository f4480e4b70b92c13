import type { AttackClassName } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './inspection.module.css';
import type { Inspection } from './model.ts';
import { useTableColumns } from './table-columns.tsx';

/** Attacks by class, each over time. */
export function AttacksPanel({ inspection }: { readonly inspection: Inspection }) {
  const { t, language } = useLanguage();
  const shared = useTableColumns();
  type Row = Inspection['classes'][number];
  const columns: readonly Column<Row>[] = [
    {
      key: 'class',
      title: t('inspection.class'),
      width: 180,
      value: (row) => row.name[language],
      render: (row) => (
        <>
          {row.name[language]} <code className="quiet">{row.class}</code>
        </>
      ),
    },
    {
      key: 'time',
      title: t('inspection.overTime'),
      grow: true,
      render: (row) => <Spark name={row.name[language]} of={row.class} timeline={inspection.timeline} />,
    },
    shared.blocked,
    shared.noted,
  ];
  return (
    <Panel
      flush
      title={t('inspection.classes')}
      note={t('inspection.classesNote')}
      actions={<ExportButton name="menshen-attacks" columns={columns} rows={inspection.classes} />}
    >
      <DataTable
        caption={t('inspection.classes')}
        columns={columns}
        rows={inspection.classes}
        rowKey={(row) => row.class}
        empty={<EmptyState title={t('inspection.none')}>{t('inspection.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

/** Bars of one class over time, as high as the busiest span of that class; in words for who does not see them. */
function Spark({
  name,
  of,
  timeline,
}: {
  readonly name: string;
  readonly of: AttackClassName;
  readonly timeline: Inspection['timeline'];
}) {
  const { t, format } = useLanguage();
  const counts = timeline.map(({ classes }) => classes[of] ?? 0);
  const peak = Math.max(1, ...counts);
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${counts.length * 4} 24`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t('inspection.overTimeOf', { name, peak: format.number(peak) })}
    >
      {counts.map((count, at) =>
        count === 0 ? null : (
          <rect
            key={timeline[at]?.time}
            x={at * 4}
            y={24 - Math.max(2, (count / peak) * 24)}
            width={3}
            height={Math.max(2, (count / peak) * 24)}
          />
        ),
      )}
    </svg>
  );
}

/** The routes that are attacked most. */
export function TargetsPanel({ targets }: { readonly targets: Inspection['targets'] }) {
  const { t } = useLanguage();
  const shared = useTableColumns();
  if (targets.length === 0) return null;
  type Row = Inspection['targets'][number];
  const columns: readonly Column<Row>[] = [
    shared.route,
    shared.blocked,
    shared.noted,
    {
      key: 'see',
      title: t('column.act'),
      plain: true,
      render: (row) => (
        <Link to="/traffic" search={{ code: 'request_blocked', route: row.route }}>
          {t('inspection.seeRequests')}
        </Link>
      ),
    },
  ];
  return (
    <Panel
      flush
      title={t('inspection.targets')}
      actions={<ExportButton name="menshen-targets" columns={columns} rows={targets} />}
    >
      <DataTable caption={t('inspection.targets')} columns={columns} rows={targets} rowKey={(row) => `${row.app} ${row.route}`} />
    </Panel>
  );
}
