import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { foldCase, hasWideScript, isSpace, isWordCode, nextParenthesis, nextQuote, skipSpace } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';

const features: Readonly<Record<string, FeatureFacts>> = {
  'ldap.filter_break': {
    class: 'ldap',
    weight: 4.3,
    zh: '值先关闭目录查询的括号，再接上新的条件',
    en: 'The value closes a bracket of a directory query and adds a condition',
  },
  'ldap.filter': {
    class: 'ldap',
    weight: 2.5,
    zh: '值中有目录（LDAP）查询条件',
    en: 'The value holds a condition of a directory (LDAP) query',
    last: true,
  },
  'ldap.wildcard': {
    class: 'ldap',
    weight: 2,
    zh: '条件以星号匹配所有记录',
    en: 'A condition that matches all records by an asterisk',
  },
  'ldap.attribute': {
    class: 'ldap',
    weight: 1.5,
    zh: '条件点名账号或口令属性',
    en: 'A condition names an account or password attribute',
  },
  'ldap.filter_only': {
    class: 'ldap',
    weight: 1.6,
    zh: '整个值就是一个目录查询条件',
    en: 'The whole value is a condition of a directory query',
    whole: true,
  },
  'ldap.signs': {
    class: 'ldap',
    weight: 4,
    zh: '由目录查询的特殊字符组成，用来试探',
    en: 'Made of the special characters of directory queries, as probes are',
  },
  'xpath.function': { class: 'xpath', weight: 2.5, zh: 'XPath 函数', en: 'An XPath function' },
  'xpath.break': { class: 'xpath', weight: 2.5, zh: '引号之后接上 XPath 条件', en: 'A quote is followed by an XPath condition' },
  'xpath.axis': {
    class: 'xpath',
    weight: 2.2,
    zh: 'XPath 路径遍历文档中的节点',
    en: 'An XPath that walks the nodes of a document',
  },
  'xpath.document': { class: 'xpath', weight: 2.2, zh: 'XPath 读取外部文档', en: 'An XPath that reads an outside document' },
};

const attributes = [
  'userpassword',
  'objectclass',
  'objectcategory',
  'samaccountname',
  'uid',
  'cn',
  'sn',
  'mail',
  'memberof',
  'password',
  'userprincipalname',
  'givenname',
  'ou',
  'dc',
  'name',
  'user',
  'login',
  'homedirectory',
  'pwdlastset',
];
const functions = [
  'true(',
  'false(',
  'count(',
  'name(',
  'local-name(',
  'string-length(',
  'substring(',
  'starts-with(',
  'contains(',
  'position(',
  'last(',
  'text(',
  'node(',
  'doc(',
  'document(',
  'codepoints-to-string(',
  'string(',
  'concat(',
  'namespace-uri(',
  'normalize-space(',
  'not(',
  'comment(',
  'processing-instruction(',
  'doc-available(',
];
const axes = [
  'ancestor::',
  'child::',
  'descendant::',
  'parent::',
  'following-sibling::',
  'preceding-sibling::',
  'descendant-or-self::',
  'self::',
  'attribute::',
  'following::',
  'preceding::',
  'ancestor-or-self::',
];

/** What it costs to begin with a text. */
const stepsOfStart = 500;

