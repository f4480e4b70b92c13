import { listTrainingLabs } from '@menshen/contract';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const refreshMs = 60_000;

type Labs = Output<typeof listTrainingLabs>;
type LabRow = Labs['labs'][number];
type Group = Labs['groups'][number];

/** The labs: how many people pass each, in which departments, and how many sandboxes run now. */
export function LabsPanel() {
  const { t } = useLanguage();
  const query = useEndpoint(listTrainingLabs, { input: {}, refetchMs: refreshMs });
  const { data } = query;
  const state =
    data === undefined
      ? undefined
      : data.enabled
        ? t('training.labsRunning', { running: data.running, atOnce: data.atOnce, minutes: data.minutes })
        : undefined;
  return (
    <Panel flush title={t('training.labs')} note={state}>
      <Loadable query={query} lines={4}>
        {(labs) =>
          labs.enabled ? (
            <>
              <LabTable {...labs} />
              <GroupTable {...labs} />
            </>
          ) : (
            <EmptyState title={t('training.labsOff')}>{t('training.labsOffText')}</EmptyState>
          )
        }
      </Loadable>
    </Panel>
  );
}

function LabTable({ labs, people }: Labs) {
  const { t, language, format } = useLanguage();
  const share = (count: number | null): string =>
    count === null
      ? t('training.few')
      : t('training.labsOf', { count, share: format.percent(people === 0 ? 0 : count / people) });
  const columns: readonly Column<LabRow>[] = [
    {
      key: 'lab',
      title: t('training.lab'),
      grow: true,
      render: ({ title, courses }) => (
        <>
          {title[language]}
          {courses.length === 0 ? null : (
            <div className="quiet">
              {t('training.labsAsked', { courses: courses.map((course) => course.title[language]).join('、') })}
            </div>
          )}
        </>
      ),
    },
    { key: 'tried', title: t('training.labsTried'), numeric: true, render: ({ tried }) => share(tried) },
    { key: 'passed', title: t('training.labsPassed'), numeric: true, render: ({ passed }) => share(passed) },
  ];
  return <DataTable caption={t('training.labs')} columns={columns} rows={labs} rowKey={({ id }) => id} empty={null} />;
}

function GroupTable({ labs, groups, minimumGroup }: Labs) {
  const { t, language, format } = useLanguage();
  const columns: readonly Column<Group>[] = [
    {
      key: 'department',
      title: t('training.department'),
      grow: true,
      render: ({ department, name }) => (department === null ? t('training.smallGroups') : name),
    },
    { key: 'people', title: t('training.people'), numeric: true, render: ({ people }) => format.number(people) },
    ...labs.map(
      (lab): Column<Group> => ({
        key: lab.id,
        title: lab.title[language],
        numeric: true,
        render: (group) => {
          const passed = group.labs.find((one) => one.lab === lab.id)?.passed ?? 0;
          return t('training.labsOf', { count: passed, share: format.percent(passed / group.people) });
        },
      }),
    ),
  ];
  return (
    <DataTable
      caption={t('training.labsByDepartment')}
      columns={columns}
      rows={groups}
      rowKey={({ department }) => department ?? '-'}
      empty={<EmptyState title={t('training.tooFew')}>{t('training.tooFewText', { count: minimumGroup })}</EmptyState>}
    />
  );
}
