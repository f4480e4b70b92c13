import * as z from 'zod';
import { isAdjustable } from '../clock.ts';
import type { FaultEffect } from '../state/faults.ts';
import { agentOwner, contactsOwner } from '../wecom/guard.ts';
import { type AdminContext, AdminFailure, type AdminRoute, adminRoute } from './route.ts';

const scope = {
  path: z.string().startsWith('/').max(256).exactOptional(),
  count: z.int().min(1).max(1_000_000).exactOptional(),
  probability: z.number().min(0).max(1).exactOptional(),
};

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), ms: z.int().min(1).max(120_000), ...scope }),
  z.strictObject({ kind: z.literal('http'), status: z.int().min(500).max(599), ...scope }),
  z.strictObject({ kind: z.literal('errcode'), errcode: z.int(), errmsg: z.string().max(256).exactOptional(), ...scope }),
  z.strictObject({ kind: z.literal('drop'), ...scope }),
]);

const maxAdvanceMs = 366 * 86_400_000;
const defaultLogLimit = 100;

/** Faults, time, tokens, and the log of calls. */
export function controlApi({ world, reset }: AdminContext): AdminRoute[] {
  return [
    adminRoute('GET', 'faults', z.object({}), () => ({ faults: world().faults.list() })),
    adminRoute('POST', 'faults', faultSchema, (input) => {
      try {
        return { fault: world().faults.add({ ...pickScope(input), effect: effectOf(input) }) };
      } catch (error) {
        if (error instanceof RangeError) throw new AdminFailure('faults_full');
        throw error;
      }
    }),
    adminRoute('POST', 'faults/clear', z.strictObject({ id: z.int().exactOptional() }), ({ id }) => ({
      removed: world().faults.remove(id),
    })),
    adminRoute(
      'POST',
      'tokens/expire',
      z.strictObject({
        appid: z.string().max(64).exactOptional(),
        agentid: z.int().exactOptional(),
        contacts: z.literal(true).exactOptional(),
      }),
      (input) => {
        const { wechatApps, wecom } = world().options;
        const all = Object.keys(input).length === 0;
        const apps = wechatApps.filter((app) => all || app.appid === input.appid);
        const agents = (wecom?.agents ?? []).filter((agent) => all || agent.agentid === input.agentid);
        const owners = [...agents.map(agentOwner), ...(all || input.contacts ? [contactsOwner] : [])];
        if (apps.length + owners.length === 0) throw new AdminFailure('app_unknown');
        const { wechatTokens, wecomTokens } = world();
        const inWechat = apps.reduce((count, app) => count + wechatTokens.expire(app.appid), 0);
        return { expired: owners.reduce((count, owner) => count + wecomTokens.expire(owner), inWechat) };
      },
    ),
    adminRoute(
      'POST',
      'secret/reset',
      z.union([
        z.strictObject({ appid: z.string().max(64) }),
        z.strictObject({ agentid: z.int() }),
        z.strictObject({ contacts: z.literal(true) }),
      ]),
      (input) => {
        const { options, secrets, wechatTokens, wecomTokens } = world();
        const { wechatApps, wecom, random } = options;
        const secret = Buffer.from(random(16)).toString('hex');
        if ('appid' in input) {
          if (!wechatApps.some(({ appid }) => appid === input.appid)) throw new AdminFailure('app_unknown');
          secrets.set(input.appid, secret);
          return { secret, expired: wechatTokens.expire(input.appid) };
        }
        const agent = 'agentid' in input ? wecom?.agents.find(({ agentid }) => agentid === input.agentid) : undefined;
        if (wecom === undefined || ('agentid' in input && agent === undefined)) throw new AdminFailure('app_unknown');
        const owner = agent === undefined ? contactsOwner : agentOwner(agent);
        secrets.set(owner, secret);
        return { secret, expired: wecomTokens.expire(owner) };
      },
    ),
    adminRoute('GET', 'clock', z.object({}), () => {
      const { clock } = world().options;
      return { now: clock(), adjustable: isAdjustable(clock) };
    }),
    adminRoute('POST', 'clock', z.strictObject({ advanceMs: z.int().min(0).max(maxAdvanceMs) }), ({ advanceMs }) => {
      const { clock } = world().options;
      if (!isAdjustable(clock)) throw new AdminFailure('clock_fixed');
      return { now: clock.advance(advanceMs) };
    }),
    adminRoute('POST', 'reset', z.strictObject({}), () => {
      reset();
      return { reset: true };
    }),
    adminRoute('GET', 'log', z.object({ limit: z.coerce.number().int().min(1).max(1000).exactOptional() }), ({ limit }) => ({
      calls: world()
        .log.list()
        .slice(-(limit ?? defaultLogLimit))
        .toReversed(),
    })),
  ];
}

type FaultInput = z.infer<typeof faultSchema>;

function pickScope({ path, count, probability }: FaultInput) {
  return { path, count, probability };
}

function effectOf(input: FaultInput): FaultEffect {
  switch (input.kind) {
    case 'latency':
      return { kind: 'latency', ms: input.ms };
    case 'http':
      return { kind: 'http', status: input.status };
    case 'errcode':
      return { kind: 'errcode', errcode: input.errcode, errmsg: input.errmsg };
    case 'drop':
      return { kind: 'drop' };
  }
}