/** Finds text that leaves a value of an LDAP filter or an XPath expression. */
export const directoryQueryDetector: Detector = {
  name: 'directory-query',
  literals: [
    ...new Set([
      ...functions.filter(
        (name) => name !== 'true(' && name !== 'false(' && name !== 'not(' && name !== 'concat(' && name !== 'string(',
      ),
      ...axes,
    ]),
    ...[
      'or true(',
      'or not(',
      'and false(',
      '[true(',
      '[false(',
      ')(',
      ') (',
      '(|',
      '(&',
      '(!',
      '( |',
      '( &',
      '*)',
      '*(',
      '|/',
      '| /',
      '//*',
      '/@',
      ')!(',
      '()|',
      '(*',
      '*))',
      ')%00',
      ')\0',
      ')\\x00',
      ')\\00',
      '=*',
      '\\28',
      '\\29',
      ':=',
      '//user',
      '//text',
      '//node',
      '[@',
      "']/",
      "')]/",
      '"]/',
      '")]/',
    ],
  ],
  passes: [[...functions, ...axes]],
  features,
  detect({ text, place, passes }: Subject, signals: Signals): void {
    if (!signals.spend(stepsOfStart + text.length * 2)) return;
    if (place === 'header' || place === 'path') return;
    // `\\28`: signs as filters escape them, which a backend that decodes again takes for signs.
    const written = foldCase(text);
    const folded = coded.test(written)
      ? written.replace(allCoded, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : written;
    readFilter(folded, hasWideScript(folded), signals);
    readXpath(folded, passes !== 0, signals);
  },
};

const coded = /\\(?:28|29|2a)/;
const allCoded = /\\(28|29|2a)/g;
const longestCut = 80;
const stepsOfBracket = 100;
/** `(&(a=b)(c=d))`: conditions joined, and nothing else. */
const wholeFilter = /^\s{0,4}\([&|!]\s{0,4}(?:\([a-z][\w;.:-]{0,40}\s?[<>~]?=[^()]{0,60}\)\s{0,4}){1,8}\)\s{0,4}$/;
/** `admin)%00`, `x*))\0`: closes what the value never opened and cuts the rest of the filter off. */
const cutFilter = /^(?:[\w.-]{1,24}=)?[\w.@*-]{0,40}\){1,4}\s{0,2}(?:%00|\0|\\x00|\\00)\w{0,24}$/;

/** `userPassword:2.5.13.18:=123`: a condition by the number of its matching rule. */
const ruledCondition = /^[(\s]{0,4}[a-z][\w-]{1,40}:(?:dn:)?\d[\d.]{2,40}:=/;

function readFilter(folded: string, wide: boolean, signals: Signals): void {
  const ruled = ruledCondition.exec(folded.slice(0, 120));
  if (ruled !== null) signals.report('ldap.signs', 0, ruled[0].length);
  let depth = 0;
  let seen = 0;
  for (let at = nextParenthesis(folded, 0); at >= 0; at = nextParenthesis(folded, at + 1)) {
    const code = folded.charCodeAt(at);
    if (code === 0x28) {
      if (!signals.spend(stepsOfBracket)) return;
      depth += 1;
      const next = skipSpace(folded, at + 1);
      const operator = folded[next] === '|' || folded[next] === '&' || folded[next] === '!';
      const inner = operator ? skipSpace(folded, next + 1) : next;
      const condition = conditionEnd(folded, folded[inner] === '(' ? skipSpace(folded, inner + 1) : inner);
      // A bracket that follows a name is a call's.
      if (condition > 0 && !wide && !isWordCode(folded.charCodeAt(at - 1))) {
        seen += 1;
        if (operator || seen > 1) signals.report('ldap.filter', at, condition);
        if (folded[condition] === '*') signals.report('ldap.wildcard', at, condition + 1);
        if (namesAttribute(folded, folded[inner] === '(' ? inner + 1 : inner)) signals.report('ldap.attribute', at, condition);
      }
      // `*)(uid=`, `admin)(|`, `x)(&)`: a bracket closed that the value never opened, and another opened.
      const before = previous(folded, at - 1);
      if (folded[before] === ')' && depth - 1 < 0 && (condition > 0 || operator))
        signals.report('ldap.filter_break', before, Math.max(at + 1, condition));
      else if (folded[before] === '*' && operator && (condition > 0 || folded[inner] === '('))
        signals.report('ldap.filter_break', before, Math.max(at + 1, condition));
    } else if (code === 0x29) {
      depth -= 1;
      const next = skipSpace(folded, at + 1);
      if (
        depth < 0 &&
        (folded[next] === '!' || folded[next] === '|' || folded[next] === '&') &&
        folded[skipSpace(folded, next + 1)] === '('
      )
        signals.report('ldap.filter_break', at, next + 2);
    }
  }
  if (
    folded.length <= 12 &&
    '*()'.includes(folded[0] ?? ' ') &&
    folded.includes('*') &&
    folded.includes('(') &&
    folded.includes(')') &&
    (folded[0] === '*' || folded.includes('|') || folded.includes('&')) &&
    isOnlySigns(folded)
  )
    signals.report('ldap.signs', 0, folded.length);
  if (/^\*\)\)?(?:%00|\0|$)/.test(folded.slice(0, 8)) || /^[a-z][\w-]{1,24}=\*\)\)$/.test(folded.slice(0, 40)))
    signals.report('ldap.signs', 0, folded.length);
  if (folded.length <= longestCut && cutFilter.test(folded)) signals.report('ldap.filter_break', 0, folded.length);
  // The whole value one condition that matches everything.
  if (folded.length <= longestCut && /^\([a-z][\w-]{0,40}=[^()]{0,30}\*\)$/.test(folded)) {
    signals.report('ldap.filter', 0, folded.length);
    signals.report('ldap.wildcard', 0, folded.length);
  }
  if (folded.length <= 400 && wholeFilter.test(folded)) signals.report('ldap.filter_only', 0, folded.length);
}

