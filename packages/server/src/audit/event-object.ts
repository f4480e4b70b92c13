import { quote } from './canonical-json.ts';

/** What a request is about: the resource that its route names, whether or not the request was permitted. */
export interface EventObject {
  /** Cedar entity type. */
  readonly type: string;
  readonly id: string;
}

/** Longest id that is recorded, in UTF-16 units; a longer one is cut. */
export const MAX_OBJECT_ID = 200;

/** Types whose ids are the uids of people: they get pseudonyms and are forgotten as the person who acts is. */
export const PERSON_TYPES: ReadonlySet<string> = new Set(['Menshen::User', 'Menshen::Guest']);

/** OCSF `resources` as canonical JSON, with the comma after it; empty where there is no object. */
export function resourcesText(object: EventObject | null | undefined): string {
  if (object === null || object === undefined) return '';
  return `"resources":[{"type":${quote(object.type)},"uid":${quote(object.id.slice(0, MAX_OBJECT_ID))}}],`;
}
