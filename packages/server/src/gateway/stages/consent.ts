import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';

/**
 * Whether the person has consented to the purposes of the route, in their present text (PIPL article 13). It stands in every mode: what lacks its
 * legal basis is not made lawful by watching it.
 */
export function createConsent({ privacy }: Pick<GatewayServices, 'privacy'>) {
  return ({ route, session }: RequestContext): Refusal | undefined => {
    if (route === null || route.consent.length === 0) return undefined;
    if (session === null) return refuse('session_missing');
    const missing = privacy.missing(session.person.uid, route.consent);
    if (missing.length === 0) return undefined;
    const purposes = missing.map(({ id, version }) => ({ id, version }));
    return { ...refuse('consent_required', missing.map(({ id }) => id).join(' ')), extra: { purposes } };
  };
}
