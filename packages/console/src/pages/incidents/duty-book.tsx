import { type DutyRuleView, listDuties } from '@menshen/contract';
import { Alert } from 'antd';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type Book = Output<typeof listDuties>;
type Threshold = Book['thresholds'][number];
const minuteMs = 60_000;

/** China's duties to report as the product knows them, and what the configuration says of the company. */
export function DutyBook() {
  const duties = useEndpoint(listDuties, { input: {} });
  return (
    <Loadable query={duties} lines={12}>
      {(book) => (
        <>
          <Missing book={book} />
          <Rules book={book} />
          <Thresholds thresholds={book.thresholds} />
        </>
      )}
    </Loadable>
  );
}

export function Missing({ book }: { readonly book: Book }) {
  const { t, format } = useLanguage();
  if (book.missing.length === 0) return null;
  return <Alert type="warning" showIcon title={t('incidents.operatorMissing', { fields: format.list(book.missing) })} />;
}

function Rules({ book }: { readonly book: Book }) {
  const { t, format, language } = useLanguage();
  const { operator } = book;
  const kinds = operator.kinds.map((kind) => t(`incidents.operatorKind.${kind}`));
  const own = (rule: DutyRuleView): boolean =>
    rule.operators.length === 0 || rule.operators.some((kind) => operator.kinds.includes(kind));
  const columns: readonly Column<DutyRuleView>[] = [
    {
      ...{ key: 'title', title: t('incidents.duty'), wrap: true, width: 220 },
      render: ({ title, law, article }) => (
        <>
          {title[language]}
          <div className="quiet">{t('incidents.article', { law: law[language], article })}</div>
        </>
      ),
    },
    { ...{ key: 'trigger', title: t('incidents.trigger'), wrap: true, grow: true }, render: ({ trigger }) => trigger[language] },
    {
      ...{ key: 'deadline', title: t('incidents.deadline'), wrap: true, width: 150 },
      render: ({ deadlineMinutes, from, certainty, note }) => (
        <>
          {deadlineMinutes === null
            ? t('incidents.atOnce')
            : t('incidents.within', { span: format.span(deadlineMinutes * minuteMs), from: from[language] })}
          <div className="quiet">{t(`incidents.certainty.${certainty}`)}</div>
          {note === null ? null : <div className="quiet">{note[language]}</div>}
        </>
      ),
    },
    {
      ...{ key: 'recipient', title: t('incidents.recipient'), wrap: true, width: 150 },
      render: ({ recipient }) => recipient[language],
    },
    {
      ...{ key: 'effective', title: t('incidents.effective') },
      render: ({ effective }) => <span className="figures no-wrap">{effective}</span>,
    },
  ];
  return (
    <Panel flush title={t('incidents.book')} note={t('incidents.bookNote')}>
      <p className="paragraph" style={{ padding: '12px 20px 0' }}>
        {t('incidents.operatorIs', { kinds: format.list(kinds), from: t(`incidents.dutyFrom.${operator.from}`) })}{' '}
        {t('incidents.supplier')}
      </p>
      <DataTable caption={t('incidents.book')} columns={columns} rows={book.rules.filter(own)} rowKey={({ id }) => id} />
    </Panel>
  );
}

function Thresholds({ thresholds }: { readonly thresholds: readonly Threshold[] }) {
  const { t, language } = useLanguage();
  const columns: readonly Column<Threshold>[] = [
    {
      ...{ key: 'number', title: t('incidents.threshold') },
      render: ({ of, atLeast }) => t(`incidents.of.${of}`, { count: atLeast }),
    },
    { ...{ key: 'level', title: t('incidents.pointsTo') }, render: ({ level }) => t(`incidents.level.${level}`) },
    { ...{ key: 'sure', title: t('incidents.certainty') }, render: ({ certainty }) => t(`incidents.certainty.${certainty}`) },
    { ...{ key: 'source', title: t('incidents.basis'), wrap: true, grow: true }, render: ({ source }) => source[language] },
  ];
  return (
    <Panel flush title={t('incidents.thresholds')} note={t('incidents.thresholdsNote')}>
      <DataTable
        caption={t('incidents.thresholds')}
        columns={columns}
        rows={thresholds}
        rowKey={({ of, level }) => `${of} ${level}`}
      />
    </Panel>
  );
}
