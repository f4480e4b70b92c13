import type { ApiRoutes } from '../http/api.ts';
import type { World } from '../world.ts';
import { contactEditRoutes } from './contact-edits.ts';
import { contactRoutes } from './contacts.ts';
import { messageRoutes } from './message.ts';
import { loginRoutes } from './token.ts';
import { webhookRoutes } from './webhook.ts';

/** Every path of qyapi.weixin.qq.com that the emulator speaks. */
export function createWecomRoutes(world: World): ApiRoutes {
  return new Map([
    ...loginRoutes(world),
    ...contactRoutes(world),
    ...contactEditRoutes(world),
    ...messageRoutes(world),
    ...webhookRoutes(world),
  ]);
}
