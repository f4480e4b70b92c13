import { type IssuedInvitation, issuedInvitation } from '@menshen/contract';
import { IssuedInvitationBlock } from '../../components/people/issued-invitation.tsx';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './approvals.module.css';

/** What an act gives once and never again. */
export interface Secrets {
  readonly invitations: readonly IssuedInvitation[];
  readonly token: string | null;
}

/** The links and tokens in an answer, or null where it holds none. */
export function secretsOf(answer: unknown): Secrets | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const { invitation, invitations, token } = answer as Readonly<Record<string, unknown>>;
  const found = [invitation, ...(Array.isArray(invitations) ? invitations : [])].flatMap((one) => {
    const parsed = issuedInvitation.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  const text = typeof token === 'string' ? token : null;
  return found.length === 0 && text === null ? null : { invitations: found, token: text };
}

export function OnceSecrets({ secrets }: { readonly secrets: Secrets }) {
  const { t } = useLanguage();
  return (
    <div className={styles.done}>
      <Status tone="warning">{t('approvals.secret')}</Status>
      {secrets.invitations.map((invitation) => (
        <IssuedInvitationBlock key={invitation.id} invitation={invitation} />
      ))}
      {secrets.token === null ? null : (
        <CodeBlock label={t('approvals.token')} text={secrets.token} copyLabel={t('approvals.copyToken')} />
      )}
    </div>
  );
}
