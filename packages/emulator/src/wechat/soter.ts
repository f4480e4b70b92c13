import { verifySoterResult } from '@menshen/wechat';
import { ApiFailure } from '../api-failure.ts';
import { type ApiHandler, readJson } from '../http/api.ts';
import type { World } from '../world.ts';
import { personOf, withToken } from './guard.ts';

/** `cgi-bin/soter/verify_signature`: checks the signature with the key of the person's emulated phone. */
export function soterRoutes(world: World): [string, ApiHandler][] {
  return [
    [
      '/cgi-bin/soter/verify_signature',
      withToken(world, 'POST', async (call) => {
        const { openid, json_string, json_signature } = readJson(call);
        // The string itself: an object in its place is a frequent mistake.
        if (typeof json_string !== 'string' || typeof json_signature !== 'string') throw new ApiFailure(47001);
        const person = personOf(world, call.app, openid);
        const keys = await world.devices.publicKeys(person.id);
        const signed = { resultJson: json_string, signature: json_signature };
        const isOk = keys.some((publicKeyPem) => verifySoterResult({ ...signed, publicKeyPem }));
        return { errcode: 0, errmsg: 'ok', is_ok: isOk };
      }),
    ],
  ];
}
