import type { AppConfig, Config } from '@menshen/contract';
import type { ClientRuntime, WecomClient } from '@menshen/wechat';
import type { CardSettings } from './approvals/cards.ts';
import { createOidcProvider } from './external/oidc.ts';
import type { ExternalProvider } from './external/provider.ts';
import { createWecomProvider } from './external/wecom.ts';
import type { AdministratorSettings } from './service.ts';

export interface SettingsParts extends ClientRuntime {
  /** Port on which the console listens, once it does. */
  readonly port: () => number;
  /** Client that sends messages in the name of an app; null where the app is not in WeCom. */
  readonly messenger: (app: AppConfig) => WecomClient | null;
  /** Client with the credentials by which the console signs people in; another one when its secret was replaced. */
  readonly signIn: (wecom: { readonly corpid: string; readonly secret: string; readonly apiBase: string }) => WecomClient;
}

/**
 * Reads what the configuration says of administrators. Without `console.publicUrl` the console is taken to be open under `localhost`, because an
 * address of digits can be no relying party of a passkey (WebAuthn Level 3 §5.4.2).
 */
export function createAdministratorSettings(config: () => Config, parts: SettingsParts): () => AdministratorSettings {
  let last: { readonly of: Config; readonly client: WecomClient | null; readonly providers: readonly ExternalProvider[] } | null =
    null;
  const providersOf = (current: Config): readonly ExternalProvider[] => {
    const { oidc, wecom } = current.console.signIn;
    const client = wecom === undefined ? null : parts.signIn(wecom);
    if (last?.of === current && last.client === client) return last.providers;
    const providers: ExternalProvider[] = oidc.map((provider) =>
      createOidcProvider({
        ...provider,
        clientSecret: provider.clientSecret ?? null,
        fetch: parts.fetch,
        clock: parts.clock,
      }),
    );
    if (wecom !== undefined && client !== null) {
      providers.push(
        createWecomProvider({ id: wecom.id, corpid: wecom.corpid, agentid: wecom.agentid, scanUrl: wecom.scanUrl, client }),
      );
    }
    last = { of: current, client, providers };
    return providers;
  };
  return () => {
    const current = config();
    const { publicUrl, secondFactor, singleOperatorDelaySeconds, fourEyes } = current.console;
    const origin = publicUrl === undefined ? `http://localhost:${parts.port()}` : new URL(publicUrl).origin;
    return {
      secondFactor,
      fourEyes,
      riskClasses: current.containment.fourEyes,
      singleOperatorDelayMs: singleOperatorDelaySeconds * 1_000,
      passkeys: { host: new URL(origin).hostname, origins: [origin] },
      consoleUrl: origin,
      providers: providersOf(current),
      cards: cardsOf(current, parts.messenger),
    };
  };
}

/** Buttons count only for identities of the company in whose name the cards are sent. */
function cardsOf(
  { apps, console: { signIn }, containment: { approveInWecom } }: Config,
  messenger: SettingsParts['messenger'],
): CardSettings | null {
  const app = apps.find(({ id }) => id === approveInWecom?.app);
  if (approveInWecom === undefined || app?.wecom === undefined || signIn.wecom?.corpid !== app.wecom.corpid) return null;
  const client = messenger(app);
  const { agentid } = app.wecom;
  return client === null || agentid === undefined
    ? null
    : { app: app.id, agentid, risk: approveInWecom.risk, provider: signIn.wecom.id, client };
}
