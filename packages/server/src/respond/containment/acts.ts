import type { ApiTokenView, TargetOf } from '@menshen/contract';
import type { Session } from '../../identity/model.ts';
import type { IdentityService } from '../../identity/service.ts';
import type { KeyRing } from '../../keys/ring/service.ts';
import type { AppSecretService } from '../app-secrets/service.ts';
import type { Measure } from './model.ts';
import type { Members } from './scope.ts';

/** The services that own what a measure cannot take back, by the doors that they have. */
export interface ActParts {
  readonly identity: Pick<IdentityService, 'endSessions' | 'endSessionsOf' | 'refresh' | 'sessions'>;
  readonly ring: Pick<KeyRing, 'rotate' | 'overview'>;
  readonly secrets: Pick<AppSecretService, 'activate'>;
  readonly tokens: { list(): Promise<ApiTokenView[]>; revoke(id: string, by: string): Promise<void> };
  readonly members: Members;
}

/** Sessions that are ended in one transaction. */
const chunk = 100;

export interface Acts {
  /** Live sessions that a measure would end. */
  reached(target: TargetOf<'end_sessions'>, since: number): readonly Session[];
  /**
   * Ends the sessions that a measure means, those only that began before it unless it locks. `again` looks for what an earlier run has left. Resolves to
   * how many there were.
   */
  endSessions(measure: Measure, again: boolean): Promise<number>;
  rotateKeys(measure: Measure & { readonly kind: 'rotate_keys' }): Promise<number>;
  replaceSecret(measure: Measure & { readonly kind: 'rotate_secret' }): Promise<number>;
  revokeTokens(measure: Measure & { readonly kind: 'revoke_tokens' }): Promise<number>;
}

export function createActs({ identity, ring, secrets, tokens, members }: ActParts): Acts {
  const nameOf = (measure: Measure): string => `containment ${measure.id}`;
  /** The sessions among which those of a target are: all of them only where it names no person. */
  const candidates = (target: TargetOf<'end_sessions'>): Iterable<Session> => {
    if (target.scope === 'person' || target.scope === 'device')
      return target.person === undefined ? identity.sessions.all() : identity.sessions.ofPerson(target.person);
    return target.scope === 'department'
      ? [...members.of(target.department)].flatMap((person) => identity.sessions.ofPerson(person))
      : identity.sessions.all();
  };
  const reached: Acts['reached'] = (target, since) =>
    [...candidates(target)].filter((session) => session.created <= since && members.ends(target, session, null));
  const sessionsOf = (measure: Measure): readonly Session[] => {
    if (measure.kind === 'lock_accounts') return measure.target.persons.flatMap((person) => identity.sessions.ofPerson(person));
    return measure.kind === 'end_sessions' ? reached(measure.target, measure.since) : [];
  };

  return {
    reached,
    async endSessions(measure, again) {
      const reason = nameOf(measure);
      let ended = 0;
      // A login that has begun but opened no session yet is ended with the person; once only, because people may come back.
      if (!again) for (const person of personsOf(measure)) ended += await identity.endSessionsOf(person, reason, measure.by);
      await identity.refresh();
      const sids = sessionsOf(measure).map(({ sid }) => sid);
      for (let at = 0; at < sids.length; at += chunk)
        ended += await identity.endSessions(sids.slice(at, at + chunk), reason, measure.by);
      return ended;
    },
    async rotateKeys(measure) {
      const { app } = measure.target;
      const { keys } = await ring.overview();
      const active = keys.filter((key) => key.app === app && key.state === 'active');
      // A key that was made since the measure was taken is what it asked for.
      const old = active.filter(({ created }) => created < measure.since);
      const algorithms = new Set(active.length === 0 ? (['aes-256-gcm'] as const) : old.map(({ algorithm }) => algorithm));
      for (const algorithm of algorithms) await ring.rotate(app, algorithm, measure.by);
      return algorithms.size;
    },
    replaceSecret: ({ id: measure, target, by, until }) => secrets.activate(target, { measure, by, overlapUntil: until }),
    async revokeTokens(measure) {
      const { tokens: named } = measure.target;
      let revoked = 0;
      for (const token of await tokens.list()) {
        // A token that was issued since then is what people were told to issue.
        if (token.state !== 'active' || token.created > measure.since || named?.includes(token.id) === false) continue;
        await tokens.revoke(token.id, measure.by);
        revoked += 1;
      }
      return revoked;
    },
  };
}

function personsOf(measure: Measure): readonly string[] {
  if (measure.kind === 'lock_accounts') return measure.target.persons;
  return measure.kind === 'end_sessions' && measure.target.scope === 'person' ? [measure.target.person] : [];
}
