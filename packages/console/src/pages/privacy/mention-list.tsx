import { findPersonMentions } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './privacy.module.css';

/** Where words that others wrote name a person. They stay when the person is erased; whoever erases looks at them. */
export function MentionList({ uid }: { readonly uid: string }) {
  const { t, language } = useLanguage();
  const mentions = useEndpoint(findPersonMentions, { input: { params: { uid } } });
  return (
    <Loadable query={mentions} lines={2}>
      {({ found, total }) => (
        <>
          <p className="paragraph">{total === 0 ? t('privacy.mentionsNone') : t('privacy.mentionsStay', { count: total })}</p>
          <ul className={styles.list}>
            {found.map(({ title, to, by }) => (
              <li key={`${title.en} ${to}`}>
                <Link to={to}>{title[language]}</Link>{' '}
                <span className="quiet">{by.map((term) => t(`privacy.by.${term}`)).join(', ')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Loadable>
  );
}
