import type * as z from 'zod';
import type { WechatPerson } from '../company/model.ts';
import type { WechatAppOptions } from '../options.ts';
import type { Outbox } from '../push/outbox.ts';
import type { World } from '../world.ts';

/** What the admin API acts on. */
export interface AdminContext {
  /** The world of now: a reset replaces it. */
  readonly world: () => World;
  readonly outbox: Outbox;
  readonly reset: () => void;
}

export type AdminAnswer = Readonly<Record<string, unknown>>;

export interface AdminRoute {
  readonly method: 'GET' | 'POST';
  /** Below `/_emulator/`. */
  readonly path: string;
  readonly handle: (input: unknown) => AdminAnswer | Promise<AdminAnswer>;
}

export type AdminErrorCode =
  | 'input_invalid'
  | 'app_unknown'
  | 'person_unknown'
  | 'session_missing'
  | 'push_missing'
  | 'pay_missing'
  | 'check_unknown'
  | 'card_unknown'
  | 'delivery_unknown'
  | 'clock_fixed'
  | 'faults_full'
  | 'contact_refused';

const statuses: Readonly<Record<AdminErrorCode, number>> = {
  input_invalid: 400,
  app_unknown: 404,
  person_unknown: 404,
  session_missing: 409,
  push_missing: 409,
  pay_missing: 409,
  check_unknown: 404,
  card_unknown: 404,
  delivery_unknown: 404,
  clock_fixed: 409,
  faults_full: 409,
  contact_refused: 422,
};

/** A refusal of the admin API: HTTP status and `{code}`; `details` name fields or an errcode, never values. */
export class AdminFailure extends Error {
  override readonly name = 'AdminFailure';
  readonly code: AdminErrorCode;
  readonly status: number;
  readonly details: AdminAnswer;

  constructor(code: AdminErrorCode, details: AdminAnswer = {}) {
    super(code);
    this.code = code;
    this.status = statuses[code];
    this.details = details;
  }
}

/** A route whose input is checked by a schema: the JSON body of a POST, the query of a GET. */
export function adminRoute<S extends z.ZodType>(
  method: 'GET' | 'POST',
  path: string,
  schema: S,
  handle: (input: z.infer<S>) => AdminAnswer | Promise<AdminAnswer>,
): AdminRoute {
  return {
    method,
    path,
    handle(input) {
      const result = schema.safeParse(input);
      if (result.success) return handle(result.data);
      const field = result.error.issues[0]?.path.join('.') ?? '';
      throw new AdminFailure('input_invalid', { field });
    },
  };
}

/** The app named, or the only one there is. */
export function adminApp(world: World, appid: string | undefined): WechatAppOptions {
  const { wechatApps } = world.options;
  const app = appid === undefined && wechatApps.length === 1 ? wechatApps[0] : wechatApps.find((item) => item.appid === appid);
  if (!app) throw new AdminFailure('app_unknown');
  return app;
}

/** A WeChat person by id, unionid, or the userid of the member that the person is. */
export function adminPerson(world: World, name: string): WechatPerson {
  const person = world.people.find(name);
  if (!person) throw new AdminFailure('person_unknown');
  return person;
}
