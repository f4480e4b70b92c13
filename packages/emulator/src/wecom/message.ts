import { createHash } from 'node:crypto';
import { ApiFailure } from '../api-failure.ts';
import type { Member } from '../company/directory.ts';
import { type ApiHandler, readJson } from '../http/api.ts';
import type { AgentOptions } from '../options.ts';
import { randomToken } from '../random.ts';
import { BoundedMap } from '../state/bounded.ts';
import { cardKey, type World } from '../world.ts';
import { agentOwner, requireAgent, type WecomCall, withWecomToken } from './guard.ts';
import {
  buttonKeys,
  isInteractive,
  payloadOf,
  readArticles,
  readTemplateCard,
  requireText,
  type ShownContent,
  truncateUtf8,
} from './message-content.ts';
import { visibilityOfAgent } from './visibility.ts';

const maxTextBytes = 2048;
const perMemberMinute = 30;
const perMemberHour = 1000;
const maxReceivers = 1000;
const maxDuplicateSeconds = 4 * 3600;

type Message = Readonly<Record<string, unknown>>;

const readers: Readonly<Record<string, (payload: Message) => ShownContent>> = {
  text: (payload) => ({ title: '', text: truncateUtf8(requireText(payload, 'content', 1024 * 1024), maxTextBytes) }),
  markdown: (payload) => ({ title: '', text: requireText(payload, 'content', maxTextBytes) }),
  textcard(payload) {
    requireText(payload, 'url', 2048);
    return { title: requireText(payload, 'title', 512), text: requireText(payload, 'description', 512 * 4) };
  },
  news: readArticles,
  mpnews: readArticles,
  image: readMedia,
  voice: readMedia,
  video: readMedia,
  file: readMedia,
  miniprogram_notice(payload) {
    requireText(payload, 'appid', 64);
    const { description } = payload;
    return { title: requireText(payload, 'title', 64), text: typeof description === 'string' ? description : '' };
  },
  template_card: readTemplateCard,
};

