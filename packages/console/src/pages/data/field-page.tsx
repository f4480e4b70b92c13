import { correctDataField, getDataField } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { CorrectDialog } from './correct-dialog.tsx';
import { LevelText, StateMark } from './marks.tsx';

const route = getRouteApi('/shell/data/field');

type Known = Output<typeof getDataField>;

/** One field: how to mask it, who reads it, and what is known of it. */
export function DataFieldPage() {
  const { t } = useLanguage();
  const { of = '', match = '', field = '' } = route.useSearch();
  const known = useEndpoint(getDataField, { input: { query: { app: of, route: match, field } } });
  return (
    <Page
      title={field === '' ? t('data.title') : field}
      question={`${of} ${match}`}
      trail={<Link to="/data">{t('data.back')}</Link>}
    >
      <Loadable query={known} lines={10}>
        {(data) => (
          <>
            <KnownPanel data={data} />
            <MaskPanel data={data} />
            <ReadersPanel days={data.days} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function KnownPanel({ data: { field } }: { readonly data: Known }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const { correction } = field;
  const kindsText = format.list(field.kinds.map(({ kind }) => t(`data.kind.${kind}`)));
  return (
    <Panel
      title={t(`data.kind.${field.kind}`)}
      actions={may(correctDataField) ? <Button onClick={() => setOpen(true)}>{t('data.correct')}</Button> : undefined}
    >
      <Facts
        columns={3}
        facts={[
          { label: t('data.level'), value: <LevelText level={field.level} /> },
          { label: t('data.state'), value: <StateMark field={field} /> },
          { label: t('data.seenKinds'), value: kindsText },
          { label: t('data.owner'), value: correction?.owner || <span className="quiet">{t('data.noOwner')}</span> },
          { label: t('data.note'), value: correction?.note || null },
          {
            label: t('data.corrected'),
            value:
              correction === null ? null : t('data.correctedBy', { by: correction.by, time: format.dateTime(correction.at) }),
          },
          {
            label: t('data.answers'),
            value: t('data.answersOf', { answers: format.number(field.answers), shown: format.number(field.shown) }),
          },
          { label: t('data.first'), value: format.dateTime(field.first) },
          { label: t('data.last'), value: format.dateTime(field.last) },
        ]}
      />
      {open ? <CorrectDialog field={field} close={() => setOpen(false)} /> : null}
    </Panel>
  );
}

function MaskPanel({ data: { field, proposal } }: { readonly data: Known }) {
  const { t } = useLanguage();
  if (proposal !== null) {
    return (
      <Panel title={t('data.mask')} note={t('data.maskNote')}>
        <CodeBlock label={t('data.maskLines')} text={proposal} copyLabel={t('data.copy')} />
      </Panel>
    );
  }
  if (field.level === 1) return null;
  const why = field.state === 'masked' ? 'data.maskedText' : field.state === 'gone' ? 'data.goneText' : 'data.cannotText';
  return (
    <Panel title={t('data.state')}>
      <p className="paragraph">{t(why)}</p>
    </Panel>
  );
}

function ReadersPanel({ days }: { readonly days: Known['days'] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<Known['days'][number]>[] = [
    {
      key: 'day',
      title: t('data.day'),
      plain: true,
      render: (row) => <span className="figures no-wrap">{new Date(row.day).toISOString().slice(0, 10)}</span>,
    },
    { key: 'people', title: t('data.people'), numeric: true, render: (row) => format.number(row.people) },
    {
      key: 'top',
      title: t('data.top'),
      grow: true,
      wrap: true,
      render: (row) =>
        row.top.slice(0, 5).map(({ tag, count }) => (
          <span key={tag} className="no-wrap">
            <code>{tag.slice(0, 6)}</code>: {format.number(count)}
            {'　'}
          </span>
        )),
    },
  ];
  return (
    <Panel flush title={t('data.who')} note={t('data.whoNote')}>
      <DataTable
        caption={t('data.who')}
        columns={columns}
        rows={days}
        rowKey={(row) => String(row.day)}
        empty={<EmptyState title={t('data.nobody')} />}
      />
    </Panel>
  );
}