function previous(folded: string, from: number): number {
  let at = from;
  while (at >= 0 && isSpace(folded.charCodeAt(at))) at -= 1;
  return at;
}

/** Position after `name=`, `name>=`, `name~=` at `at`; -1 where no condition stands. */
function conditionEnd(folded: string, at: number): number {
  let end = at;
  while (
    end < folded.length &&
    end - at < 60 &&
    (isWordCode(folded.charCodeAt(end)) ||
      folded[end] === '-' ||
      folded[end] === ';' ||
      folded[end] === '.' ||
      folded[end] === ':')
  )
    end += 1;
  if (end === at) return -1;
  if (folded[end] === '>' || folded[end] === '<' || folded[end] === '~') end += 1;
  return folded[end] === '=' && folded[end + 1] !== '=' && folded[end + 1] !== '>' ? end + 1 : -1;
}

function namesAttribute(folded: string, at: number): boolean {
  return attributes.some((name) => folded.startsWith(name, at) && !isWordCode(folded.charCodeAt(at + name.length)));
}

function isOnlySigns(folded: string): boolean {
  for (let at = 0; at < folded.length; at += 1)
    if (isWordCode(folded.charCodeAt(at)) || folded.charCodeAt(at) > 0x7e) return false;
  return true;
}

const findNames = createFinder(
  [...functions, ...axes].map((name) => [name, name] as const),
  true,
);
const noFirsts: ReadonlyMap<string, number> = new Map();

/** Where each function and axis stands first. */
function firstsOf(folded: string): ReadonlyMap<string, number> {
  const firsts = new Map<string, number>();
  findNames(folded, (name, start) => {
    if (!firsts.has(name)) firsts.set(name, start);
    return false;
  });
  return firsts;
}

