/**
 * What names of tables, columns, functions and paths say about who may touch the data. Chinese mini program back ends use
 * few, stable words; a name alone never decides, it weighs together with what the siblings do.
 */

const wordPattern = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

/** Words of an identifier: `user_coupons`, `userCoupon` and `UserCoupon` give `user`, `coupon`. */
export function words(name: string): string[] {
  const found =
    name
      .slice(0, 120)
      // Who answers customers is none of them.
      .replace(/customer[-_]?service/gi, 'support')
      .match(wordPattern) ?? [];
  return found.map((word) => singular(word.toLowerCase()));
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') && !word.endsWith('us') && word !== 'address')
    return word.slice(0, -1);
  return word;
}

function set(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** Rows that belong to one person. */
const privateWords = set(
  `order orderinfo orderlist address addres addr cart shopcart shoppingcart coupon collect collection favorite favourite fav footprint footmark history user
   member customer profile userinfo usermsg wallet balance bill payment pay paylog refund aftersale withdraw withdrawal cash cashout recharge
   invoice message msg chat inbox notification booking reservation appointment reserve subscribe subscribution record score point credit integral
   sign signin checkin formid todo note diary memo resume patient express logistic logistics delivery card bank bankcard idcard contact friend family
   health prescription exam answer submission submit apply application repair complaint registration signup enroll enrollment device session feedback prize
   lottery winner reward trade transaction deal purchase mine my memory plan goal weight ledger income expense budget borrow lend loan register regist participant participation attendance attendee`,
);

/** Rows that everybody reads and only the operator writes. */
const catalogWords = set(
  `good goods product item sku spu category categorie catalog classify class banner swiper carousel slide slider ad advert advertisement notice
   announcement brand region area city province district config configuration setting keyword shop store merchant activity activitie campaign channel tag label course
   lesson movie film music song video question recipe menu dish food room hotel spec specification attribute gallery issue faq help about link
   page version template dict dictionary theme nav navigation school college major subject book chapter hot recommend freight express_company shipper`,
);

/** Everybody reads them, each is written by one person. */
const authoredWords = set('comment post moment blog article topic reply review dynamic share evaluate thread work');

/** Who may do what in the back office. */
const adminWords = set('admin administrator manager staff role permission auth operator employee sysuser');

const counterWords = /^(view|visit|read|like|zan|praise|share|click|hot|browse|count|num|pv|uv|total|star|comment|collect)/i;

/** Subjects of tables that hold what is somebody's own: the whole of such a table is nobody's business. */
export const personalRows = /^(?:user|member|customer|order|address|refund)$/;

/** A board that shows everybody to everybody. */
export const rankingName = /rank|leader_?board|hall_?of_?fame/i;

/** What customers do not add to themselves. */
export const operatorTable =
  /good|product|sku|categor|banner|swiper|carousel|notice|announce|config|setting|shop|store|activit|advert|brand|dish|food|menu|course|lesson|video|music|coupon|version|template|dict/i;

export type TableKind = 'private' | 'catalog' | 'authored' | 'admin' | 'other';

const stems = [
  'order',
  'address',
  'cart',
  'coupon',
  'user',
  'member',
  'customer',
  'collect',
  'favorite',
  'footprint',
  'message',
  'refund',
  'wallet',
  'payment',
  'goods',
  'product',
  'category',
  'comment',
  'article',
  'admin',
];

/** Names without separators: `goodsorder`, `userinfo`. */
function unglued(parts: readonly string[]): string[] {
  return parts.flatMap((word) => {
    if (privateWords.has(word) || catalogWords.has(word) || authoredWords.has(word) || adminWords.has(word)) return [word];
    const stem = stems.filter((one) => word.length > one.length + 1 && (word.startsWith(one) || word.endsWith(one)));
    return stem.length > 0
      ? [...stem.filter((one) => word.startsWith(one)), ...stem.filter((one) => !word.startsWith(one))]
      : [word];
  });
}

/** Names repeat in every query, and what they say never changes. */
const kinds = new Map<string, TableKind>();

/** What a table's name says. A private word wins: `goods_order` is an order, `order_goods` too. */
export function tableKind(name: string): TableKind {
  const known = kinds.get(name);
  if (known) return known;
  const kind = kindOf(name);
  if (kinds.size < 5_000) kinds.set(name, kind);
  return kind;
}

/** `member_levels`, `card_types`: the kinds there are, which the operator sets, and nobody's own row. */
const kindWord = /^(?:type|level|grade|tier|rule|reason)$/;

function kindOf(name: string): TableKind {
  const parts = unglued(words(name));
  // `auth_tokens` keeps everybody's.
  const keepsLogins = parts.includes('auth') && parts.some((word) => /^(?:token|session|code|key|identity|provider)$/.test(word));
  if (authoredWords.has(parts.at(-1) ?? '')) return 'authored';
  if (!keepsLogins && parts.some((word) => adminWords.has(word))) return 'admin';
  if (parts.some((word) => authoredWords.has(word))) return 'authored';
  const last = parts.at(-1) ?? '';
  if (kindWord.test(last) && parts.length > 1) return 'catalog';
  // What there is to be bought.
  if (/^(?:package|plan)$/.test(last) && /^(?:recharge|vip|member|membership|price|subscription)$/.test(parts.at(-2) ?? ''))
    return 'catalog';
  // A bank of questions is nobody's account.
  if (last === 'bank' && parts.some((word) => /^(?:question|exam|problem|subject|test|topic|quiz|item|exercise)$/.test(word)))
    return 'catalog';
  // `categoried` is a slip of the pen.
  if (last.startsWith('categor')) return 'catalog';
  if (catalogWords.has(last) && !parts.some((word) => word === 'order' || word === 'cart' || word === 'user')) return 'catalog';
  // A coupon on its own is what the shop offers; one with a holder is somebody's.
  if (last === 'coupon' && !parts.some((word) => /^(user|my|member|receive|customer|record|log|mine)$/.test(word)))
    return 'other';
  if (parts.some((word) => privateWords.has(word))) return 'private';
  if (parts.some((word) => catalogWords.has(word))) return 'catalog';
  return 'other';
}

const weakWords = set('exam session record score plan goal weight lottery prize winner reward game answer memory recipe');

/** Private by a word that public things bear as well: a `mock_exam` is set for everybody, a `live_session` is watched by all. */
export function isWeaklyPrivate(name: string): boolean {
  const parts = unglued(words(name)).filter((word) => privateWords.has(word));
  return parts.length > 0 && parts.every((word) => weakWords.has(word));
}

/** The family under which findings on this table are grouped and explained. */
export function subject(name: string): string {
  const parts = unglued(words(name));
  const last = parts.at(-1);
  if (last !== undefined && kindWord.test(last)) return last;
  for (const word of ['order', 'address', 'cart', 'coupon', 'refund', 'user', 'member', 'customer', 'message', 'comment']) {
    if (parts.includes(word)) return word;
  }
  if (parts.includes('addres') || parts.includes('addr')) return 'address';
  return parts.at(-1) ?? name;
}

function squash(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const identityNames = set(
  `openid useropenid wxopenid weixinopenid miniopenid mpopenid unionid uid userid useruuid userguid memberid memid customerid customeruuid ownerid owner
   ownerid creatorid creator createuserid createby createuser buyerid buyer accountid useruid uuiduser authorid authoropenid userpk wxid userno
   studentid stuid teacherid doctorid patientid employeeid staffid user member author customer applicantid initiator publisher publisherid posterid senderid copenid topenid
   owneropenid creatoropenid buyeropenid customeropenid senderopenid publisheropenid`,
);

/** Columns and parameters that say to whom something belongs. */
export function isIdentityName(name: string): boolean {
  return identityNames.has(squash(name));
}

const callerNames = set(
  'openid useropenid wxopenid weixinopenid miniopenid unionid uid userid useruuid memberid customerid useropenid copenid openidofuser myopenid userid currentuserid loginuserid',
);

/** Parameters that claim who the caller is. */
export function isCallerIdName(name: string): boolean {
  return callerNames.has(squash(name));
}

const tenantNames = set('orguuid orgid tenantid merchantid shopid storeid companyid mchid schoolid siteid corpid');

export function isTenantName(name: string): boolean {
  return tenantNames.has(squash(name));
}

const sessionNames =
  /^(token|accesstoken|usertoken|session|sessionid|skey|sid|thirdsession|3rdsession|thirdsessionkey|session3rd|trdsession|ticket|authorization|xtoken|loginkey|jwt|sessiontoken|logintoken|refreshtoken|verifycode|captcha|smscode|password|passwd|pwd|pass|sessionkey|apikey|secret)$/;

/** Columns that only the right caller can name: reading by them is a login, not an access to somebody's object. */
export function isProofName(name: string): boolean {
  return sessionNames.test(squash(name)) || /(token|session|password|passwd|pwd|skey)$/.test(squash(name));
}

const identityMembers = set(
  `user userid uid openid unionid auth decoded currentuser loginuser account member jwtsession userinfo session jwt principal identity memberid admin adminid
   wxinfo openidinfo usersession operator customer jwtuser authuser userpayload loginuserid useropenid`,
);

/** Members of a request or controller that frameworks and their users fill with the verified caller. */
export function isIdentityMember(name: string): boolean {
  return identityMembers.has(squash(name));
}

/** Functions that return the verified caller: `getLoginUserId`, `currentUser`, `getOpenId`. */
export function isIdentityFunction(name: string): boolean {
  return /^(get|fetch|find|load|current|check|verify|parse|decode|resolve|auth|require)?(current|login|logined|session|token|auth|jwt|my|self)*(user|member|account|openid|uid|customer|payload|token|session|jwt|principal|identity|login)(id|info|infos|bytoken|fromtoken|bysession|fromsession|uid)?$/.test(
    squash(name),
  );
}

/** Functions whose call refuses a caller who is not allowed. */
export function isGuardName(name: string): boolean {
  const text = squash(name);
  if (
    /^(?:require|need|must|ensure|only)(?:be)?(?:logged|login|sign|auth|user|member|customer|student|teacher|staff|buyer|seller|account|session|token)/.test(
      text,
    )
  )
    return true;
  return (
    /^(need|require|must|ensure|check|verify|validate|is|has|assert|only|jwt|koajwt|expressjwt)?(user|admin|member|token|session|jwt|api|app|access|wx|weapp|mini)?(login|logined|loggedin|signin|auth|authed|authenticate|authenticated|authentication|authorize|authorized|authorization|authmiddleware|authguard|token|jwt|session|admin|adminonly|permission|role|signature|validation|acl|rbac|power)(s|ed|middleware|guard|required|check|checker|handler|filter|interceptor|valid|verify|validate|only)*$/.test(
      text,
    ) ||
    /(authmiddleware|authguard|authrequired|loginrequired|requirelogin|needlogin|checklogin|verifytoken|checktoken|validationmiddleware|authenticate|isadmin|requireadmin|adminauth|jwtauth|tokenauth|checkauth|(require|check|has|need|verify|only|must)(role|permission|admin|auth|login|power|staff))/.test(
      text,
    )
  );
}

const officeWords =
  /(^|[/_\-.\s])(admin|admins|manage|manager|management|backstage|back-?office|cms|boss|seller|merchant|supplier)([/_\-.\s:]|$)/i;

/** Code of the back office, by its path, module or name. */
export function isAdminName(text: string): boolean {
  const short = text.slice(0, 300);
  if (officeWords.test(short)) return true;
  // Names that say so only where they are an address, not a folder of the sources.
  return !/\.[jt]s$/.test(short) && /(^|[/_\-.\s])(console|operator|sys|system|backend)([/_\-.\s:]|$)/i.test(short);
}

/** Names of functions that only an operator should be able to run. */
export function isOperatorAction(name: string): boolean {
  const parts = words(name);
  return parts.some((word) =>
    /^(admin|manage|manager|audit|approve|publish|import|export|batch|sync|migrate|crontab|cron|timetask|schedule|job|backup|reset|init|cleanup|purge|fix|repair|rebuild|backfill|dedupe|ban|forbid|grant|broadcast|ship|deliver|push)$/.test(
      word,
    ),
  );
}

/** Login and registration: by nature open to everybody and keyed by what the caller sends. */
export function isLoginName(text: string): boolean {
  return /(login|logon|signin|sign-in|sign[-_]?up|register|regist|auth(?!or)|oauth|code2session|getopenid|openid|jscode|token|captcha|smscode|sendcode|verif(?:y|i|ication)?_?-?code|forget|findpwd|resetpwd|reset_?password|password_?reset|passport|callback)/i.test(
    text.slice(0, 200),
  );
}

export function isCounterColumn(column: string): boolean {
  // `PRODUCT_VIEW_CNT`: the table's name stands before it.
  const name = /^[A-Z]{2,20}_[A-Z]/.test(column) ? column.slice(column.indexOf('_') + 1) : column;
  return counterWords.test(name) || /(count|cnt|num|times|total)$/i.test(name);
}

const roleNames = set(
  'role roles isadmin admin level auth authority permission permissions power privilege type usertype ismanager manager ismaster identity grade status staff groupid roleid rank issuper superuser isvip',
);

/** Fields whose value decides what a person may do. */
export function isRoleName(name: string): boolean {
  return roleNames.has(squash(name));
}

/** Fields that only the server may set. */
export function isPrivilegedField(name: string): boolean {
  return /^(role|roles|isadmin|admin|level|vip|isvip|balance|money|wallet|score|points?|credit|integral|status|paystatus|orderstatus|ispay|paid|openid|userid|price|amount|total|password|permission)$/.test(
    squash(name),
  );
}

const moneyPattern =
  /(price|amount|total_?fee|fee|freight|postage|discount|money|payment|payable|cost|sum|cash|deduct|subtotal|total$)/i;

/** Money that has to be computed by the server. */
export function isMoneyName(name: string): boolean {
  return (
    moneyPattern.test(name) &&
    !/(count|num|page|size|coupon_?id|_id$|Id$|_?(?:no|sn|code|number|at|date)$|time|type|status|method|way)/i.test(name)
  );
}

/** Points, balance, rewards. */
export function isRewardName(name: string): boolean {
  return /^(user|total|my|current|left|remain|available)?(points?|score|credits?|integral|balance|money|coins?|gold|reward|amount|wallet|bonus|beans?|energy|exp|experience)(count|num|value|total)?$/.test(
    squash(name),
  );
}

/** Stock, quotas and other counters that a race can overdraw. */
export function isStockName(name: string): boolean {
  return /(stock|inventory|goods_?number|quota|remain|balance|left|surplus|store_?num|storage|money|points?|score|credit|integral|coupon_?num|limit_?num|quantity)/i.test(
    name,
  );
}

/** Secrets that must not leave the server even for the right caller. */
export function isSecretColumn(name: string): boolean {
  return /^(app_?secret|mch_?key|api_?key|partner_?key|pay_?key|secret(_?key)?|private_?key|password|passwd|pwd|password_?salt|salt|session_?key|access_?key(_?secret)?|client_?secret|pay_?secret|apiv3_?key)$/i.test(
    name,
  );
}
