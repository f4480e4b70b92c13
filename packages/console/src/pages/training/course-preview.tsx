import type { CoursePreview } from '@menshen/contract';
import { CourseBlocks } from '../../components/course-blocks.tsx';
import { Disclosure } from '../../ds/disclosure.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './training.module.css';

interface CoursePreviewProps {
  readonly preview: CoursePreview;
  readonly pictures: Readonly<Record<string, string>>;
}

/** The cards as people see them, and the questions with what is right, which people do not. */
export function CoursePreviewPart({ preview, pictures }: CoursePreviewProps) {
  const { t } = useLanguage();
  const { cards, questions, sources, summary } = preview;
  return (
    <Panel title={t('trainingCourse.cards', { count: cards.length })} note={summary}>
      <ol className={styles.cards}>
        {cards.map(({ title, blocks, check }) => (
          <li key={title} className={styles.card}>
            <h3>{title}</h3>
            <CourseBlocks blocks={blocks} pictures={pictures} level={4} />
            {check === null ? null : <p className="quiet">{t('trainingCourse.withQuestion', { id: check })}</p>}
          </li>
        ))}
      </ol>
      <Disclosure title={t('trainingCourse.questions', { count: questions.length })} note={t('trainingCourse.questionsNote')}>
        <ol className={styles.cards}>
          {questions.map(({ id, ask, options, because }) => (
            <li key={id} className={styles.card}>
              <p className={styles.question}>
                <code>{id}</code> {ask}
              </p>
              <ul className={styles.options}>
                {options.map(({ text, right }) => (
                  <li key={text}>
                    {text} {right ? <Status tone="safe">{t('trainingCourse.right')}</Status> : null}
                  </li>
                ))}
              </ul>
              <p className="quiet">{because}</p>
            </li>
          ))}
        </ol>
      </Disclosure>
      {sources.length === 0 ? null : (
        <Disclosure title={t('trainingCourse.sources')}>
          <ul>
            {sources.map(({ title, url }) => (
              <li key={title}>
                {url === null || !url.startsWith('https://') ? (
                  title
                ) : (
                  <a href={url} target="_blank" rel="noopener noreferrer">
                    {title}
                  </a>
                )}
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </Panel>
  );
}
