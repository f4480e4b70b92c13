import { createDirectory, type Directory } from './company/directory.ts';
import { createPeople, type People } from './company/people.ts';
import type { EmulatorOptions } from './options.ts';
import { createFrequency, type Frequency } from './sms/frequency.ts';
import { BoundedMap } from './state/bounded.ts';
import { type CallLog, createCallLog } from './state/call-log.ts';
import { type Codes, createCodes } from './state/codes.ts';
import { createDevices, type Devices } from './state/devices.ts';
import { createFaults, type Faults } from './state/faults.ts';
import { createInbox, type Inbox } from './state/inbox.ts';
import { createQuotas, type Quotas } from './state/quotas.ts';
import { createSessions, type Sessions } from './state/sessions.ts';
import { createSubscriptions, type Subscriptions } from './state/subscriptions.ts';
import { createTokens, type Tokens } from './state/tokens.ts';
import { createUserKeys, type UserKeys } from './state/user-keys.ts';
import { createWechatLogs, type WechatLogs } from './state/wechat-logs.ts';

const activityWindowMs = 2 * 3_600_000;

/** A media check that was asked for and not yet answered by a push. */
export interface PendingMediaCheck {
  readonly appid: string;
  readonly openid: string;
  readonly mediaUrl: string;
}

/** A card with buttons, as it was sent. */
export interface SentCard {
  readonly agentid: number;
  readonly taskId: string;
  readonly cardType: string;
  readonly userids: readonly string[];
  readonly keys: readonly string[];
  /** Codes that a pressed button gave out, each for one change of the card. */
  readonly responseCodes: Set<string>;
  /** What stands in place of the buttons, by userid. */
  readonly closed: Map<string, string>;
}

export const cardKey = (agentid: number, taskId: string): string => JSON.stringify([agentid, taskId]);

export interface Activity {
  /** The person used the mini program just now. */
  touch(appid: string, person: string): void;
  /** Whether that was within two hours. */
  recent(appid: string, person: string): boolean;
}

/** Everything that the emulator remembers; a reset makes a new one from the same options. */
export interface World {
  readonly options: EmulatorOptions;
  readonly people: People;
  readonly directory: Directory;
  readonly codes: Codes;
  readonly wechatTokens: Tokens;
  readonly wecomTokens: Tokens;
  readonly sessions: Sessions;
  readonly userKeys: UserKeys;
  readonly quotas: Quotas;
  readonly activity: Activity;
  readonly devices: Devices;
  readonly subscriptions: Subscriptions;
  readonly inbox: Inbox;
  readonly faults: Faults;
  readonly log: CallLog;
  readonly wechatLogs: WechatLogs;
  /** Interactive cards that were sent, by agent and task. */
  readonly cards: Map<string, SentCard>;
  /** By trace_id. */
  readonly mediaChecks: Map<string, PendingMediaCheck>;
  /** When encrypted data was handed to a phone, by its hash. */
  readonly encryptedData: Map<string, number>;
  readonly frequency: Frequency;
  /** Nonces of signed calls to the SMS clouds. */
  readonly smsNonces: Map<string, true>;
  /** Secrets that were reset since the start, by the owner of tokens; the options have the others. */
  readonly secrets: Map<string, string>;
}

export function createWorld(options: EmulatorOptions): World {
  const { clock, random } = options;
  const appids = options.wechatApps.map((app) => app.appid);
  const overlap = options.classicTokenOverlapMs ?? 300_000;
  return {
    options,
    people: createPeople(options.people.people ?? [], appids),
    directory: createDirectory(options.people),
    codes: createCodes(clock, random),
    wechatTokens: createTokens(clock, random, overlap),
    wecomTokens: createTokens(clock, random, overlap),
    sessions: createSessions(clock, random, options.sessionKeyTtlMs ?? 3 * 86_400_000),
    userKeys: createUserKeys(clock, random),
    quotas: createQuotas(clock),
    activity: createActivity(clock),
    devices: createDevices(),
    subscriptions: createSubscriptions(),
    inbox: createInbox(clock, random),
    faults: createFaults(clock, random),
    log: createCallLog(),
    wechatLogs: createWechatLogs(),
    cards: new BoundedMap(10_000),
    mediaChecks: new BoundedMap(10_000),
    encryptedData: new BoundedMap(20_000),
    frequency: createFrequency(clock),
    smsNonces: new BoundedMap(10_000),
    secrets: new Map(),
  };
}

function createActivity(clock: () => number): Activity {
  const seen = new BoundedMap<string, number>(100_000);
  return {
    touch(appid, person) {
      seen.set(JSON.stringify([appid, person]), clock());
    },
    recent(appid, person) {
      const at = seen.get(JSON.stringify([appid, person]));
      return at !== undefined && clock() - at <= activityWindowMs;
    },
  };
}
