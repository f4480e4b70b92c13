import { ApiFailure } from '../api-failure.ts';
import type { WechatPerson } from '../company/model.ts';
import { type ApiHandler, readJson, seconds } from '../http/api.ts';
import type { World } from '../world.ts';
import { withToken } from './guard.ts';

/** The `phone_info` of a person; the full number carries its country code only outside of mainland China. */
export function phoneInfo(person: WechatPerson, appid: string, now: number, countryCodeAsNumber: boolean) {
  const countryCode = person.countryCode ?? '86';
  const purePhoneNumber = person.phone ?? '';
  return {
    phoneNumber: countryCode === '86' ? purePhoneNumber : `+${countryCode}${purePhoneNumber}`,
    purePhoneNumber,
    countryCode: countryCodeAsNumber ? Number(countryCode) : countryCode,
    watermark: { timestamp: seconds(now), appid },
  };
}

/** `wxa/business/getuserphonenumber`: the code of the getPhoneNumber button, which is not that of wx.login. */
export function phoneRoutes(world: World): [string, ApiHandler][] {
  return [
    [
      '/wxa/business/getuserphonenumber',
      withToken(world, 'POST', (call) => {
        const { code, openid } = readJson(call);
        const found = world.codes.find(typeof code === 'string' ? code : '');
        // WeChat lists no code of its own for a second use here.
        if (found.status !== 'valid' || found.grant.kind !== 'phone') throw new ApiFailure(40029);
        if (found.grant.audience !== call.app.appid) throw new ApiFailure(40013);
        const person = world.people.get(found.grant.person);
        if (!person?.phone) throw new ApiFailure(40029);
        if (openid !== undefined && openid !== world.people.openidOf(call.app.appid, person)) throw new ApiFailure(40029);

        world.codes.consume(code as string);
        const { clock, looseTypes = false } = world.options;
        return { errcode: 0, errmsg: 'ok', phone_info: phoneInfo(person, call.app.appid, clock(), looseTypes) };
      }),
    ],
  ];
}
