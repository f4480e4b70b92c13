import { isDigit, isLetter, isSpace, isWordCode, skipSpace } from '../text/characters.ts';

/** What an expression between a template's marks is. */
export type ExpressionKind =
  /** A name, a path of members, a placeholder. */
  | 'name'
  /** A computation of numbers only, as probes send. */
  | 'arithmetic'
  /** A call, a filter, an index or a literal. */
  | 'call'
  /** A call or an index without any text in it. */
  | 'plain_call'
  /** Reaches for the machine behind the template. */
  | 'dangerous'
  /** Names an object of the template engine itself. */
  | 'engine'
  /** Names a scope of an expression language, such as `sessionScope`. */
  | 'scope'
  | 'other';

/** Names that lead out of a template, whole identifiers in small letters. */
const dangerous = new Set(
  (
    '__class__ __globals__ __init__ __mro__ __base__ __bases__ __subclasses__ __builtins__ __import__ __getitem__ __dict__ __getattribute__ getclass getclassloader getprotectiondomain getresource getdeclaredmethod forname getruntime exec system popen ' +
    'passthru shell_exec proc_open processbuilder runtime scriptenginemanager newinstance getdeclaredconstructors getdeclaredmethods getmethods getconstructor getmethod classloader loadclass subprocess check_output ' +
    'spawnsync execsync spawn child_process mainmodule require_once file_put_contents file_get_contents file_excerpt readfile phpinfo registerundefinedfiltercallback getfilter ' +
    'getengine getenginebyname get_user_file from_pyfile getenv readallbytes gettext gettemplatename createnewfile setattribute setaccessible invoke constructor __proto__ _templatereference__context __init_subclass__ ' +
    'func_globals im_func mro subclasses globals builtins cmd execute defineclass parseclass groovyclassloader asttest memberaccess opensymphony getinputstream waitfor tochars ' +
    'ognlcontext ognl evaluate eval assert call_user_func array_map file_exists include_once call_user_func_array create_function md5_file fopen open3 popen3 ' +
    'settimeout setinterval fromcharcode unescape instance_eval const_get send kernel objectspace'
  ).split(' '),
);

const engineObjects = new Set(
  'self this config request lipsum cycler joiner namespace _self _context app settings session application url_for get_flashed_messages g dump debug _page_ pagecontext root'.split(
    ' ',
  ),
);
const engineRoots = new Set(
  'config request lipsum cycler joiner namespace _self _context url_for get_flashed_messages self'.split(' '),
);

const requestParts = new Set(['args', 'headers', 'environ', 'cookies', 'form', 'application', 'meta', 'files', 'data', 'values']);
const handlerParts = new Set(['application', 'settings', 'request']);
const scopes = new Set([
  'pagecontext',
  'applicationscope',
  'sessionscope',
  'requestscope',
  'initparam',
  'facescontext',
  'pagescope',
]);

/** Functions that templates call to show a value as a person writes it. */
const displays =
  /^(?:format|fmt|to|get|is|t|\$t|i18n|date|moment|parse|number|string|math|json|object|array|filter|trim|upper|lower|money|price|show|render|name|text|label|title|count|len|length|join|map|slice|index|row|item|item\w*|user\w*|\$\w+)/;

