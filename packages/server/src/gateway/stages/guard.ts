import { hash } from 'node:crypto';
import { type GuardDifference, type GuardFactKind, guardFact, guardPlace } from '@menshen/contract';
import { createInspector, type Inspector } from '@menshen/inspect';
import { localMoment } from '../../guard/calendar.ts';
import type { Campaign } from '../../guard/campaign.ts';
import { checkClaim, checkClaimAnswer, checkTurn, checkTurnAnswer } from '../../guard/check.ts';
import type { RouteGuard } from '../../guard/compile.ts';
import { discloses, filterShown } from '../../guard/disclosed.ts';
import type { GuardHold } from '../../guard/hold.ts';
import { maxKeptBytes } from '../../guard/idempotency.ts';
import type { KeptAnswer, KeyUse, Refused } from '../../guard/model.ts';
import type { RuleInput } from '../../guard/rule-input.ts';
import type { Undo } from '../../guard/rules.ts';
import type { Actor } from '../../guard/service.ts';
import { readName } from '../../guard/source.ts';
import type { BackendAnswer } from '../backend-answer.ts';
import type { RequestContext } from '../context.ts';
import { failed, type Refusal, refuse, refuseAlways } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';

export interface Guard {
  /** Before the request is forwarded: holds it against the rules, and reserves. An answer that was given before is given again. */
  onRequest(context: RequestContext): Refusal | undefined | Promise<Refusal | undefined>;
  /** Before anything of the answer is disclosed: holds it against the campaign, and commits. */
  onAnswer(context: RequestContext): Refusal | undefined | Promise<Refusal | undefined>;
  /** When the request has ended otherwise: gives back what can be given back. */
  settle(context: RequestContext): Promise<void>;
}

const keyForm = /^[\x21-\x7e]{1,255}$/;

/** The place of a decision, with what was expected and what came. Whose coupon it is stays in the ledger. */
const withDifference = (place: 'campaign' | 'answer', difference: GuardDifference | null | undefined): string =>
  difference == null || /^(coupon_of|presented_by):/.test(difference.expected) ? place : guardPlace(place, difference);

function toRefusal({ code, difference, field }: Refused): Refusal {
  const refusal = refuseAlways(code, field === undefined ? withDifference('campaign', difference) : `campaign field ${field}`);
  return code === 'guard_in_flight' ? { ...refusal, retryAfter: 1 } : refusal;
}

