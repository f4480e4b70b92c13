import type { ActivityKind, Outcome } from './model.ts';

/*
 * Systems name the same act differently: `order.read`, `GetOrder`, `GET /orders/:id`. What an activity does is read from the words of its action and
 * path, how it ended from its result, its status and its reason, whichever of them is there.
 */

const words = (text: string): Set<string> => new Set(text.split(' '));

const login = words('login signin logon authenticate');
const proof = words('otp mfa totp password passwd pwd auth sms challenge');
const proving = words('verify check try attempt submit fail failed success');
const logout = words('logout signout logoff');
const exporting = words('export download dump backup extract exportall');
const admin = words(
  'admin role roles permission permissions grant revoke privilege privileges impersonate sudo config configuration settings policy policies acl',
);
const accounts = words('user users account accounts member members');
const claiming = words('claim redeem grab receive');
/** With them a claim is looked at and not made: `coupon.claim.list`. */
const looking = words('list search query view read show detail details history');
const gifts = words('coupon coupons voucher vouchers redpacket campaign campaigns');
const reading = words('read view get list search query detail details fetch show lookup find browse open');
const writing = words(
  'create update delete edit write approve submit pay refund transfer modify remove set add save cancel assign',
);

const maxWords = 512;

function wordsOf(text: string): string[] {
  return text
    .slice(0, maxWords)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

const some = (list: readonly string[], set: ReadonlySet<string>): boolean => list.some((word) => set.has(word));

function classify(action: string, method: string | null, path: string | null): ActivityKind {
  const act = wordsOf(action);
  const all = path === null ? act : [...act, ...wordsOf(path)];
  const leaving = some(act, logout);
  const entering =
    !leaving && (some(act, login) || (act.includes('sign') && act.includes('in')) || (some(act, proof) && some(act, proving)));
  const exports = some(all, exporting);
  const reads = !entering && !leaving && (some(act, reading) || (method === 'GET' && !some(act, writing)));
  const changes = some(act, writing) || (method !== null && method !== 'GET' && method !== 'HEAD' && !reads);
  const claim = (some(act, claiming) && !some(act, looking)) || (some(all, gifts) && changes);
  const manages = !entering && (some(all, admin) || (some(act, accounts) && changes && !reads));
  return {
    login: entering,
    logout: leaving,
    read: reads && !exports,
    export: exports && !entering,
    admin: manages,
    claim,
    write: !entering && !leaving && !exports && changes,
  };
}

/** Classifies actions; what was classified is kept for up to `limit` different ones. */
export function createClassifier(limit = 20_000): (action: string, method: string | null, place: string | null) => ActivityKind {
  const known = new Map<
    string,
    { readonly method: string | null; readonly place: string | null; readonly kind: ActivityKind }[]
  >();
  let size = 0;
  return (action, method, place) => {
    const sorts = known.get(action);
    if (sorts !== undefined) {
      for (const sort of sorts) if (sort.place === place && sort.method === method) return sort.kind;
    }
    const kind = classify(action, method, place);
    if (size < limit) {
      size += 1;
      if (sorts === undefined) known.set(action, [{ method, place, kind }]);
      else sorts.push({ method, place, kind });
    }
    return kind;
  };
}

const good = words(
  'success succeeded successful ok allow allowed pass passed permit permitted granted true done accepted completed issued hit',
);
const bad = words('fail failed failure error invalid false rejected reject expired locked wrong mismatch');
const refusing = words('deny denied block blocked refused refuse forbidden unauthorized unauthorised');
const passing = words('timeout timedout aborted unavailable');

const verdicts = new Map<string, Verdict>();
type Verdict = 'transient' | 'refused' | 'missing' | 'failed' | 'ok' | 'unknown';

/** What the words of a result say; those of a few thousand results are remembered. */
function verdictOf(result: string): Verdict {
  const known = verdicts.get(result);
  if (known !== undefined) return known;
  const said = wordsOf(result);
  const verdict: Verdict = some(said, passing)
    ? 'transient'
    : some(said, refusing)
      ? 'refused'
      : said.includes('not') && said.includes('found')
        ? 'missing'
        : some(said, bad)
          ? 'failed'
          : some(said, good)
            ? 'ok'
            : 'unknown';
  if (verdicts.size < 2_000) verdicts.set(result, verdict);
  return verdict;
}

/** How an activity ended, from what it says of it. */
export function outcomeOf(result: string | null, status: number | null, reason: string | null): Outcome {
  if (status === 404 || status === 410) return 'missing';
  if (status !== null && (status === 408 || status === 499 || status >= 500)) return 'transient';
  if (result !== null) {
    const verdict = verdictOf(result);
    if (verdict === 'transient' || verdict === 'missing') return verdict;
    if (verdict === 'refused') return status === 401 ? 'failed' : 'denied';
    if (verdict === 'failed') return status === 403 ? 'denied' : 'failed';
    if (verdict === 'ok') return status !== null && status >= 400 ? outcomeOf(null, status, reason) : 'ok';
  }
  if (status === 403) return 'denied';
  if (status !== null && status >= 400) return 'failed';
  return 'ok';
}
