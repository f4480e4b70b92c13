import { getTrafficLimits, type LimitedSubjectView, liftLimits } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { limitWords, readLimitName } from './limit-words.ts';

type Liftable = 'person' | 'address' | 'device' | 'session';
const liftable = (kind: LimitedSubjectView['kind']): kind is Liftable => kind !== 'route' && kind !== 'app';
/** Who is meant, in a sentence. */
export const nameOf = (row: LimitedSubjectView): string => row.name ?? row.who;

/** Who is limited now, and lets them go. */
export function LimitedTable({ rows, now }: { readonly rows: readonly LimitedSubjectView[]; readonly now: number }) {
  const { t } = useLanguage();
  const may = useMay();
  const [lifting, setLifting] = useState<LimitedSubjectView | null>(null);
  const lift = useAction(liftLimits, [getTrafficLimits]);
  const columns = useColumns(now, may(liftLimits) ? setLifting : null);
  const done = (): void => {
    lift.reset();
    setLifting(null);
  };
  return (
    <>
      <DataTable
        caption={t('limits.now')}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.kind} ${row.app} ${row.route} ${row.limit} ${row.who}`}
        empty={<EmptyState title={t('limits.none')}>{t('limits.noneText')}</EmptyState>}
      />
      <ConfirmDialog
        open={lifting !== null}
        title={t('limits.lift')}
        consequence={lifting === null ? null : t('limits.liftText', { who: nameOf(lifting) })}
        confirm={t('limits.lift')}
        reasonLength={4}
        busy={lift.isPending}
        error={lift.error}
        onConfirm={(reason) => {
          if (lifting === null || !liftable(lifting.kind)) return;
          lift.mutate({ body: { kind: lifting.kind, who: lifting.who, reason } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </>
  );
}

function useColumns(now: number, lift: ((row: LimitedSubjectView) => void) | null): readonly Column<LimitedSubjectView>[] {
  const { t, format } = useLanguage();
  const words = (row: LimitedSubjectView): string => {
    const read = readLimitName(row.limit);
    return read === null ? row.limit : limitWords(read, t);
  };
  return [
    {
      key: 'who',
      title: t('limits.who'),
      value: (row) => row.who,
      render: (row) => (
        <>
          <span className="quiet">{t(`limits.kind.${row.kind}`)}</span>{' '}
          {row.kind === 'person' ? (
            <PersonLink uid={row.who} name={row.name} />
          ) : (
            <code title={row.who}>{row.who === '' ? t('limits.everybody') : row.who}</code>
          )}
        </>
      ),
    },
    {
      key: 'limit',
      title: t('limits.limit'),
      grow: true,
      wrap: true,
      value: (row) => words(row),
      render: (row) => (
        <>
          {words(row)}
          {row.app === null ? null : (
            <>
              {' '}
              <span className="quiet">
                {row.app} {row.route}
              </span>
            </>
          )}
        </>
      ),
    },
    {
      key: 'since',
      title: t('limits.since'),
      value: (row) => format.dateTime(row.since),
      render: (row) => (
        <span className="no-wrap" title={format.dateTime(row.since)}>
          {format.relative(row.since, now)}
        </span>
      ),
    },
    {
      key: 'until',
      title: t('limits.until'),
      wideOnly: true,
      value: (row) => format.dateTime(row.until),
      render: (row) => (
        <span className="no-wrap" title={format.dateTime(row.until)}>
          {format.relative(Math.max(row.until, now), now)}
        </span>
      ),
    },
    {
      key: 'refused',
      title: t('limits.refused'),
      numeric: true,
      value: (row) => row.refused,
      render: (row) => format.number(row.refused),
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 80,
      plain: true,
      render: (row) =>
        lift !== null && liftable(row.kind) ? (
          <Button onClick={() => lift(row)} aria-label={t('limits.liftOf', { who: nameOf(row) })}>
            {t('limits.lift')}
          </Button>
        ) : (
          <span className="quiet">–</span>
        ),
    },
  ];
}
