import { Link } from '@tanstack/react-router';
import { Page } from '../../ds/page.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { CourseEditor } from './course-editor.tsx';

/** A course of the company's own from the first line, which is a pattern to write over. */
export function NewCoursePage() {
  const { t } = useLanguage();
  return (
    <Page
      title={t('trainingNew.title')}
      question={t('trainingNew.question')}
      trail={<Link to="/training">{t('training.title')}</Link>}
    >
      <CourseEditor text={{ zh: t('trainingNew.pattern'), en: null }} />
    </Page>
  );
}