/** The guard over business rules; see docs/decisions/0021-guards.md. Campaigns are enforced in every mode, the general rules as the route's mode says. */
export function createGuard(services: GatewayServices): Guard {
  const { guard: service, rates, clock } = services;
  // An answer in which a name stands twice could be read in two ways: by us, and by the mini program.
  const answers = createInspector({ limits: { maxBodyBytes: maxKeptBytes }, bodyTypes: ['json'] });

  const onRequest = async (context: RequestContext, guard: RouteGuard): Promise<Refusal | undefined> => {
    const { session } = context;
    if (session === null) return refuseAlways('session_missing');
    const actor: Actor = {
      person: session.person.uid,
      // A phone that says nothing of itself cannot be told from others.
      device: session.device === null ? null : service.deviceName(rates.deviceKey(session, rates.addressKey(context.address))),
      address: context.address,
      request: context.id,
    };
    const input: RuleInput = {
      request: context,
      person: actor.person,
      device: actor.device,
      directory: services.directory(),
      now: clock(),
    };
    const rules = await takeRules(guard, input);
    const base = { undos: rules.undos, actor, left: false, ended: false };
    context.guard = { ...base, turn: null, key: null };
    const soft = rules.code === null ? undefined : refuse(rules.code, `rule ${rules.said}`);
    if (guard.act === null || (soft !== undefined && context.mode === 'enforce')) return soft;

    const key = keyOf(context, guard, actor.person);
    if (key !== null && 'code' in key) return key;
    const held =
      guard.act === 'claim' ? await claim(context, guard, key, actor) : await turn(context, guard, guard.act, key, actor);
    if (held === 'replayed') return soft;
    if ('code' in held) return held;
    context.guard = { ...base, turn: held, key };
    return soft;
  };

  const takeRules = async (
    guard: RouteGuard,
    input: RuleInput,
  ): Promise<{ code: Refusal['code'] | null; said: string; undos: Undo[] }> => {
    for (const rule of guard.rules) {
      const code = rule.check?.(input) ?? (await rule.look?.(services.guardDb, input)) ?? null;
      if (code !== null) return { code, said: rule.said, undos: [] };
    }
    const takers = guard.rules.flatMap(({ take, said }) => (take === undefined ? [] : [{ take, said }]));
    if (takers.length === 0) return { code: null, said: '', undos: [] };
    return await service.transactions.run(async (db) => {
      const undos: Undo[] = [];
      for (const { take, said } of takers) {
        const taken = await take(db, input);
        if (typeof taken === 'function') {
          undos.push(taken);
          continue;
        }
        for (const undo of undos.reverse()) await undo(db);
        return { code: taken, said, undos: [] };
      }
      return { code: null, said: '', undos };
    });
  };

  const claim = async (
    context: RequestContext,
    guard: RouteGuard,
    key: KeyUse | null,
    actor: Actor,
  ): Promise<NonNullable<GuardHold['turn']> | Refusal | 'replayed'> => {
    const campaign = chosen(guard, context);
    if (campaign === null) return refuseAlways('guard_campaign_unknown', 'campaign');
    context.campaign = campaign.id;
    const now = clock();
    const demand = checkClaim(campaign, context, now, (scanned) => service.codes.verify(campaign, scanned));
    if (demand.kind === 'refused') {
      const { code, difference } = demand;
      // A store that fails at noting it changes nothing for the refusal.
      if (difference !== undefined)
        await service
          .violated(campaign, 'request', 'claim', { code, difference }, actor)
          .catch(() => services.metrics.add('menshen_guard_failures_total'));
      return toRefusal(demand);
    }
    const outcome = await service.claim(
      campaign,
      {
        cents: demand.cents ?? campaign.mostCents,
        place: demand.place,
        code: demand.code,
        day: localMoment(now, campaign.window.timeZone).day,
        key,
      },
      actor,
    );
    if (outcome.kind === 'refused') return toRefusal(outcome);
    if (outcome.kind === 'replay') return replay(context, outcome.answer);
    return { act: 'claim', campaign, id: outcome.id, asked: demand.cents };
  };

  const turn = async (
    context: RequestContext,
    guard: RouteGuard,
    act: 'redeem' | 'refund',
    key: KeyUse | null,
    actor: Actor,
  ): Promise<NonNullable<GuardHold['turn']> | Refusal | 'replayed'> => {
    const [first] = guard.campaigns;
    const route = first?.[act] ?? null;
    if (first === undefined || route === null) return refuseAlways('guard_campaign_unknown', 'campaign');
    // Which campaign a coupon is of its grant says.
    if (guard.campaigns.length === 1) context.campaign = first.id;
    const demand = checkTurn(first, route, context);
    if (demand.kind === 'refused') return toRefusal(demand);
    const { coupon, cents } = demand;
    const outcome = await service.turn(
      guard.campaigns,
      { act, coupon, cents, key, anybody: !route.samePerson, withinMs: route.withinMs },
      actor,
    );
    if (outcome.kind === 'refused') return toRefusal(outcome);
    if (outcome.kind === 'replay') return replay(context, outcome.answer);
    const campaign = guard.campaigns.find(({ id }) => id === outcome.campaign) ?? first;
    context.campaign = campaign.id;
    return { act, campaign, route: campaign[act] ?? route, id: outcome.id, cents: outcome.cents };
  };

  const onAnswer = async (context: RequestContext, guard: RouteGuard): Promise<Refusal | undefined> => {
    const { answer, guard: hold } = context;
    // A replayed answer was held against everything when it was given; what the rules took for it now goes back.
    if (answer === null || hold === null || context.replayed) return undefined;
    const good = answer.status >= 200 && answer.status < 300;
    if (good && guard.shown.length > 0) {
      const refusal = await filterShown(services, context, guard, hold.actor);
      if (refusal !== undefined) return refusal;
    }
    if (good && guard.rules.some((rule) => rule.discloses !== undefined)) {
      const refusal = await discloses(services, context, guard, hold.actor);
      if (refusal !== undefined) return refusal;
    }
    if (hold.turn === null) {
      if (good) hold.ended = true;
      return undefined;
    }
    // A definite no of the backend; what it says of it may be seen.
    if (!good) {
      if (hold.turn.act !== 'claim' && answer.status >= 400 && answer.status < 500) hold.left = false;
      return undefined;
    }
    const read = readAnswer(answers, answer);
    const settled = read instanceof Promise ? await read : read;
    return hold.turn.act === 'claim' ? await grant(hold, hold.turn, settled) : await conclude(hold, hold.turn, settled);
  };

  const grant = async (
    hold: GuardHold,
    held: Extract<NonNullable<GuardHold['turn']>, { act: 'claim' }>,
    read: ReadAnswer,
  ): Promise<Refusal | undefined> => {
    const { campaign, id, asked } = held;
    const checked = read.kind === 'read' ? checkClaimAnswer(campaign, asked, read.value) : read;
    let difference = checked.kind === 'broken' ? checked.difference : null;
    if (checked.kind === 'granted' && read.kind === 'read') {
      const { coupon, cents } = checked;
      const key = hold.key === null ? null : { use: hold.key, answer: read.kept };
      hold.ended = true;
      const outcome = await service.grant(campaign, id, { coupon, cents, key }, hold.actor);
      if (outcome === 'granted') return undefined;
      await undo(hold);
      if (outcome !== 'coupon_repeated') return failed('guard_answer_mismatch', 'reservation lost');
      difference = { expected: guardFact('new_coupon'), seen: guardFact('repeated_coupon', coupon) };
    }
    if (difference === null) return failed('guard_answer_mismatch', 'answer');
    await service.violated(campaign, 'answer', 'claim', { code: 'guard_answer_mismatch', difference }, hold.actor);
    return failed('guard_answer_mismatch', withDifference('answer', difference));
  };

  const conclude = async (
    hold: GuardHold,
    held: Exclude<NonNullable<GuardHold['turn']>, { act: 'claim' }>,
    read: ReadAnswer,
  ): Promise<Refusal | undefined> => {
    const { campaign, act, id, route, cents } = held;
    const broken =
      read.kind === 'broken'
        ? route.answer.amounts.length === 0 && hold.key === null
          ? null
          : read
        : checkTurnAnswer(campaign, route, cents, read.value);
    hold.ended = true;
    const answer = read.kind === 'read' ? read.kept : null;
    await service.endTurn(campaign, act, id, { how: broken === null ? 'done' : 'unknown', key: hold.key, answer }, hold.actor);
    if (broken === null) return undefined;
    await service.violated(campaign, 'answer', act, { code: 'guard_answer_mismatch', difference: broken.difference }, hold.actor);
    return failed('guard_answer_mismatch', withDifference('answer', broken.difference));
  };

  const undo = async (hold: GuardHold): Promise<void> => {
    if (hold.undos.length === 0) return;
    await service.transactions.run(async (db) => {
      for (const one of [...hold.undos].reverse()) await one(db);
    });
  };

  return {
    onRequest(context) {
      const guard = context.route?.guard ?? null;
      return guard === null ? undefined : onRequest(context, guard);
    },
    onAnswer(context) {
      const guard = context.route?.guard ?? null;
      return guard === null || context.guard === null ? undefined : onAnswer(context, guard);
    },
    async settle(context) {
      const hold = context.guard;
      if (hold === null || hold.ended) return;
      hold.ended = true;
      await undo(hold);
      if (hold.turn === null) return;
      const { act, campaign, id } = hold.turn;
      // A coupon of a released reservation is worthless, so a claim may be given back whatever the backend did.
      if (act === 'claim') return void (await service.release(campaign, id, hold.key, 'released'));
      const how = hold.left ? 'unknown' : 'undone';
      await service.endTurn(campaign, act, id, { how, key: hold.key, answer: null }, hold.actor);
    },
  };
}

