import type { FourEyesSetting, RiskClass } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import { type AccountService, createAccountService } from './accounts/service.ts';
import { createAccountStore } from './accounts/store.ts';
import { createApprovalCardStore } from './approvals/card-store.ts';
import { type ApprovalCards, type CardSettings, createApprovalCards } from './approvals/cards.ts';
import { type ApprovalService, createApprovalService } from './approvals/service.ts';
import { createApprovalStore } from './approvals/store.ts';
import { createAttempts } from './attempts.ts';
import type { ExternalProvider } from './external/provider.ts';
import { createExternalService, type ExternalService } from './external/service.ts';
import { createOwnFactorService, type OwnFactorService } from './factors/own.ts';
import { createFactorService, type FactorService } from './factors/service.ts';
import { createFactorStore } from './factors/store.ts';
import { createPasskeyService, type PasskeyPlace } from './passkeys/service.ts';
import { createPasskeyStore } from './passkeys/store.ts';
import { secretMaker } from './secrets.ts';
import { createSessionService, type SessionService } from './sessions/service.ts';
import { createSessionStore } from './sessions/store.ts';
import { createSignInService, type SignInService } from './sign-in/service.ts';
import { createFlowStore } from './sign-in/store.ts';
import { createTokenService, type TokenService } from './tokens/service.ts';
import { createTokenStore } from './tokens/store.ts';

/** What the configuration says of administrators; read at each use, so that a reload takes effect. */
export interface AdministratorSettings {
  readonly secondFactor: 'required' | 'optional';
  readonly singleOperatorDelayMs: number;
  /** Acts that take two administrators here, besides those that always do. */
  readonly fourEyes: readonly FourEyesSetting[];
  /** Classes of measures of containment that take two. */
  readonly riskClasses: readonly RiskClass[];
  readonly passkeys: PasskeyPlace;
  /** Origin under which browsers reach the console. */
  readonly consoleUrl: string;
  readonly providers: readonly ExternalProvider[];
  /** Approving by a button in WeCom; null where the configuration does not allow it. */
  readonly cards: CardSettings | null;
}

export interface AdministratorParts {
  readonly store: Store;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly metrics: Metrics;
  readonly settings: () => AdministratorSettings;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Everything about those who administer, and the machines that they let in. */
export interface Administrators {
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly signIn: SignInService;
  readonly external: ExternalService;
  readonly factors: FactorService;
  readonly ownFactors: OwnFactorService;
  readonly approvals: ApprovalService;
  readonly cards: ApprovalCards;
  readonly tokens: TokenService;
  readonly settings: () => AdministratorSettings;
  maintain(): Promise<void>;
}

export function createAdministrators(parts: AdministratorParts): Administrators {
  const { store, keys, audit, coordination, metrics, settings, clock, random } = parts;
  const make = secretMaker(random);
  const secondFactor = () => settings().secondFactor;
  const accountStore = createAccountStore(store);
  const passkeyStore = createPasskeyStore(store);
  const flows = createFlowStore(store, keys);
  const attempts = createAttempts(store);
  const sessions = createSessionService({ store: createSessionStore(store), audit, clock, make });
  const passkeys = createPasskeyService({ store: passkeyStore, place: () => settings().passkeys, clock, random });
  const factors = createFactorService({ store: createFactorStore(store, keys), passkeys, attempts, audit, clock, random });
  const signIn = createSignInService({
    accounts: accountStore,
    sessions,
    factors,
    passkeys,
    flows,
    attempts,
    audit,
    coordination,
    metrics,
    secondFactor,
    clock,
    make,
  });
  const approvalStore = createApprovalStore(store);
  const accounts = createAccountService({
    ...{ store: accountStore, approvals: approvalStore, sessions, factors, flows, signIn, audit, clock, make },
  });
  const approvals = createApprovalService({
    store: approvalStore,
    audit,
    metrics,
    delayMs: () => settings().singleOperatorDelayMs,
    fourEyes: () => settings().fourEyes,
    riskClasses: () => settings().riskClasses,
    clock,
    make,
  });
  return {
    accounts,
    sessions,
    signIn,
    factors,
    settings,
    external: createExternalService({
      accounts: accountStore,
      flows,
      signIn,
      providers: () => settings().providers,
      consoleUrl: () => settings().consoleUrl,
      clock,
      make,
    }),
    ownFactors: createOwnFactorService({
      accounts: accountStore,
      sessions,
      factors,
      passkeys,
      passkeyStore,
      flows,
      signIn,
      audit,
      secondFactor,
      clock,
      make,
    }),
    approvals,
    cards: createApprovalCards({
      ...{ store: createApprovalCardStore(store), accounts: accountStore, approvals, audit, metrics, clock, random },
      settings: () => settings().cards,
    }),
    tokens: createTokenService({
      ...{ store: createTokenStore(store), audit, coordination, metrics, clock, random },
      activeAccounts: async () =>
        new Set((await accountStore.all()).flatMap(({ status, username }) => (status === 'active' ? [username] : []))),
    }),
    async maintain() {
      const now = clock();
      await Promise.all([sessions.maintain(), accounts.maintain(), flows.removeExpired(now), attempts.removeOld(now)]);
    },
  };
}
