import { createHash } from 'node:crypto';
import * as contract from '@menshen/contract';
import { hasGrant, type TokenPrincipal } from '../../administrators/tokens/service.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import { isPossible } from '../../guard/amount.ts';
import { isOpen, localMoment } from '../../guard/calendar.ts';
import type { Campaign } from '../../guard/campaign.ts';
import { boundsFact } from '../../guard/check.ts';
import type { KeyUse } from '../../guard/model.ts';
import type { Actor, GuardService } from '../../guard/service.ts';
import { type Bound, bind } from '../bind.ts';

export interface GuardHandlerParts {
  readonly guard: GuardService;
  readonly runtime: () => Runtime;
  readonly clock: () => number;
}

const route = 'api reserve';
const readReservation = (body: Buffer) => contract.guardReserve.response.parse(JSON.parse(body.toString('utf8')));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The ledger for backends and cloud functions, whose calls never pass the gateway; each token acts in the campaigns that it was given. */
export function guardHandlers({ guard, runtime, clock }: GuardHandlerParts): readonly Bound[] {
  const find = (token: TokenPrincipal | null, given: { readonly app: string; readonly campaign: string }): Campaign => {
    // Before anything is said of what there is.
    if (token === null || !hasGrant(token, `guard:${given.app}/${given.campaign}`))
      throw new contract.MenshenError('token_scope');
    const campaign = runtime().apps.get(given.app)?.guards.campaigns.get(given.campaign);
    if (campaign === undefined) throw new contract.MenshenError('not_found');
    return campaign;
  };
  const actorOf = (token: TokenPrincipal | null, address: string, uid: string, device: string | null): Actor => ({
    person: uid,
    device,
    address,
    request: `token:${token?.id ?? ''}`,
  });
  /** Refuses what breaks a campaign's rule, and notes it as the gateway does. */
  const refuse = async (
    campaign: Campaign,
    code: contract.ErrorCode,
    difference: contract.GuardDifference,
    actor: Actor,
  ): Promise<never> => {
    await guard.violated(campaign, 'request', 'claim', { code, difference }, actor);
    throw new contract.MenshenError(code);
  };

  /** The grant, only if it is of this campaign. */
  const grantOf = async ({ app, id: campaign }: Campaign, id: string) => {
    const row = await guard.transactions.run((db) => guard.ledger.find(db, id));
    return row?.app === app && row.campaign === campaign ? row : undefined;
  };
  const reserved = async (campaign: Campaign, id: string) => {
    const row = await grantOf(campaign, id);
    if (row?.state !== 'reserved') throw new contract.MenshenError('guard_reservation_unknown');
    return row;
  };
  const isGranted = async (
    campaign: Campaign,
    { reservation, coupon, amountCents }: { readonly reservation: string; readonly coupon: string; readonly amountCents: number },
  ): Promise<boolean> => {
    const row = await grantOf(campaign, reservation);
    return row?.state === 'granted' && row.coupon === coupon && row.cents === amountCents;
  };
  /** Whether a reservation can still be granted, or has been. */
  const stands = async (campaign: Campaign, id: string): Promise<boolean> => {
    const row = await grantOf(campaign, id);
    return row !== undefined && row.state !== 'released' && (row.state !== 'reserved' || row.expires > clock());
  };

  return [
    bind(contract.guardReserve, async ({ body, token, address }) => {
      const campaign = find(token, body);
      const now = clock();
      const actor = actorOf(token, address, body.uid, body.device ?? null);
      if (!isOpen(campaign.window, now)) throw new contract.MenshenError('guard_campaign_closed');
      const cents = body.amountCents ?? campaign.mostCents;
      if (!isPossible(cents, campaign.bounds))
        await refuse(
          campaign,
          'guard_amount_out_of_bounds',
          { expected: boundsFact(campaign), seen: contract.guardFact('cents', cents) },
          actor,
        );
      if (body.place !== undefined && campaign.places !== null && !campaign.places.has(body.place))
        await refuse(
          campaign,
          'guard_place_mismatch',
          { expected: contract.guardFact('campaign_place'), seen: contract.guardFact('place', body.place) },
          actor,
        );
      const code = campaign.generations === null ? null : guard.codes.verify(campaign, body.code);
      if (campaign.generations !== null && code === null)
        await refuse(
          campaign,
          'guard_code_invalid',
          { expected: contract.guardFact('signed_code'), seen: contract.guardFact('unsigned_code') },
          actor,
        );
      const { key: given, ...rest } = body;
      const key: KeyUse | null =
        given === undefined
          ? null
          : { route, person: token?.id ?? '', key: sha256(given), body: sha256(JSON.stringify(Object.entries(rest).sort())) };
      const holdMs = body.holdSeconds === undefined ? campaign.reservationMs : body.holdSeconds * 1_000;
      const demand = {
        ...{ cents, place: body.place ?? null, code, key, holdMs },
        day: localMoment(now, campaign.window.timeZone).day,
      };
      let outcome = await guard.claim(campaign, demand, actor);
      if (outcome.kind === 'replay' && key !== null) {
        const before = readReservation(outcome.answer.body);
        if (await stands(campaign, before.reservation)) return before;
        // What was given back, or has run out, is no use to who comes again under its key.
        await guard.release(campaign, before.reservation, null, 'released');
        await guard.forget(campaign, key, outcome.answer);
        outcome = await guard.claim(campaign, demand, actor);
      }
      if (outcome.kind === 'refused') throw new contract.MenshenError(outcome.code);
      if (outcome.kind === 'replay') return readReservation(outcome.answer.body);
      const answer = { reservation: outcome.id, amountCents: cents, place: outcome.place, expires: now + holdMs };
      if (key !== null)
        await guard.keep(campaign, key, { status: 200, type: 'application/json', body: Buffer.from(JSON.stringify(answer)) });
      return answer;
    }),

    bind(contract.guardCommit, async ({ body, token, address }) => {
      const campaign = find(token, body);
      // Whose first answer was lost asks again: it is granted, as this very coupon.
      if (await isGranted(campaign, body)) return { ok: true as const };
      const row = await reserved(campaign, body.reservation);
      const actor = actorOf(token, address, row.person, row.device);
      if (body.amountCents > row.cents || !isPossible(body.amountCents, campaign.bounds)) {
        const difference = {
          expected: contract.guardFact('reserved', row.cents),
          seen: contract.guardFact('cents', body.amountCents),
        };
        await guard.violated(
          campaign,
          'answer',
          'claim',
          { code: 'guard_amount_out_of_bounds', difference },
          {
            ...actor,
            request: row.id,
          },
        );
        throw new contract.MenshenError('guard_amount_out_of_bounds');
      }
      const outcome = await guard.grant(
        campaign,
        body.reservation,
        { coupon: body.coupon, cents: body.amountCents, key: null },
        actor,
      );
      if (outcome === 'granted') return { ok: true as const };
      throw new contract.MenshenError(outcome === 'coupon_repeated' ? 'guard_answer_mismatch' : 'guard_reservation_unknown');
    }),

    bind(contract.guardRelease, async ({ body, token }) => {
      const campaign = find(token, body);
      await reserved(campaign, body.reservation);
      if (!(await guard.release(campaign, body.reservation, null, 'released')))
        throw new contract.MenshenError('guard_reservation_unknown');
      return { ok: true as const };
    }),

    bind(contract.guardRedeem, async ({ body, token, address }) => {
      const campaign = find(token, body);
      const actor = actorOf(token, address, body.uid, null);
      const outcome = await guard.turn(
        [campaign],
        {
          ...{ act: 'redeem', coupon: body.coupon, cents: body.amountCents ?? null, key: null },
          ...{ anybody: campaign.redeem?.samePerson === false, withinMs: campaign.redeem?.withinMs ?? null },
        },
        actor,
      );
      if (outcome.kind === 'refused') throw new contract.MenshenError(outcome.code);
      if (outcome.kind === 'replay') throw new contract.MenshenError('guard_in_flight');
      await guard.endTurn(campaign, 'redeem', outcome.id, { how: 'done', key: null, answer: null }, actor);
      return { amountCents: outcome.cents };
    }),
  ];
}
