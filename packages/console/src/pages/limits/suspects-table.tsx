import { addListEntries, type BotSuspectView, botSignTexts } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AddEntriesDialog } from '../lists/add-entries-dialog.tsx';

const toneOf = (score: number): Tone => (score >= 60 ? 'danger' : score >= 30 ? 'warning' : 'quiet');
/** A /64 of the record is a range as it stands; a device is denied by what it says that it is. */
const listedAs = ({ kind, who }: BotSuspectView): string => (kind === 'device' ? who.replace(/ @ [^@]*$/, '') : who);

/** Callers that look like programs, with the reasons in words, and the way to the deny list. */
export function SuspectsTable({ rows, now }: { readonly rows: readonly BotSuspectView[]; readonly now: number }) {
  const { t, language, format } = useLanguage();
  const may = useMay()(addListEntries);
  const [denying, setDenying] = useState<BotSuspectView | null>(null);
  const columns: readonly Column<BotSuspectView>[] = [
    {
      key: 'score',
      title: t('limits.score'),
      value: (row) => row.score,
      render: (row) => <Status tone={toneOf(row.score)}>{format.number(row.score)}</Status>,
    },
    {
      key: 'who',
      title: t('limits.who'),
      value: (row) => row.who,
      render: (row) => (
        <>
          <span className="quiet">{t(`limits.kind.${row.kind}`)}</span> <code>{row.who}</code>
        </>
      ),
    },
    {
      key: 'signs',
      title: t('limits.signs'),
      grow: true,
      wrap: true,
      value: (row) => row.signs.join(' '),
      render: (row) => row.signs.map((sign) => botSignTexts[sign][language]).join(' · '),
    },
    {
      key: 'requests',
      title: t('limits.requests'),
      numeric: true,
      wideOnly: true,
      value: (row) => row.requests,
      render: (row) => format.number(row.requests),
    },
    {
      key: 'last',
      title: t('limits.last'),
      wideOnly: true,
      value: (row) => format.dateTime(row.last),
      render: (row) => <span className="no-wrap">{format.relative(row.last, now)}</span>,
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 80,
      plain: true,
      render: (row) =>
        may ? (
          <Button danger onClick={() => setDenying(row)} aria-label={t('limits.denyOf', { who: row.who })}>
            {t('limits.deny')}
          </Button>
        ) : (
          <span className="quiet">–</span>
        ),
    },
  ];
  return (
    <>
      <DataTable
        caption={t('limits.suspects')}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.kind} ${row.who}`}
        empty={<EmptyState title={t('limits.noSuspects')}>{t('limits.noSuspectsText')}</EmptyState>}
      />
      <AddEntriesDialog
        key={denying === null ? '' : `${denying.kind} ${denying.who}`}
        open={denying !== null}
        close={() => setDenying(null)}
        start={denying === null ? {} : { kind: denying.kind, values: listedAs(denying) }}
      />
    </>
  );
}
