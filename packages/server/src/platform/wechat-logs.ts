import { join } from 'node:path';
import type { Config } from '@menshen/contract';
import { fileCursor } from '../audit/ship/cursor.ts';
import { createWechatLogPuller } from '../audit/wechat-logs/puller.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import type { People } from './people.ts';

/** Takes over what WeChat logs of the mini programs; to be called by the maintenance. */
export function createWechatLogs(
  { audit, coordination, keys, clock }: Foundation,
  current: Current,
  { identity, providers }: Pick<People, 'providers' | 'identity'>,
  config: Config,
): () => Promise<void> {
  return createWechatLogPuller({
    apps: () => current.runtime.config.apps,
    client: (app) => providers.wechat(app),
    uidOf: (appid, openid) => identity.uidOf('wechat', appid, openid),
    cursor: (app) => fileCursor(join(config.data, 'wechat-logs'), app),
    visitorKey: keys.derive('digest of visitors in logs of WeChat'),
    ...{ audit, coordination, clock },
  });
}
