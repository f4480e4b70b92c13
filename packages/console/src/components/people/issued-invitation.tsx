import type { IssuedInvitation } from '@menshen/contract';
import { CodeBlock } from '../../ds/code-block.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** The link of an invitation, shown once: to be handed to the person that it is for. */
export function IssuedInvitationBlock({ invitation }: { readonly invitation: IssuedInvitation }) {
  const { t } = useLanguage();
  const { power, username, path } = invitation;
  const title = [power === null ? null : t(`power.${power}`), username].filter((part) => part !== null).join(' · ');
  return <CodeBlock label={title} text={`${title}\n${location.origin}${path}`} copyLabel={t('setup.invitationCopy')} />;
}
