import { type ContestView, createContest, listContests } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { toneOfState } from './contest-words.ts';
import { CreateContestDialog } from './create-contest-dialog.tsx';

const refreshMs = 30_000;

/** All contests, the newest first. */
export function ContestsPage() {
  const { t, format } = useLanguage();
  const may = useMay();
  const contests = useEndpoint(listContests, { input: {}, refetchMs: refreshMs });
  const [creating, setCreating] = useState(false);
  const columns: readonly Column<ContestView>[] = [
    {
      key: 'name',
      title: t('contests.name'),
      grow: true,
      render: ({ id, plan }) => (
        <Link to="/contests/$id" params={{ id }}>
          {plan.title}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('contests.state'),
      render: ({ state }) => <Status tone={toneOfState[state]}>{t(`contests.state.${state}`)}</Status>,
    },
    { key: 'time', title: t('contests.time'), render: ({ plan }) => format.minute(plan.starts) },
    { key: 'players', title: t('contests.players'), numeric: true, render: ({ players }) => format.number(players) },
    { key: 'answers', title: t('contests.answers'), numeric: true, render: ({ answers }) => format.number(answers) },
  ];
  return (
    <Page
      title={t('contests.title')}
      question={t('contests.question')}
      trail={<Link to="/training">{t('training.title')}</Link>}
      actions={
        may(createContest) ? (
          <Button type="primary" onClick={() => setCreating(true)}>
            {t('contests.create')}
          </Button>
        ) : null
      }
    >
      <Loadable query={contests} lines={8}>
        {({ contests: rows, learnUrl }) => (
          <Panel flush title={t('contests.list')} note={learnUrl === null ? t('contests.noPage') : undefined}>
            <DataTable
              caption={t('contests.list')}
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('contests.none')}>{t('contests.noneText')}</EmptyState>}
            />
          </Panel>
        )}
      </Loadable>
      <CreateContestDialog open={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}
