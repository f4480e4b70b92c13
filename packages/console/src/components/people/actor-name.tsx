import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../i18n/language.tsx';

const playbookMark = 'playbook:';

/** Who did something: an administrator by name, or the playbook that did it, which leads to its page. */
export function ActorName({ name }: { readonly name: string }) {
  const { t } = useLanguage();
  if (!name.startsWith(playbookMark)) return name;
  const id = name.slice(playbookMark.length);
  return (
    <Link to="/playbooks/$id" params={{ id }}>
      {t('actor.playbook', { id })}
    </Link>
  );
}
