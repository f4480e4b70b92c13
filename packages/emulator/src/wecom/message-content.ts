import { ApiFailure } from '../api-failure.ts';

/** What a phone shows of a message. */
export interface ShownContent {
  readonly title: string;
  readonly text: string;
}

type Payload = Readonly<Record<string, unknown>>;

const cardTypes = ['text_notice', 'news_notice', 'button_interaction', 'vote_interaction', 'multiple_interaction'];
const interactiveCardTypes = ['button_interaction', 'vote_interaction', 'multiple_interaction'];
const taskIdForm = /^[A-Za-z0-9_\-@]{1,128}$/;

export function isInteractive(payload: Payload): boolean {
  return interactiveCardTypes.includes(String(payload.card_type));
}

/** Reads the object that a message carries under its type. Throws ApiFailure 40058. */
export function payloadOf(message: Payload, type: string): Payload {
  const payload = message[type];
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw new ApiFailure(40058);
  return payload as Payload;
}

/** A member of the payload that must be a text that is not empty. Throws ApiFailure 40058, and 45002 over `maxBytes`. */
export function requireText(payload: Payload, name: string, maxBytes = 4096): string {
  const value = payload[name];
  if (typeof value !== 'string' || value === '') throw new ApiFailure(40058);
  if (Buffer.byteLength(value) > maxBytes) throw new ApiFailure(45002);
  return value;
}

/** Cuts a text to at most `maxBytes` of UTF-8, between characters. */
export function truncateUtf8(text: string, maxBytes: number): string {
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    cut += character;
  }
  return cut;
}

/** One to eight articles with title and address. Throws ApiFailure 40058. */
export function readArticles(payload: Payload): ShownContent {
  const { articles } = payload;
  if (!Array.isArray(articles) || articles.length < 1 || articles.length > 8) throw new ApiFailure(40058);
  const titles = articles.map((article: unknown) => {
    if (typeof article !== 'object' || article === null) throw new ApiFailure(40058);
    return requireText(article as Payload, 'title', 512);
  });
  return { title: titles[0] ?? '', text: titles.join('\n') };
}

/** Checks the rules of a template card. Throws ApiFailure 40058. */
export function readTemplateCard(card: Payload): ShownContent {
  if (!cardTypes.includes(String(card.card_type))) throw new ApiFailure(40058);
  requireAtMost(card.horizontal_content_list, 6);
  requireAtMost(card.jump_list, 3);
  const needsTask = card.action_menu !== undefined || isInteractive(card);
  if (card.task_id === undefined ? needsTask : !taskIdForm.test(String(card.task_id))) throw new ApiFailure(40058);
  const needsAction = card.card_type === 'text_notice' || card.card_type === 'news_notice';
  if (needsAction && !isCardAction(card.card_action)) throw new ApiFailure(40058);
  if (card.card_type === 'button_interaction') buttonKeys(card);
  const main = card.main_title === undefined ? {} : payloadOf(card, 'main_title');
  const title = textOf(main.title);
  const text = [textOf(main.desc), textOf(card.sub_title_text)].filter((line) => line !== '').join('\n');
  if (title === '' && text === '') throw new ApiFailure(40058);
  return { title, text };
}

/** Keys of the one to six buttons of a card. Throws ApiFailure 40058. */
export function buttonKeys(card: Payload): readonly string[] {
  const { button_list: buttons } = card;
  if (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > 6) throw new ApiFailure(40058);
  return buttons.map((button: unknown) => {
    if (typeof button !== 'object' || button === null) throw new ApiFailure(40058);
    requireText(button as Payload, 'text', 128);
    return requireText(button as Payload, 'key', 1024);
  });
}

/** Type 1 opens an address, type 2 a mini program. */
function isCardAction(action: unknown): boolean {
  if (typeof action !== 'object' || action === null) return false;
  const { type, url, appid } = action as Payload;
  return (type === 1 && typeof url === 'string' && url !== '') || (type === 2 && typeof appid === 'string' && appid !== '');
}

function requireAtMost(list: unknown, max: number): void {
  if (list !== undefined && (!Array.isArray(list) || list.length > max)) throw new ApiFailure(40058);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
