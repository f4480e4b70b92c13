import type { WecomMessage, WecomMessageContent, WecomReceivers, WecomSendResult } from '../wecom-types.ts';
import type { AnswerReader } from './answer.ts';

const useridText = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/;
const maxReceivers = 1000;

/** The body of message/send. */
export function writeMessage(message: WecomMessage, agentid: number): Record<string, unknown> {
  const { duplicateCheckSeconds } = message;
  const duplicateCheck =
    duplicateCheckSeconds === undefined ? {} : { enable_duplicate_check: 1, duplicate_check_interval: duplicateCheckSeconds };
  return {
    ...writeReceivers(message.to),
    agentid,
    msgtype: message.content.type,
    [message.content.type]: writeContent(message.content),
    safe: message.confidential ? 1 : 0,
    ...duplicateCheck,
  };
}

export function readSendResult(answer: AnswerReader): WecomSendResult {
  const list = (name: string): string[] => (answer.optionalText(name) ?? '').split('|').filter((id) => id !== '');
  const msgid = answer.optionalText('msgid');
  const responseCode = answer.optionalText('response_code');
  return {
    ...(msgid === undefined ? {} : { msgid }),
    ...(responseCode === undefined ? {} : { responseCode }),
    invalidUsers: list('invaliduser'),
    invalidDepartments: list('invalidparty'),
    invalidTags: list('invalidtag'),
    unlicensedUsers: list('unlicenseduser'),
  };
}

/** A userid must not smuggle in `@all` or a second receiver, so its form is checked although WeCom would take it. */
function writeReceivers(to: WecomReceivers): Record<string, string> {
  if ('everyone' in to) return { touser: '@all' };
  const users = to.users ?? [];
  const departments = to.departments ?? [];
  const tags = to.tags ?? [];
  const count = users.length + departments.length + tags.length;
  if (count === 0 || count > maxReceivers) throw new TypeError(`a message needs 1 to ${maxReceivers} receivers`);
  if (!users.every((userid) => useridText.test(userid))) throw new TypeError('a userid has a form that WeCom does not give out');
  if (![...departments, ...tags].every((id) => Number.isSafeInteger(id) && id > 0))
    throw new TypeError('an id is not a positive number');
  return {
    ...(users.length > 0 ? { touser: users.join('|') } : {}),
    ...(departments.length > 0 ? { toparty: departments.join('|') } : {}),
    ...(tags.length > 0 ? { totag: tags.join('|') } : {}),
  };
}

function writeContent(content: WecomMessageContent): Readonly<Record<string, unknown>> {
  switch (content.type) {
    case 'text':
    case 'markdown':
      return { content: content.content };
    case 'textcard':
      return { title: content.title, description: content.description, url: content.url, btntxt: content.buttonText };
    case 'miniprogram_notice':
      return {
        appid: content.appid,
        page: content.page,
        title: content.title,
        description: content.description,
        content_item: content.items,
      };
    case 'template_card':
      return content.card;
  }
}
