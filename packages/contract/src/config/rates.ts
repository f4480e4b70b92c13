import * as z from 'zod';

/** What a limit counts by. A device is what the phone says that it is, together with the address it comes from. */
export const limitSubjects = ['address', 'person', 'device', 'session', 'route', 'app'] as const;
export type LimitSubject = (typeof limitSubjects)[number];

/**
 * What happens instead of a plain refusal: a puzzle that costs computing time, a second factor proved lately, or, for customers in WeChat, a phone
 * number that WeChat vouches for.
 */
export const insteadOfRefusal = z.enum(['refuse', 'challenge', 'mfa', 'phone']);

/** How many requests in how long. Where there is no session, `person`, `session` and `device` mean the address. */
export const limitSchema = z.strictObject({
  per: z.enum(limitSubjects),
  /** Requests that come back in a window. A route's `cost` counts as so many. */
  requests: z.int().min(1).max(1_000_000),
  windowSeconds: z.int().min(1).max(86_400),
  /** Requests that may come at once; `requests` when absent. */
  burst: z.int().min(1).max(1_000_000).optional(),
  /** One count for all nodes, through the coordination service; else each node counts for itself. */
  shared: z.boolean().default(false),
  /** `challenge`, `mfa` and `phone` let a caller who does it have as much again. */
  answer: insteadOfRefusal.default('refuse'),
  /** Counts only requests of sessions with at least this risk. */
  riskAtLeast: z.int().min(1).max(4).optional(),
  /** Counts only requests with at least this bot score. */
  botAtLeast: z.int().min(1).max(100).optional(),
});
export type LimitConfig = z.output<typeof limitSchema>;

/** One limit, or several that must all have room. */
export const limitsSchema = z.union([limitSchema, z.array(limitSchema).min(1).max(8)]);

/** What a route does about risk: Menshen's level of the session or WeChat's rank of the user, whichever is higher. */
export const riskRuleSchema = z.strictObject({
  atLeast: z.int().min(1).max(4),
  answer: z.enum([...insteadOfRefusal.options, 'monitor']),
});

/** What a route does about signs of a bot, a score from 0 to 100. `monitor` only writes them into the record. */
export const botRuleSchema = z.strictObject({
  atLeast: z.int().min(1).max(100),
  answer: z.enum([...insteadOfRefusal.options, 'monitor']),
});

/** One rule, or several; the highest level that is reached counts. */
export const riskRulesSchema = z.union([riskRuleSchema, z.array(riskRuleSchema).min(1).max(4)]);
export const botRulesSchema = z.union([botRuleSchema, z.array(botRuleSchema).min(1).max(4)]);
export type RiskRule = z.output<typeof riskRuleSchema>;
export type BotRule = z.output<typeof botRuleSchema>;

/**
 * `answer: phone`: the customer presses WeChat's button, WeChat checks the number and gives a code, and the gateway exchanges it. The number itself is
 * kept nowhere.
 */
const phoneSchema = z.strictObject({
  /**
   * Which button the mini program is asked to show. WeChat's answer does not say which one made a code, so this cannot be enforced against a client
   * that shows the other.
   */
  button: z.enum(['getRealtimePhoneNumber', 'getPhoneNumber']).default('getRealtimePhoneNumber'),
  /** How long a challenge can be answered; WeChat's code itself lives five minutes. */
  seconds: z.int().min(30).max(600).default(300),
  /** How long whoever passed is not asked again in the same session; 0 asks at every request. */
  validMinutes: z.int().min(0).max(1_440).default(30),
  /** Where that holds: in the whole app, or for the route that asked. */
  validFor: z.enum(['app', 'route']).default('app'),
  /** Persons of one mini program that one number may answer for within the window. */
  personsPerNumber: z.int().min(1).max(100).default(3),
  windowHours: z.int().min(1).max(720).default(24),
  /** Codes of one person that are exchanged, right or wrong, within the minutes below: each costs a call to WeChat. */
  triesPerPerson: z.int().min(1).max(100).default(5),
  triesWindowMinutes: z.int().min(1).max(1_440).default(60),
  /** Codes of one mini program that are exchanged in a minute, on all nodes together. */
  exchangesPerMinute: z.int().min(1).max(100_000).default(300),
  /** Country codes of the numbers that are taken, such as 86; every one when empty. */
  countryCodes: z.array(z.int().min(1).max(999)).max(50).default([]),
  /** Greatest distance of the time in WeChat's answer from ours. WeChat does not say of which moment it is. */
  freshSeconds: z.int().min(30).max(3_600).default(600),
  /** When WeChat does not answer, or its quota or the one above is used up: refuse, or take a puzzle in its place. */
  unavailable: z.enum(['refuse', 'challenge']).default('refuse'),
});
export type PhoneChallengeConfig = z.output<typeof phoneSchema>;

/** How the gateway counts, for all apps. */
export const ratesSchema = z.strictObject({
  /** Bits of an address that name one subscriber. */
  addressPrefix: z
    .strictObject({ v4: z.int().min(8).max(32).default(32), v6: z.int().min(32).max(128).default(64) })
    .prefault({}),
  /** `draft`: answers say where the tightest limit stands (draft-ietf-httpapi-ratelimit-headers-10). */
  headers: z.enum(['off', 'draft']).default('off'),
  /** Buckets that this process keeps, 16 bytes each; needs a restart. */
  buckets: z.int().min(1_024).max(16_777_216).default(262_144),
  challenge: z
    .strictObject({
      /** Leading zero bits of a puzzle on a quiet day; each bit doubles the work. 12 are 4,096 hashes, some tenths of a second on a phone. */
      bits: z.int().min(8).max(24).default(12),
      /** However much is going on, never more. */
      maxBits: z.int().min(8).max(26).default(18),
      seconds: z.int().min(10).max(600).default(120),
      phone: phoneSchema.prefault({}),
    })
    .refine(({ bits, maxBits }) => bits <= maxBits, 'bits is at most maxBits')
    .prefault({}),
  /** From where on the bot signs count. */
  bots: z
    .strictObject({
      /** Requests to undeclared routes within ten minutes. */
      undeclared: z.int().min(1).max(10_000).default(20),
      /** Failed logins within ten minutes. */
      failedLogins: z.int().min(1).max(10_000).default(10),
      /** Persons on one device within an hour. */
      personsPerDevice: z.int().min(2).max(100).default(5),
      /** Devices behind one address within an hour. Companies and carriers put many people behind one. */
      devicesPerAddress: z.int().min(2).max(100).default(60),
    })
    .prefault({}),
  connections: z
    .strictObject({
      /** Connections of one address at a time; those of trusted proxies are not counted. */
      perAddress: z.int().min(1).max(200_000).default(1_024),
      /** Connections of one address that wait for a next request; the longest idle is closed beyond them. */
      idlePerAddress: z.int().min(1).max(200_000).default(512),
      /** Requests after which a connection is closed; 0 for no limit. */
      requests: z.int().min(0).max(10_000_000).default(100_000),
      /** Least bytes a second of a head or a body, after the grace. */
      bytesPerSecond: z.int().min(1).max(1_048_576).default(256),
      graceMs: z.int().min(100).max(60_000).default(3_000),
    })
    .prefault({}),
});
export type RatesConfig = z.output<typeof ratesSchema>;