/** `1 or true() or`, `x' or not(false())]`: a condition that always holds, and the expression goes on or ends. */
const constantCondition =
  /(?:^|[\w'")\]])\s{0,3}(?<![a-z])(?:or|and)\s{1,3}(?:true\s?\(\s?\)|false\s?\(\s?\)|not\s?\(\s?(?:false|true)\s?\(\s?\)\s?\))\s{0,3}(?:$|(?:or|and)\b|[\]'"=)|])/;
/** `name[false()]`. */
const constantPredicate = /^[\w/.:@*-]{0,60}\[\s?(?:not\s?\(\s?)?(?:true|false)\s?\(\s?\)\s?\)?\s?\]/;
const longestCondition = 200;

function readXpath(folded: string, named: boolean, signals: Signals): void {
  let broken = false;
  const constant = folded.length <= longestCondition ? (constantCondition.exec(folded) ?? constantPredicate.exec(folded)) : null;
  if (constant !== null) {
    signals.report('xpath.break', constant.index, constant.index + constant[0].length);
    signals.report('xpath.function', constant.index, constant.index + constant[0].length);
  }
  for (let at = nextQuote(folded, 0); at >= 0; at = nextQuote(folded, at + 1)) {
    let next = skipSpace(folded, at + 1);
    let mark = folded.charCodeAt(next);
    while (mark === 0x29 || mark === 0x5d) {
      next = skipSpace(folded, next + 1);
      mark = folded.charCodeAt(next);
    }
    // A path, `or`, `and` or a union: nothing else goes on with an expression.
    if (mark !== 0x2f && mark !== 0x6f && mark !== 0x61 && mark !== 0x7c) continue;
    if (folded[next] === '/' && folded[next - 1] === ']' && /^\/(?:\.\.|\*|\w|@)/.test(folded.slice(next, next + 4))) {
      broken = true;
      signals.report('xpath.break', at, next + 2);
      signals.report('xpath.axis', at, next + 2);
    }
    const joined = folded.startsWith('or ', next) || folded.startsWith('and ', next);
    const union =
      folded[next] === '|' && (folded[skipSpace(folded, next + 1)] === '/' || folded[skipSpace(folded, next + 1)] === '*');
    if (union) signals.report('xpath.axis', at, next + 2);
    if ((joined && functionAt(folded, skipSpace(folded, next + (folded[next] === 'o' ? 3 : 4)))) || union) {
      broken = true;
      signals.report('xpath.break', at, Math.min(folded.length, next + 16));
    }
  }
  const firsts = named ? firstsOf(folded) : noFirsts;
  for (const name of firsts.size > 0 ? functions : []) {
    const at = firsts.get(name);
    if (at === undefined || isWordCode(folded.charCodeAt(at - 1)) || folded[at - 1] === '-') continue;
    const inner = skipSpace(folded, at + name.length);
    const path =
      folded.startsWith('//', inner) ||
      folded.startsWith('/*', inner) ||
      folded.startsWith('/@', inner) ||
      axes.some((axis) => folded.startsWith(axis, inner));
    if (path || broken) signals.report('xpath.function', at, inner + 2);
    if (path) signals.report('xpath.axis', at, inner + 2);
    if (
      name.startsWith('doc') &&
      (folded[inner] === '"' || folded[inner] === "'" || folded.startsWith('concat(', inner)) &&
      folded.slice(inner, inner + 40).includes('://')
    ) {
      signals.report('xpath.function', at, inner);
      signals.report('xpath.document', at, inner);
    }
  }
  for (const axis of firsts.size > 0 ? axes : []) {
    const at = firsts.get(axis);
    if (at === undefined || isWordCode(folded.charCodeAt(at - 1)) || folded[at - 1] === '-') continue;
    const after = folded.charCodeAt(at + axis.length);
    if (folded[at - 1] === '/' || folded.startsWith('node()', at + axis.length) || after === 0x2a) {
      signals.report('xpath.axis', at, at + axis.length);
      if (folded.includes('[') || folded.startsWith('node()', at + axis.length))
        signals.report('xpath.function', at, at + axis.length);
    }
  }
  const query = folded.indexOf('//');
  if (
    query >= 0 &&
    /^\/\/(?:\*|@\*|[\w-]{1,40})(?:\[|\/(?:text|node)\(\)|\/\*)/.test(folded.slice(query, query + 60)) &&
    folded[query - 1] !== ':'
  ) {
    signals.report('xpath.axis', query, query + 2);
    if (
      folded.includes('text()') ||
      folded.includes('node()') ||
      folded.includes('position()') ||
      folded.includes('[@') ||
      folded.includes('contains(') ||
      folded.includes('starts-with(') ||
      folded.includes('[1]') ||
      folded.includes('=')
    )
      signals.report('xpath.function', query, query + 2);
  }
}

function functionAt(folded: string, at: number): boolean {
  return functions.some((name) => folded.startsWith(name, at));
}