/** `cgi-bin/message/send` and `cgi-bin/message/recall`. */
export function messageRoutes(world: World): [string, ApiHandler][] {
  const sent = new BoundedMap<string, number>(10_000);
  const hourly = new BoundedMap<string, number>(100_000);
  const { clock, random } = world.options;

  /** More than a member may get is dropped without a word. */
  function mayReceive(agent: AgentOptions, member: Member): boolean {
    const hour = JSON.stringify([agent.agentid, member.userid, Math.floor(clock() / 3_600_000)]);
    const count = hourly.get(hour) ?? 0;
    if (count >= perMemberHour) return false;
    const minute = world.quotas.take(agentOwner(agent), `member ${member.userid}`, { perMinute: perMemberMinute });
    if (minute === 'granted') hourly.set(hour, count + 1);
    return minute === 'granted';
  }

  function isRepeat(agent: AgentOptions, message: Message): boolean {
    if (message.enable_duplicate_check !== 1) return false;
    const asked = typeof message.duplicate_check_interval === 'number' ? message.duplicate_check_interval : 1800;
    const key = createHash('sha256')
      .update(JSON.stringify([agent.agentid, message]))
      .digest('hex');
    const last = sent.get(key);
    if (last !== undefined && clock() - last < Math.min(asked, maxDuplicateSeconds) * 1000) return true;
    sent.set(key, clock());
    return false;
  }

  /** An app may send the number of accounts × 200 person-messages a day. Throws ApiFailure 45009. */
  function takeDaily(call: WecomCall, agent: AgentOptions, receivers: number): void {
    const cap = call.wecom.accountCap ?? world.directory.members().length;
    const taken = world.quotas.take(agentOwner(agent), 'person-messages', { perDay: cap * 200 }, receivers);
    if (taken !== 'granted') throw new ApiFailure(45009);
  }

  function send(call: WecomCall) {
    const agent = requireAgent(call);
    const message = readJson(call);
    if (Number(message.agentid) !== agent.agentid) throw new ApiFailure(isAgentid(message.agentid) ? 301002 : 40056);
    const type = String(message.msgtype);
    const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
    if (!read) throw new ApiFailure(40008);
    const payload = payloadOf(message, type);
    const content = read(payload);

    const task = type === 'template_card' && typeof payload.task_id === 'string' ? payload.task_id : null;
    // A task is of one card: it names it when somebody presses a button.
    if (task !== null && world.cards.has(cardKey(agent.agentid, task))) throw new ApiFailure(40058);
    const receivers = resolveReceivers(world, agent, message);
    if (receivers.members.size === 0) throw new ApiFailure(81013);
    takeDaily(call, agent, receivers.members.size);
    const to = isRepeat(agent, message) ? [] : [...receivers.members].filter((member) => mayReceive(agent, member));
    const stored = world.inbox.add({
      kind: 'wecom',
      source: agentOwner(agent),
      from: agent.name ?? `agent ${agent.agentid}`,
      to: to.map((member) => member.userid),
      type,
      ...content,
      payload,
    });
    if (task !== null && payload.card_type === 'button_interaction')
      world.cards.set(cardKey(agent.agentid, task), {
        ...{ agentid: agent.agentid, taskId: task, cardType: String(payload.card_type) },
        userids: to.map((member) => member.userid),
        keys: buttonKeys(payload),
        responseCodes: new Set(),
        closed: new Map(),
      });
    return {
      errcode: 0,
      errmsg: 'ok',
      ...(receivers.invalidUsers.length > 0 ? { invaliduser: receivers.invalidUsers.join('|') } : {}),
      ...(receivers.invalidParties.length > 0 ? { invalidparty: receivers.invalidParties.join('|') } : {}),
      ...(receivers.invalidTags.length > 0 ? { invalidtag: receivers.invalidTags.join('|') } : {}),
      msgid: stored.id,
      ...(type === 'template_card' && isInteractive(payload) ? { response_code: randomToken(random, 43) } : {}),
    };
  }

  /** Changes the buttons of a card after one was pressed: each code is good for one time. */
  function closeCard(call: WecomCall) {
    const agent = requireAgent(call);
    const { agentid, response_code: code, userids, button } = readJson(call);
    if (Number(agentid) !== agent.agentid) throw new ApiFailure(isAgentid(agentid) ? 301002 : 40056);
    if (typeof code !== 'string' || !Array.isArray(userids) || typeof button !== 'object' || button === null)
      throw new ApiFailure(40058);
    const word = requireText(button as Message, 'replace_name', 128);
    const card = [...world.cards.values()].find((one) => one.agentid === agent.agentid && one.responseCodes.has(code));
    if (card === undefined) throw new ApiFailure(40058);
    card.responseCodes.delete(code);
    for (const userid of userids) card.closed.set(String(userid), word);
    return { errcode: 0, errmsg: 'ok' };
  }

  return [
    ['/cgi-bin/message/update_template_card', withWecomToken(world, 'POST', closeCard)],
    ['/cgi-bin/message/send', withWecomToken(world, 'POST', send)],
    [
      '/cgi-bin/message/recall',
      withWecomToken(world, 'POST', (call) => {
        const { msgid } = readJson(call);
        if (typeof msgid !== 'string' || !world.inbox.recall(msgid, agentOwner(requireAgent(call)))) throw new ApiFailure(40058);
        return { errcode: 0, errmsg: 'ok' };
      }),
    ],
  ];
}

/** The members that a message reaches, and the ids that it does not, in lower case. Tags are not emulated: every one is invalid. */
function resolveReceivers(world: World, agent: AgentOptions, message: Message) {
  const { directory } = world;
  const sight = visibilityOfAgent(directory, agent);
  const members = new Set<Member>();
  const invalidUsers: string[] = [];
  const invalidParties: string[] = [];
  const userids = listOf(message.touser);
  if (userids.includes('@all')) {
    for (const member of directory.members()) if (sight.seesMember(member) && canReceive(member)) members.add(member);
    return { members, invalidUsers, invalidParties, invalidTags: [] };
  }
  for (const userid of userids) {
    const member = directory.member(userid);
    if (member && sight.seesMember(member) && canReceive(member)) members.add(member);
    else invalidUsers.push(userid.toLowerCase());
  }
  for (const party of listOf(message.toparty)) {
    const id = Number(party);
    if (!sight.seesDepartment(id) || !directory.department(id)) {
      invalidParties.push(party.toLowerCase());
      continue;
    }
    const below = directory.subtree(id);
    for (const member of directory.members()) {
      if (canReceive(member) && member.department.some((department) => below.has(department))) members.add(member);
    }
  }
  return { members, invalidUsers, invalidParties, invalidTags: listOf(message.totag).map((tag) => tag.toLowerCase()) };
}

/** Only active members receive: not those disabled, not activated, or gone. */
function canReceive(member: Member): boolean {
  return member.status === 1;
}

function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === '') return [];
  if (typeof value !== 'string' && typeof value !== 'number') throw new ApiFailure(40058);
  const items = String(value)
    .split('|')
    .filter((item) => item !== '');
  if (items.length > maxReceivers) throw new ApiFailure(40031);
  return items;
}

function isAgentid(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && /^\d{1,10}$/.test(String(value));
}

function readMedia(payload: Message): ShownContent {
  return { title: '', text: requireText(payload, 'media_id', 256) };
}
