import { checkTrainingCourse, getTraining, getTrainingCourse, saveTrainingCourse } from '@menshen/contract';
import { useNavigate } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { CoursePreviewPart } from './course-preview.tsx';
import styles from './training.module.css';

/** Writing a course: its text beside what the check says of it, each fault with its line, and the preview before anything is saved. */
export function CourseEditor({ text }: { readonly text: { readonly zh: string; readonly en: string | null } }) {
  const { t, language } = useLanguage();
  const navigate = useNavigate();
  const [zh, setZh] = useState(text.zh);
  const [en, setEn] = useState(text.en ?? '');
  const check = useAction(checkTrainingCourse);
  const save = useAction(saveTrainingCourse, [getTrainingCourse, getTraining]);
  const body = { zh, en: en.trim() === '' ? null : en };
  const { data } = check;
  return (
    <>
      <Panel title={t('trainingCourse.text')} note={t('trainingCourse.textNote')}>
        <div className={styles.editor}>
          <Field label={t('trainingCourse.zh')}>
            {(wiring) => (
              <Input.TextArea
                {...wiring}
                className="code"
                spellCheck={false}
                maxLength={120_000}
                autoSize={{ minRows: 18, maxRows: 32 }}
                value={zh}
                onChange={(event) => setZh(event.target.value)}
              />
            )}
          </Field>
          <Field label={t('trainingCourse.en')} hint={t('trainingCourse.enHint')}>
            {(wiring) => (
              <Input.TextArea
                {...wiring}
                className="code"
                spellCheck={false}
                maxLength={120_000}
                autoSize={{ minRows: 18, maxRows: 32 }}
                value={en}
                onChange={(event) => setEn(event.target.value)}
              />
            )}
          </Field>
        </div>
        <div className={styles.acts}>
          <Button loading={check.isPending} onClick={() => check.mutate({ body })}>
            {t('trainingCourse.check')}
          </Button>
          <Button
            type="primary"
            loading={save.isPending}
            onClick={() =>
              save.mutate({ body }, { onSuccess: ({ id }) => void navigate({ to: '/training/$id', params: { id } }) })
            }
          >
            {t('trainingCourse.save')}
          </Button>
        </div>
        {check.error === null ? null : <ErrorState error={check.error} />}
        {save.error === null ? null : <ErrorState error={save.error} />}
        {data === undefined ? null : data.problems.length === 0 ? (
          <p role="status">
            <Status tone="safe">{t('trainingCourse.sound')}</Status>
          </p>
        ) : (
          <div role="status">
            <Status tone="warning">{t('trainingCourse.problems', { count: data.problems.length })}</Status>
            <ul className={styles.problems}>
              {data.problems.map((problem) => (
                <li key={`${problem.language} ${problem.line} ${problem.en}`}>
                  {t(`trainingCourse.line.${problem.language}`, { line: String(problem.line) })} {problem[language]}
                </li>
              ))}
            </ul>
          </div>
        )}
      </Panel>
      {data?.preview == null ? null : <CoursePreviewPart preview={data.preview[language]} pictures={data.pictures} />}
    </>
  );
}
