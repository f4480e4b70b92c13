import { learnBulletins } from '@menshen/contract';
import type { Output } from '../../api/call.ts';
import { call, errorText, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Failure, Go, Loading } from '../parts.tsx';

type Bulletin = Output<typeof learnBulletins>['bulletins'][number];

const shown = 3;

function BulletinCard({ bulletin, whole }: { readonly bulletin: Bulletin; readonly whole: boolean }) {
  const { t, language, day } = useWords();
  const { id, kind, title, text, sent, course } = bulletin;
  return (
    <article className={kind === 'warning' ? 'card call' : 'card'}>
      <p className="facts">
        <span className={kind === 'warning' ? 'tag late' : 'tag'}>{t(`bulletin.${kind}`)}</span>
        <span className="quiet">{day(sent)}</span>
      </p>
      {whole ? (
        <>
          <h1>{title[language]}</h1>
          <p className="lines">{text[language]}</p>
          {course === null ? null : (
            <Go to={`/courses/${course}`} className="button first">
              {t('bulletin.course')}
            </Go>
          )}
        </>
      ) : (
        <Go to={`/bulletins/${id}`} className="course">
          <strong>{title[language]}</strong>
        </Go>
      )}
    </article>
  );
}

/** What the security team told this person lately; nothing where there is nothing, or while it cannot be read. */
export function Bulletins() {
  const { t } = useWords();
  const { data } = useLoaded('bulletins', () => call(learnBulletins, {}));
  if (data === null || data.bulletins.length === 0) return null;
  return (
    <section aria-label={t('bulletin.title')}>
      <h2>{t('bulletin.title')}</h2>
      {data.bulletins.slice(0, shown).map((bulletin) => (
        <BulletinCard key={bulletin.id} bulletin={bulletin} whole={false} />
      ))}
    </section>
  );
}

/** One bulletin as it was sent. */
export function BulletinPage({ id }: { readonly id: string }) {
  const { t } = useWords();
  const loaded = useLoaded('bulletins', () => call(learnBulletins, {}));
  if (loaded.error !== null) return <Failure text={errorText(loaded.error, t)} retry={loaded.reload} />;
  if (loaded.data === null) return <Loading />;
  const bulletin = loaded.data.bulletins.find((one) => one.id === id);
  return bulletin === undefined ? (
    <Failure text={t('error.not_found')} retry={loaded.reload} />
  ) : (
    <BulletinCard bulletin={bulletin} whole={true} />
  );
}