/** The campaign that a claim is about; null when it names none of the route's. */
function chosen(guard: RouteGuard, context: RequestContext): Campaign | null {
  if (guard.select === null) return guard.campaigns[0] ?? null;
  const name = readName(guard.select(context));
  return guard.campaigns.find(({ id }) => id === name) ?? null;
}

/** The idempotency key of a request with the digest of what came with it; null when there is none, and none is needed. */
function keyOf(context: RequestContext, guard: RouteGuard, person: string): KeyUse | Refusal | null {
  if (guard.key === null) return null;
  const value = guard.key.read(context);
  if (value === undefined) return guard.key.required ? refuseAlways('guard_key_missing', 'key') : null;
  if (typeof value !== 'string' || !keyForm.test(value)) return refuseAlways('guard_key_malformed', 'key');
  const body = hash('sha256', context.body ?? Buffer.alloc(0), 'hex');
  return {
    route: guard.match,
    person,
    key: hash('sha256', value),
    body: hash('sha256', `${context.path}\n${context.query}\n${body}`),
  };
}

/** Answers as before, without asking the backend again. */
function replay(context: RequestContext, { status, type, body }: KeptAnswer): 'replayed' {
  context.answer = {
    status,
    headers: { 'content-type': type, 'idempotency-replayed': 'true' },
    chunks: [body],
    length: body.length,
    pump: null,
  };
  context.replayed = true;
  return 'replayed';
}

type ReadAnswer =
  | { readonly kind: 'read'; readonly value: unknown; readonly kept: KeptAnswer }
  | { readonly kind: 'broken'; readonly difference: { readonly expected: string; readonly seen: string } };

/** Reads an answer that must be JSON of one reading, and whole. */
function readAnswer(inspector: Inspector, answer: BackendAnswer): ReadAnswer | Promise<ReadAnswer> {
  const unreadable = (seen: GuardFactKind): ReadAnswer => ({
    kind: 'broken',
    difference: { expected: guardFact('json'), seen: guardFact(seen) },
  });
  const { 'content-type': type, 'content-encoding': encoding } = answer.headers;
  if (answer.pump !== null || answer.length > maxKeptBytes) return unreadable('too_long');
  if (typeof type !== 'string' || encoding !== undefined) return unreadable('not_json');
  const bytes = Buffer.concat(answer.chunks, answer.length);
  const judge = (body: Awaited<ReturnType<Inspector['inspectBody']>>): ReadAnswer =>
    'code' in body
      ? unreadable('two_readings')
      : { kind: 'read', value: body.value, kept: { status: answer.status, type, body: bytes } };
  const body = inspector.inspectBody({ contentType: type, bytes });
  return body instanceof Promise ? body.then(judge) : judge(body);
}
