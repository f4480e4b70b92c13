import { demoAccounts, demoCast } from '@menshen/demo';
import { clientEndpoints } from '@menshen/wire';
import { type LabActor, memberOf } from '../../train/labs/model.ts';
import type { LoopbackClient } from './loopback-client.ts';

/** Documentation addresses (RFC 5737): the office in Shanghai, a shop there, and a place 3,300 km away. */
const office = '192.0.2.10';
const inShop = '198.51.100.40';
const farAway = '203.0.113.66';

const actors: Readonly<
  Record<
    LabActor,
    { readonly app: string; readonly channel: 'wecom' | 'wechat'; readonly person: string; readonly address: string }
  >
> = {
  thief: { app: 'portal', channel: 'wecom', person: demoCast.employee, address: farAway },
  owner: { app: 'portal', channel: 'wecom', person: demoCast.employee, address: office },
  customer: { app: 'coupon', channel: 'wechat', person: demoCast.customer, address: inShop },
  publisher: { app: 'portal', channel: 'wecom', person: demoCast.hrHead, address: office },
  reader: { app: 'portal', channel: 'wecom', person: demoCast.colleague, address: office },
};

export type Phones = ReturnType<typeof createPhones>;

/** The phones of those who act in a lab: the emulator gives login codes, the gateway sessions. */
export function createPhones(gateway: LoopbackClient, emulator: LoopbackClient) {
  const tokens = new Map<LabActor, string>();
  const json = { 'content-type': 'application/json' };
  const signIn = async (actor: LabActor): Promise<string> => {
    const { app, channel, person, address } = actors[actor];
    const phone = channel === 'wecom' ? { channel, person } : { channel, person, appid: demoAccounts.appid };
    const minted = await emulator('POST', '/_emulator/code', json, JSON.stringify(phone));
    const code = memberOf(JSON.parse(minted.text), 'code');
    const headers = { ...json, 'x-forwarded-for': address };
    const answer = await gateway('POST', clientEndpoints.login, headers, JSON.stringify({ app, channel, code }));
    const token = answer.status === 200 ? memberOf(JSON.parse(answer.text), 'token') : undefined;
    if (typeof token !== 'string') throw new Error(`the sandbox lets nobody in: ${answer.status}`);
    tokens.set(actor, token);
    return token;
  };
  return {
    /** What the actor's phone sends with every request; signs in where it must. */
    async headers(actor: LabActor): Promise<Readonly<Record<string, string>>> {
      const token = tokens.get(actor) ?? (await signIn(actor));
      return { 'x-forwarded-for': actors[actor].address, 'accept-language': 'zh-CN', authorization: `Bearer ${token}` };
    },
    signIn,
    /** Everybody signs in anew. */
    forget: (): void => tokens.clear(),
  };
}
