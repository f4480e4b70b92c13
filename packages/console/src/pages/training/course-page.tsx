import {
  type CoursePreview,
  exportTrainingCourse,
  getTraining,
  getTrainingCourse,
  publishTrainingCourse,
  saveTrainingCourse,
  withdrawTrainingCourse,
} from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { downloadBytes } from '../../ds/download.ts';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { CourseEditor } from './course-editor.tsx';
import { CoursePreviewPart } from './course-preview.tsx';
import styles from './training.module.css';

const route = getRouteApi('/shell/training/$id');

type Loaded = Output<typeof getTrainingCourse>;

/** A course as people will see it, with its bank; one of the company's own can be written on. */
export function TrainingCoursePage() {
  const { t, language } = useLanguage();
  const { id } = route.useParams();
  const course = useEndpoint(getTrainingCourse, { input: { params: { id } } });
  const title = course.data?.course.title[language] ?? id;
  return (
    <Page title={title} question={t('trainingCourse.question')} trail={<Link to="/training">{t('training.title')}</Link>}>
      <Loadable query={course} lines={12}>
        {(loaded) => <Course loaded={loaded} />}
      </Loadable>
    </Page>
  );
}

function Course({ loaded }: { readonly loaded: Loaded }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const { course, pass, draw, valid, pictures, text, versions } = loaded;
  const own = course.origin === 'own';
  const draft = versions.find(({ state }) => state === 'draft');
  const facts = t('trainingCourse.facts', {
    version: String(course.version),
    minutes: String(course.minutes),
    draw: String(draw),
    pass: String(pass),
    valid: String(valid),
  });
  return (
    <>
      <Panel title={t('trainingCourse.about')} note={facts}>
        <Acts course={course} draft={draft?.version ?? null} />
        {draft === undefined ? null : (
          <p className="paragraph">
            {t('trainingCourse.draftBy', { by: draft.savedBy, time: format.minute(draft.saved), version: String(draft.version) })}
          </p>
        )}
        {own && may(saveTrainingCourse) && !editing ? (
          <Button onClick={() => setEditing(true)}>{t('trainingCourse.edit')}</Button>
        ) : null}
      </Panel>
      {editing ? <CourseEditor text={text} /> : null}
      <Previews zh={loaded.zh} en={loaded.en} pictures={pictures} />
    </>
  );
}

function Previews(props: {
  readonly zh: CoursePreview;
  readonly en: CoursePreview;
  readonly pictures: Readonly<Record<string, string>>;
}) {
  const { language } = useLanguage();
  return <CoursePreviewPart preview={props[language]} pictures={props.pictures} />;
}

function Acts({ course, draft }: { readonly course: Loaded['course']; readonly draft: number | null }) {
  const { t, language } = useLanguage();
  const may = useMay();
  const stale = [getTrainingCourse, getTraining];
  const publish = useAction(publishTrainingCourse, stale);
  const withdraw = useAction(withdrawTrainingCourse, stale);
  const save = useAction(exportTrainingCourse);
  const [withdrawing, setWithdrawing] = useState(false);
  const { id, origin, state } = course;
  const problem = publish.error ?? save.error;
  return (
    <>
      <div className={styles.acts}>
        {state === 'published' && may(exportTrainingCourse) ? (
          <Button
            loading={save.isPending}
            onClick={() =>
              save.mutate(
                { params: { id }, body: { language } },
                { onSuccess: ({ name, zip }) => downloadBytes(name, 'application/zip', zip) },
              )
            }
          >
            {t('trainingCourse.scorm')}
          </Button>
        ) : null}
        {draft !== null && may(publishTrainingCourse) ? (
          <Button
            type="primary"
            loading={publish.isPending}
            onClick={() => publish.mutate({ params: { id }, body: { version: draft } })}
          >
            {t('trainingCourse.publish')}
          </Button>
        ) : null}
        {origin === 'own' && may(withdrawTrainingCourse) ? (
          <Button danger onClick={() => setWithdrawing(true)}>
            {t('trainingCourse.withdraw')}
          </Button>
        ) : null}
      </div>
      {problem === null ? null : <ErrorState error={problem} />}
      <ConfirmDialog
        open={withdrawing}
        title={t('trainingCourse.withdraw')}
        consequence={t('trainingCourse.withdrawText')}
        confirm={t('trainingCourse.withdraw')}
        danger
        reasonLength={4}
        busy={withdraw.isPending}
        error={withdraw.error}
        onConfirm={(reason) => withdraw.mutate({ params: { id }, body: { reason } }, { onSuccess: () => setWithdrawing(false) })}
        onClose={() => {
          withdraw.reset();
          setWithdrawing(false);
        }}
      />
    </>
  );
}
