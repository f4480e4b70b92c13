import { residualRisk } from '../../identity/risk/model.ts';
import { scoreOf, signsOf } from '../../rates/bots/signs.ts';
import type { PuzzlePlace } from '../../rates/challenge/puzzle.ts';
import type { Asked, Exceeded } from '../../rates/limiter.ts';
import { hit } from '../../rates/lists/snapshot.ts';
import { besides, type CompiledLimit } from '../../rates/model.ts';
import { limitHeaders } from '../../rates/rate-headers.ts';
import type { RequestContext } from '../context.ts';
import { failed, type Refusal, refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';
import { exemptAddress, exemptPerson } from './admit.ts';
import { answersPhone, createPhoneProof, solutionOf } from './prove-phone.ts';

type Verdict = Refusal | undefined;
type Proof = 'challenge' | 'mfa' | 'phone';

/** A second factor this old still speaks for a person who is to be let past a limit. */
const factorFreshMs = 300_000;

const waitSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/** Whether an allow entry lifts a limit: that of an address what counts the address, that of a person what counts the person. */
function isLifted({ per }: CompiledLimit, { exempt, session }: RequestContext): boolean {
  if (per === 'route' || per === 'app') return false;
  // Where there is no session, every other limit counts the address.
  const byAddress = per === 'address' || per === 'device' || session === null;
  return ((exempt & exemptAddress) !== 0 && byAddress) || ((exempt & exemptPerson) !== 0 && per !== 'address');
}

export interface LimitStages {
  /** Before anybody is authenticated: lists of the app, and limits that need no session. */
  readonly early: (context: RequestContext) => Verdict;
  /** With the session: persons and devices on lists, rules about risk and bots, all other limits. */
  readonly late: (context: RequestContext) => Verdict | Promise<Verdict>;
}

/** The limits and lists of apps and routes. A refusal says which limit it was, never a value of the request. */
export function createLimit(services: GatewayServices): LimitStages {
  const { rates } = services;
  const { lists, limiter } = rates;
  const provePhone = createPhoneProof(rates);

  const subjectOf = (limit: CompiledLimit, context: RequestContext, address: string): string => {
    const { session } = context;
    switch (limit.per) {
      case 'address':
        return address;
      case 'person':
        return session?.person.uid ?? address;
      case 'session':
        return session?.sid ?? address;
      case 'device':
        return session === null ? address : rates.deviceKey(session, address);
      case 'route':
        return context.route?.match ?? '';
      case 'app':
        return '';
    }
  };

  /** The refusal of a limit, noted for the console. */
  const over = (exceeded: Exceeded, context: RequestContext, refusal: Refusal): Refusal => {
    const { limit, who, retryAfterMs } = exceeded;
    rates.noteRefused(limit);
    const app = context.app?.id ?? null;
    rates.ledger.note({ kind: limit.per, who, app, route: limit.route, limit: limit.name }, context.arrived, retryAfterMs);
    if (context.runtime.config.gateway.rates.headers === 'draft') {
      context.rateHeaders = limitHeaders(limit, { remaining: 0, fullInMs: retryAfterMs });
    }
    return refusal;
  };
  const tooMany = (exceeded: Exceeded, context: RequestContext): Refusal =>
    over(exceeded, context, {
      ...refuse('rate_limited', `limit per ${exceeded.limit.per}: ${exceeded.limit.name}`),
      retryAfter: waitSeconds(exceeded.retryAfterMs),
    });

  /** Tells the client where the tightest of the limits stands, where the configuration wants it. */
  const tell = (asked: readonly Asked[], context: RequestContext): void => {
    if (context.runtime.config.gateway.rates.headers !== 'draft') return;
    let tightest = context.rateHeaders === null ? Number.POSITIVE_INFINITY : context.rateLeft;
    for (const one of asked) {
      if (one.limit.shared) continue;
      const standing = limiter.standing(one);
      const left = standing.remaining / one.limit.rate.capacity;
      if (left >= tightest) continue;
      tightest = left;
      context.rateHeaders = limitHeaders(one.limit, standing);
      context.rateLeft = left;
    }
  };

  const asksOf = (limits: readonly CompiledLimit[], context: RequestContext, address: string): Asked[] => {
    const asked: Asked[] = [];
    for (const limit of limits) {
      if (context.exempt !== 0 && isLifted(limit, context)) continue;
      asked.push({ limit, who: subjectOf(limit, context, address) });
    }
    return asked;
  };

  const early = (context: RequestContext): Verdict => {
    const { app, route, arrived } = context;
    if (app === null || route === null) return refuse('route_undeclared');
    if (lists.size > 0) {
      const entry = lists.has('address') ? lists.address(context.address, app.id, arrived) : null;
      // One that holds for every app was met, and counted, when the request was admitted.
      if (entry !== null && entry.app !== null) hit(entry, arrived);
      if (entry?.list === 'deny') return refuse('address_refused', 'deny list');
      if (entry?.list === 'allow') context.exempt |= exemptAddress;
      const agent = context.request.headers['user-agent'];
      const named = agent === undefined ? null : lists.agent(agent, app.id, arrived);
      if (named !== null) {
        hit(named, arrived);
        return refuse('client_refused', 'deny list: user agent');
      }
    }
    const { early: limits } = route.rates;
    if (limits.length === 0) return undefined;
    const asked = asksOf(limits, context, rates.addressKey(context.address));
    if (asked.length === 0) return undefined;
    // Limits of this kind are never shared, so the answer is there at once.
    const exceeded = limiter.take(asked) as Exceeded | null;
    if (exceeded !== null) return tooMany(exceeded, context);
    tell(asked, context);
    return undefined;
  };

  const late = (context: RequestContext): Verdict | Promise<Verdict> => {
    const { app, route } = context;
    if (app === null || route === null) return refuse('route_undeclared');
    const listed = lists.size === 0 ? undefined : onLists(context, app.id);
    if (listed !== undefined) return listed;
    if (route.rates.judged) return new LateRequest(context, app.id, route.match).decide();
    const { late: limits } = route.rates;
    if (limits.length === 0) return undefined;
    const asked = asksOf(limits, context, rates.addressKey(context.address));
    const taken = limiter.take(asked);
    if (taken === null) {
      tell(asked, context);
      return undefined;
    }
    return new LateRequest(context, app.id, route.match).taken(asked, taken);
  };

  const onLists = (context: RequestContext, app: string): Verdict => {
    const { session, arrived } = context;
    if (session === null) return undefined;
    for (const [kind, value] of [
      ['person', session.person.uid],
      ['device', session.device],
    ] as const) {
      const entry = value === null ? null : lists.exact(kind, value, app, arrived);
      if (entry === null) continue;
      hit(entry, arrived);
      if (entry.list === 'deny') return refuse('client_refused', `deny list: ${kind}`);
      context.exempt |= exemptPerson;
    }
    return undefined;
  };

  /**
   * One request at the limits that know its session. A solved puzzle is used up once, and counts for all that ask for one; a phone check for all that ask for
   * it or for a puzzle.
   */
  class LateRequest {
    readonly #context: RequestContext;
    readonly #place: PuzzlePlace;
    readonly #address: string;
    #signs: number | null = null;
    #solved = false;
    #phoned = false;
    #noted: Refusal | undefined;

    constructor(context: RequestContext, app: string, route: string) {
      const { session } = context;
      this.#context = context;
      this.#address = rates.addressKey(context.address);
      this.#place = { address: this.#address, sid: session?.sid ?? '', app, route };
    }

    /** Goes on where limits have been asked already. */
    taken(asked: readonly Asked[], taken: Exceeded | null | Promise<Exceeded | null>): Verdict | Promise<Verdict> {
      return taken instanceof Promise ? taken.then((settled) => this.#taken(asked, settled)) : this.#taken(asked, taken);
    }

    #signsOf(): number {
      const { session, exempt } = this.#context;
      if (exempt !== 0) return 0;
      this.#signs ??= rates.bots.signs(this.#address, session === null ? null : rates.deviceKey(session, this.#address));
      return this.#signs;
    }

    decide(): Verdict | Promise<Verdict> {
      return andThen(this.#rules(), () => andThen(this.#limits(), () => this.#noted));
    }

    /** What the route does about risk and about signs of a bot. */
    #rules(): Verdict | Promise<Verdict> {
      const { route, session } = this.#context;
      const level = session === null ? 0 : residualRisk(session);
      const score = scoreOf(this.#signsOf());
      const onRisk = route?.rates.risk.find((rule) => level >= rule.atLeast);
      const onBot = this.#context.exempt !== 0 ? undefined : route?.rates.bot.find((rule) => score >= rule.atLeast);
      const riskText = `risk ${level}: ${session?.risk.reasons.join(' ') || 'wechat_rank'}`;
      const botText = `bot ${score}: ${signsOf(this.#signsOf()).join(' ')}`;
      const first = onRisk === undefined ? undefined : this.#rule(onRisk.answer, refuse('risk_refused', riskText));
      return andThen(first, () => (onBot === undefined ? undefined : this.#rule(onBot.answer, refuse('bot_refused', botText))));
    }

    #rule(answer: 'refuse' | 'monitor' | Proof, refusal: Refusal): Verdict | Promise<Verdict> {
      if (answer === 'refuse') return refusal;
      if (answer === 'monitor') {
        this.#noted ??= { ...refusal, soft: true };
        return undefined;
      }
      return this.#prove(answer, refusal);
    }

    #limits(): Verdict | Promise<Verdict> {
      const { route } = this.#context;
      if (route === null) return undefined;
      const { session } = this.#context;
      const level = session === null ? 0 : residualRisk(session);
      const score = scoreOf(this.#signsOf());
      const inForce = route.rates.late.filter((limit) => level >= limit.riskAtLeast && score >= limit.botAtLeast);
      const asked = asksOf(inForce, this.#context, this.#address);
      return asked.length === 0 ? undefined : this.#take(asked);
    }

    #take(asked: readonly Asked[]): Verdict | Promise<Verdict> {
      return this.taken(asked, limiter.take(asked));
    }

    #taken(asked: readonly Asked[], exceeded: Exceeded | null): Verdict | Promise<Verdict> {
      if (exceeded === null) {
        tell(asked, this.#context);
        return undefined;
      }
      const { limit } = exceeded;
      if (limit.answer === 'refuse') return tooMany(exceeded, this.#context);
      const refusal = refuse('rate_limited', `limit per ${limit.per}: ${limit.name}`);
      return andThen(
        this.#prove(limit.answer, refusal, (verdict) => over(exceeded, this.#context, verdict)),
        // Whoever did what was asked has the bucket beside it; that one refuses plainly, so this ends.
        () => this.#take(asked.map((one) => (one.limit === limit ? { ...one, limit: besides(limit) } : one))),
      );
    }

    /** Nothing when the proof is there, else the refusal that asks for it. */
    #prove(
      proof: Proof,
      refusal: Refusal,
      noting: (verdict: Refusal) => Refusal = (verdict) => verdict,
    ): Verdict | Promise<Verdict> {
      const context = this.#context;
      const { session } = context;
      if (proof === 'mfa') {
        // Without a session there is nobody who could prove anything.
        if (session === null) return noting(refusal);
        const at = session.secondFactorAt;
        if (at !== null && session.assurance >= 2 && context.arrived - at <= factorFreshMs) return undefined;
        const extra = { form: 'freshness', maxAgeSeconds: factorFreshMs / 1_000, reasons: session.risk.reasons };
        return noting({ ...refuse('mfa_required', refusal.where), extra });
      }
      if (this.#phoned) return undefined;
      // An answered phone challenge was asked for by another rule of this route, and says more than a puzzle.
      if (proof === 'phone' || (context.route?.rates.phone === true && answersPhone(context)))
        return this.#phone(refusal).then((verdict) => (verdict === undefined ? undefined : noting(verdict)));
      if (this.#solved) return undefined;
      const ask = (): Refusal =>
        noting({
          ...refuse('challenge_required', refusal.where),
          extra: { challenge: rates.challenges.issue(this.#place, scoreOf(this.#signsOf())) },
        });
      const accepted = rates.challenges.accept(solutionOf(context), this.#place);
      if (accepted === 'unsolved') return ask();
      return accepted.then((state) => {
        if (state === 'unavailable') return failed('coordination_unavailable', 'challenge', 5);
        this.#solved = state === 'solved';
        return this.#solved ? undefined : ask();
      });
    }

    async #phone(refusal: Refusal): Promise<Verdict> {
      const botScore = (): number => scoreOf(this.#signsOf());
      const verdict = await provePhone({ context: this.#context, place: this.#place, botScore, refusal });
      this.#phoned = verdict === undefined;
      return verdict;
    }
  }

  return { early, late };
}

/** Goes on where nothing was refused, without a promise where none is needed. */
function andThen(verdict: Verdict | Promise<Verdict>, next: () => Verdict | Promise<Verdict>): Verdict | Promise<Verdict> {
  if (verdict instanceof Promise) return verdict.then((settled) => settled ?? next());
  return verdict ?? next();
}
