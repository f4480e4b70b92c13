import { MenshenError, type TrainingConfig } from '@menshen/contract';
import type { WecomClient } from '@menshen/wechat';
import type { Coordination } from '../../coordination/model.ts';
import type { Person } from '../../directory/model.ts';
import type { LearnerCaller, LearnerSessions } from './sessions.ts';

/** The company in WeCom whose members learn here. */
export interface LearnerWecom {
  readonly corpid: string;
  readonly agentid: number;
  readonly client: Pick<WecomClient, 'webLoginUser'>;
}

export interface LearnerSignInParts {
  readonly sessions: LearnerSessions;
  /** Null where no app is in WeCom. */
  readonly wecom: () => LearnerWecom | null;
  readonly ofWecom: (userid: string) => Person | undefined;
  readonly settings: () => Pick<TrainingConfig, 'authorizeUrl' | 'scanUrl'>;
  /** Address of the page for employees. */
  readonly base: () => string;
  readonly coordination: Pick<Coordination, 'tokenBucket'>;
}

/** Against floods, not against guessing: nothing here is guessed, and a whole company may come from one address on a Monday morning. */
const rates = {
  signIn: { capacity: 300, refillPerSecond: 10, cost: 1 },
  verify: { capacity: 100, refillPerSecond: 2, cost: 1 },
} as const;

export type LearnerSignIn = ReturnType<typeof createLearnerSignIn>;

/**
 * Signing in through WeCom: inside WeCom by its authorization page (https://developer.work.weixin.qq.com/document/path/91022), in other browsers by its
 * code to scan (path/98152). Both come back with a code that only WeCom can say the owner of.
 */
export function createLearnerSignIn({ sessions, wecom, ofWecom, settings, base, coordination }: LearnerSignInParts) {
  const throttle = async ({ address }: LearnerCaller, what: keyof typeof rates = 'signIn'): Promise<void> => {
    const bucket = await coordination.tokenBucket.take(`learner ${what} ${address}`, rates[what]);
    if (!bucket.allowed)
      throw new MenshenError('rate_limited', { retryAfter: Math.max(1, Math.ceil(bucket.retryAfterMs / 1_000)) });
  };
  return {
    ways: (): ('wecom' | 'scan')[] => (wecom() === null ? [] : ['wecom', 'scan']),
    throttle,
    async start(way: 'wecom' | 'scan', caller: LearnerCaller): Promise<{ readonly url: string; readonly browser: string }> {
      await throttle(caller);
      const company = wecom();
      if (company === null) throw new MenshenError('not_found');
      const { state, browser } = await sessions.startFlow();
      const { authorizeUrl, scanUrl } = settings();
      const url = new URL(way === 'wecom' ? authorizeUrl : scanUrl);
      const query: Readonly<Record<string, string>> = {
        appid: company.corpid,
        redirect_uri: `${base()}/signed-in`,
        ...(way === 'wecom' ? { response_type: 'code', scope: 'snsapi_base' } : { login_type: 'CorpApp' }),
        state,
        agentid: String(company.agentid),
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      // WeCom asks for this mark at the end of its authorization page's address.
      if (way === 'wecom') url.hash = 'wechat_redirect';
      return { url: url.href, browser };
    },
    async finish(answer: { readonly code: string; readonly state: string }, browser: string | null, caller: LearnerCaller) {
      await throttle(caller);
      const company = wecom();
      // The state is used up whatever follows; the code is asked about only for the browser that began.
      const ours = await sessions.finishFlow(answer.state, browser);
      if (!ours || company === null) return await sessions.open(null, 'wecom', caller);
      const user = await company.client.webLoginUser(answer.code).catch(() => null);
      const person = user === null || user.userid === null ? undefined : ofWecom(user.userid);
      return await sessions.open(person?.uid ?? null, 'wecom', caller);
    },
    async byTicket(ticket: string, caller: LearnerCaller) {
      await throttle(caller);
      return await sessions.open(await sessions.consumeTicket(ticket), 'ticket', caller);
    },
  };
}
