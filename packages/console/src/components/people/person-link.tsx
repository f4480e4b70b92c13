import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../i18n/language.tsx';
import { ActorName } from './actor-name.tsx';

/** A person by name, or by uid where the directory knows no name; nobody when nobody was signed in. */
export function PersonLink({ uid, name }: { readonly uid: string | null; readonly name: string | null }) {
  const { t } = useLanguage();
  if (uid === null) return <span className="quiet">{t('person.nobody')}</span>;
  // What a program did stands under a name that no person can have: `playbook:x`, `wecom callback`.
  if (/[\s:]/.test(uid)) return <ActorName name={uid} />;
  return (
    <Link to="/people/$uid" params={{ uid }} title={uid}>
      {name === null || name === '' ? uid : name}
    </Link>
  );
}
