import { ApiFailure } from '../api-failure.ts';
import { type ApiHandler, readJson } from '../http/api.ts';
import type { WechatAppOptions } from '../options.ts';
import type { World } from '../world.ts';
import { personOf, withToken } from './guard.ts';
import { isTemplateValue } from './template-values.ts';

const maxKeys = 20;
const states = ['developer', 'trial', 'formal'];
const languages = ['zh_CN', 'en_US', 'zh_HK', 'zh_TW'];

/** `cgi-bin/message/subscribe/send`: uses up one tap of the person, and shows on the phone. */
export function subscribeRoutes(world: World): [string, ApiHandler][] {
  return [
    [
      '/cgi-bin/message/subscribe/send',
      withToken(world, 'POST', (call) => {
        const { touser, template_id, page, data, miniprogram_state = 'formal', lang = 'zh_CN' } = readJson(call);
        const person = personOf(world, call.app, touser);
        const template = findTemplate(call.app, template_id);
        if (page !== undefined && page !== '' && !isPage(page)) throw new ApiFailure(41030);
        if (!states.includes(String(miniprogram_state)) || !languages.includes(String(lang))) throw new ApiFailure(40097);
        const fields = readFields(data, template.keys);
        if (!world.subscriptions.consume(call.app.appid, person.id, template.id)) throw new ApiFailure(43101);

        world.inbox.add({
          kind: 'subscribe',
          source: `app:${call.app.appid}`,
          from: call.app.name,
          to: [person.id],
          type: 'subscribe',
          title: template.title,
          text: Object.values(fields).join('\n'),
          payload: { template_id: template.id, page, data: fields, miniprogram_state, lang },
        });
        return { errcode: 0, errmsg: 'ok' };
      }),
    ],
  ];
}

function findTemplate(app: WechatAppOptions, id: unknown) {
  if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) throw new ApiFailure(40037);
  if (!app.templates) return { id, title: app.name, keys: undefined };
  const template = app.templates.find((candidate) => candidate.id === id);
  if (!template) throw new ApiFailure(40037);
  return template;
}

/** A page of the mini program: a path without a leading slash or scheme, with an optional query. */
function isPage(page: unknown): boolean {
  return typeof page === 'string' && /^[A-Za-z0-9_][\w\-./]{0,255}(\?[^\s#]{0,512})?$/.test(page);
}

/** Throws ApiFailure 47003, with WeChat's text that names the field. */
function readFields(data: unknown, expected: readonly string[] | undefined): Record<string, string> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new ApiFailure(47003, 'argument invalid! data');
  const given = new Map<string, unknown>(Object.entries(data).slice(0, maxKeys + 1));
  const fields: Record<string, string> = Object.create(null);
  for (const key of new Set([...(expected ?? []), ...given.keys()])) {
    const item = given.get(key);
    const value = typeof item === 'object' && item !== null && 'value' in item ? item.value : undefined;
    const wanted = expected === undefined || expected.includes(key);
    if (!wanted || given.size > maxKeys || !isTemplateValue(key, value)) {
      const name = /^\w{1,40}$/.test(key) ? key : 'key';
      throw new ApiFailure(47003, `argument invalid! data.${name}.value invalid`);
    }
    fields[key] = value as string;
  }
  return fields;
}
