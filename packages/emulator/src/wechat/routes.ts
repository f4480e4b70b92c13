import type { ApiRoutes } from '../http/api.ts';
import type { World } from '../world.ts';
import { logRoutes } from './logs.ts';
import { phoneRoutes } from './phone.ts';
import { safetyRoutes } from './safety.ts';
import { sessionRoutes } from './session.ts';
import { soterRoutes } from './soter.ts';
import { subscribeRoutes } from './subscribe.ts';
import { tokenRoutes } from './token.ts';

/** Every path of api.weixin.qq.com that the emulator speaks. */
export function createWechatRoutes(world: World): ApiRoutes {
  return new Map([
    ...tokenRoutes(world),
    ...sessionRoutes(world),
    ...phoneRoutes(world),
    ...safetyRoutes(world),
    ...soterRoutes(world),
    ...subscribeRoutes(world),
    ...logRoutes(world),
  ]);
}
