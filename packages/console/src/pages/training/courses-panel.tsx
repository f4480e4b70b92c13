import { saveTrainingCourse, type TrainingCourseView } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Done, Rate } from './figures.tsx';
import type { TrainingData } from './model.ts';

/** What can be taken, and drafts of the company's own. */
export function CoursesPanel({ training }: { readonly training: TrainingData }) {
  const { t, language, format } = useLanguage();
  const may = useMay();
  const columns: readonly Column<TrainingCourseView>[] = [
    {
      key: 'title',
      title: t('training.course'),
      grow: true,
      value: ({ title }) => title[language],
      render: ({ id, title, origin, state, draft, version }) => (
        <>
          <Link to="/training/$id" params={{ id }}>
            {title[language]}
          </Link>{' '}
          <span className="quiet">{t('training.version', { version: String(version) })}</span>{' '}
          {origin === 'own' ? <span className="quiet">{t('training.own')}</span> : null}{' '}
          {state === 'draft' || draft !== null ? <Status tone="warning">{t('training.hasDraft')}</Status> : null}
        </>
      ),
    },
    {
      key: 'for',
      title: t('training.for'),
      wideOnly: true,
      value: ({ audience }) => audience.join(' '),
      render: ({ audience }) => format.list(audience.map((one) => t(`training.audience.${one}`))),
    },
    {
      key: 'minutes',
      title: t('training.length'),
      wideOnly: true,
      value: ({ minutes }) => minutes,
      render: ({ minutes, questions }) => t('training.minutes', { count: minutes, questions: String(questions) }),
    },
    {
      key: 'done',
      title: t('training.done'),
      value: ({ figures }) => figures?.done ?? null,
      render: ({ figures }) => <Done figures={figures} />,
    },
    {
      key: 'first',
      title: t('training.firstTry'),
      numeric: true,
      value: ({ figures }) => figures?.firstTry ?? null,
      render: ({ figures }) => <Rate value={figures?.firstTry ?? null} />,
    },
    {
      key: 'retention',
      title: t('training.retention'),
      numeric: true,
      value: ({ figures }) => figures?.retention ?? null,
      render: ({ figures }) => <Rate value={figures?.retention ?? null} />,
    },
  ];
  return (
    <Panel
      flush
      title={t('training.courses')}
      note={t('training.coursesNote')}
      actions={
        <>
          {may(saveTrainingCourse) ? <Link to="/training/new">{t('training.write')}</Link> : null}
          <ExportButton name="menshen-training-courses" columns={columns} rows={training.courses} />
        </>
      }
    >
      <DataTable caption={t('training.courses')} columns={columns} rows={training.courses} rowKey={({ id }) => id} />
    </Panel>
  );
}
