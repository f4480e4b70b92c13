import type { MeasurePreview } from '@menshen/contract';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';

/** What the measure would have stopped in the last hour, and whom of these something is known against. */
export function PreviewReport({ preview }: { readonly preview: MeasurePreview }) {
  const { t, format, language } = useLanguage();
  const { honest, attacked, sessions, routes, fourEyes, riskClass, sampled, notes } = preview;
  const side = (one: MeasurePreview['honest']): string =>
    t('containment.preview.of', { persons: format.number(one.persons), requests: format.number(one.requests) });
  return (
    <section className={styles.preview} aria-label={t('containment.preview')} aria-live="polite">
      <h3 className={styles.sub}>{t('containment.preview')}</h3>
      <Metrics>
        <Metric label={t('containment.preview.requests')} value={format.number(preview.requests)} />
        <Metric label={t('containment.preview.honest')} value={format.number(honest.requests)} note={side(honest)} />
        <Metric label={t('containment.preview.attacked')} value={format.number(attacked.requests)} note={side(attacked)} />
        {sessions === null ? null : <Metric label={t('containment.preview.sessions')} value={format.number(sessions)} />}
      </Metrics>
      {routes.length === 0 ? null : (
        <p className="quiet">
          {t('containment.preview.routes', {
            routes: format.list(routes.map(({ route, count }) => `${route} (${format.number(count)})`)),
          })}
        </p>
      )}
      {sampled ? <p className="quiet">{t('containment.preview.sampled')}</p> : null}
      {notes.map((note) => (
        <p key={note.en} className="quiet">
          {note[language]}
        </p>
      ))}
      <p className={styles.two}>
        <Status tone={fourEyes ? 'warning' : 'quiet'}>
          {t(fourEyes ? 'containment.twoNeeded' : 'containment.oneSuffices', { risk: t(`containment.risk.${riskClass}`) })}
        </Status>
      </p>
    </section>
  );
}