/** Looks at what stands between a template's marks; `folded` in small letters. */
export function readExpression(folded: string, from: number, to: number): ExpressionKind {
  let at = skipSpace(folded, from);
  let end = to;
  while (end > at && isSpace(folded.charCodeAt(end - 1))) end -= 1;
  if (at >= end) return 'other';
  let names = 0;
  let numbers = 0;
  let operators = 0;
  let calls = false;
  let strings = 0;
  let filters = false;
  let brackets = false;
  /** 1: commas, 2: braces. */
  let listed = 0;
  let risk = false;
  let first = '';
  let second = '';
  let secondAt = -1;
  let quoteEnd = -1;
  const start = folded[at] === '$' ? at + 1 : at;
  const translated = folded.startsWith('$t(', at) || folded.startsWith('t(', at);
  while (at < end) {
    const code = folded.charCodeAt(at);
    if (isLetter(code) || code === 0x5f) {
      const begin = at;
      while (at < end && isWordCode(folded.charCodeAt(at))) at += 1;
      const name = folded.slice(begin, at);
      if (begin === start) {
        first = name;
        secondAt = folded[at] === '.' ? at + 1 : -1;
      }
      if (begin >= quoteEnd) names += 1;
      if (begin === secondAt) second = name;
      if (
        dangerous.has(name) &&
        !(
          name === 'cmd' ||
          name === 'send' ||
          name === 'execute' ||
          name === 'runtime' ||
          name === 'system' ||
          name === 'gettext' ||
          name === 'evaluate' ||
          name === 'globals'
        )
      )
        risk = true;
      else if (
        dangerous.has(name) &&
        // `_.getText(x)`: a program's own.
        !(name === 'gettext' && folded[begin - 1] === '.') &&
        (folded[at] === '(' || folded[at] === "'" || folded[at] === '"' || folded[begin - 1] === "'" || folded[begin - 1] === '"')
      )
        risk = true;
    } else if (isDigit(code)) {
      while (at < end && (isDigit(folded.charCodeAt(at)) || folded[at] === '.')) at += 1;
      numbers += 1;
    } else if (code === 0x22 || code === 0x27) {
      strings += 1;
      const close = closingQuote(folded, at, end);
      const inner = close < 0 || close >= end ? '' : folded.slice(at + 1, close);
      if (inner !== '' && at >= quoteEnd) quoteEnd = close;
      if (dangerous.has(inner)) risk = true;
      // Strings are looked through as well: what matters is often inside.
      at += 1;
    } else {
      if (code === 0x28) calls = true;
      else if (code === 0x5b) {
        const behind = endOfNumber(folded, at, end);
        // `rows[0].name`: the place of a row is a member like another.
        if (behind < 0) brackets = true;
        else at = behind - 1;
      } else if (code === 0x7c && folded[at + 1] === '|') at += 1;
      else if (code === 0x7c) filters = true;
      else if (code === 0x2c || code === 0x7b || code === 0x7d) listed |= code === 0x2c ? 1 : 2;
      else if (code === 0x2a || code === 0x2b || code === 0x2d || code === 0x2f || code === 0x25) operators += 1;
      at += 1;
    }
  }
  if (risk) return 'dangerous';
  // `{{1, 0}, {-1, 0}}`: rows of a table in a program.
  if (listed === 3 && names === 0 && strings === 0) return 'other';
  if (numbers >= 2 && operators >= 1 && names === 0 && strings <= 2) return 'arithmetic';
  if (numbers >= 1 && operators >= 1 && strings >= 1 && names === 0) return 'arithmetic';
  if (engineObjects.has(first) && names === 1 && !calls) return 'engine';
  if (first === 'request' && requestParts.has(second) && !calls) return 'engine';
  // What Tornado gives every template.
  if (first === 'handler' && handlerParts.has(second) && !calls) return 'engine';
  if (scopes.has(first)) return calls ? 'dangerous' : 'scope';
  if (engineRoots.has(first) && (calls || brackets || (names > 1 && first !== 'request'))) return 'dangerous';
  if (names > 0 && !calls && !brackets && strings === 0) return 'name';
  if (calls && (translated || (strings === 0 && displays.test(first)))) return 'name';
  if (strings === 0 && (calls || brackets) && !filters) return 'plain_call';
  if (calls || brackets || (filters && strings > 0)) return 'call';
  return 'other';
}

/** Behind `[0]` that follows a name; -1 where something else is indexed. */
function endOfNumber(folded: string, at: number, end: number): number {
  if (at === 0 || !isWordCode(folded.charCodeAt(at - 1))) return -1;
  let to = at + 1;
  while (to < end && to < at + 6 && isDigit(folded.charCodeAt(to))) to += 1;
  return to > at + 1 && folded[to] === ']' ? to + 1 : -1;
}

function closingQuote(folded: string, open: number, end: number): number {
  const quote = folded.charCodeAt(open);
  for (let at = open + 1; at < end; at += 1) if (folded.charCodeAt(at) === quote) return at;
  return -1;
}
