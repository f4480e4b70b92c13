import type { Administrator, AdministratorSession, SignInStep } from '@menshen/contract';
import { powersOf } from '../../administrators/model.ts';
import type { Administrators } from '../../administrators/service.ts';
import { idleMs } from '../../administrators/sessions/service.ts';
import type { LiveSession } from '../../administrators/sessions/store.ts';
import type { Step } from '../../administrators/sign-in/service.ts';

export function administratorView({ account }: Pick<LiveSession, 'account'>): Administrator {
  return {
    id: account.id,
    username: account.username,
    powers: powersOf(account.power),
    created: account.created,
    lastLogin: account.lastLogin,
  };
}

/** A session as its own browser sees it. */
export async function sessionView(administrators: Administrators, session: LiveSession): Promise<AdministratorSession> {
  const factors = await administrators.factors.state(session.administrator);
  const enrolled = factors.totp !== null || factors.passkeys > 0;
  return {
    id: session.id,
    administrator: administratorView(session),
    csrf: session.csrf,
    idleExpires: Math.min(session.lastSeen + idleMs, session.absoluteExpires),
    absoluteExpires: session.absoluteExpires,
    deviation: session.account.power === 'all' ? 'single_operator' : null,
    secondFactor: {
      policy: administrators.settings().secondFactor,
      enrolled,
      at: enrolled ? session.verifiedAt : null,
    },
  };
}

/** What a step of signing in gives the browser: the last one sets the cookie, and ends the session that the browser had before. */
export async function stepView(
  administrators: Administrators,
  step: Step,
  call: { readonly cookie: string | null; readonly setCookie: (token: string | null) => void },
): Promise<SignInStep> {
  if (step.next !== 'signed_in') return step;
  if (call.cookie !== null) await administrators.sessions.logout(call.cookie);
  call.setCookie(step.opened.token);
  return { next: 'signed_in', session: await sessionView(administrators, step.opened.session) };
}
