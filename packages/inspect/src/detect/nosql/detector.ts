import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { foldCase, hasWideScript, holds, isLetter, isSpace, nextQuote, skipSpace, skipWord } from '../text/characters.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'nosqli', weight, zh, en });

const features: Readonly<Record<string, FeatureFacts>> = {
  'nosql.operator_key': fact(
    4.5,
    '字段名是数据库的查询操作符，会改变查询条件',
    "A field's name is a query operator of the database and would change the condition",
  ),
  'nosql.operator_in_name': fact(
    4.5,
    '参数名中嵌入了查询操作符，例如 name[$ne]',
    'A query operator is built into the name of a parameter, as in name[$ne]',
  ),
  'nosql.operator_object': fact(3.2, '值中的对象以查询操作符为键', 'An object in the value has a query operator as its key'),
  'nosql.operator_pair': fact(1.2, '查询操作符带有常见的绕过取值', 'The query operator has a value that bypasses conditions'),
  'nosql.operator_only': fact(1.3, '整个值就是一个查询条件', 'The whole value is a query condition'),
  'nosql.where': fact(2.5, '$where 会在数据库中执行脚本', '$where runs a script in the database'),
  'nosql.script_break': fact(4.2, '引号之后接上数据库脚本语句', 'A quote is followed by statements of the database script'),
  'nosql.tautology': fact(4, '用脚本语法写的恒真条件', 'A condition in script syntax that is always true'),
  'nosql.this_member': fact(2.2, '脚本读取记录的字段（this.字段）', 'A script reads members of the record (this.field)'),
  'nosql.search_script': { ...fact(4, '搜索引擎的脚本查询', 'A script query of a search engine'), last: true },
  'nosql.shell_only': fact(2.2, '整个值就是会改动数据的语句', 'The whole value is a statement that changes data'),
  'nosql.shell': fact(2, '数据库命令行语句', 'Statement of the database shell'),
};

/** `0;return true`: ends the expression of a script and answers in its place. */
const returned = /^[\w'"=]{0,12}\s?[;})]{1,3}\s?\{?\s?return\s?(?:(?:true|1|!0|\(?true\)?)\b|db\.|this\.\w{1,40}\s?[!=<>])/;
/** `;var d=new Date();do{e=new Date();}while(e-d<4000)`: a script that waits by reading the clock. */
const waits = /\bnew\s{1,4}date\b[^{]{0,160}\bdo\s{0,4}\{[^}]{0,120}\bnew\s{1,4}date\b[^}]{0,40}\}\s{0,4}while\s{0,4}\(/;

const longestWait = 600;
const stepsOfMark = 40;
/** What it costs to begin with a text. */
const stepsOfStart = 700;
/** `'});db.people.drop();//`, `}, { pin: /.*\/ }`: the object of a condition is closed, and a statement or another one follows. */
const closesObject =
  /^\s{0,4}['"]?\s{0,2}(?:[})]{1,4}\s{0,2};?\s{0,2}db\.[\w$]{1,60}\.(?:insert|update|remove|drop|find|delete)\w{0,12}\(|\}\s{0,2},\s{0,2}\{\s{0,2}['"]?\w{1,40}['"]?\s{0,2}:\s{0,2}(?:\/|['"]?\s{0,2}\}?\s{0,2}\{?\s{0,2}['"]?\$))/;
/** `x);}, function() {…}, {out: 'y'}); db.things.mapReduce(`: a call of the application is ended, and one on a collection follows. */
const endsCall =
  /^[\w'"]{0,24}\s{0,2}[)}][)};,\s]{1,8}[^\n]{0,200}[;}]\s{0,4}db\.[\w$]{1,60}\.(?:insert|update|remove|drop|find|delete|mapreduce|aggregate)\w{0,12}\s?\(/;
/** What only who keeps a database asks of it. */
const administration =
  /^db\.(?:admincommand|runcommand|getcollectionnames|getcollectioninfos|getusers|getsiblingdb|version|eval|dropdatabase|shutdownserver|serverstatus|createuser|hostinfo|currentop|listcommands)\s?\(/;
/** `EVAL "redis.call(…)" 0`, `CONFIG SET dir /var/www`, `SLAVEOF host 6379`: commands of Redis that run code or write files. */
const redisCall =
  /^['"\s]{0,4}(?:eval|script load)\s{1,4}["'].{0,80}redis\.p?call\(|(?:^|[\r\n]|\\n|\\r|%0a)\s{0,2}(?:config set (?:dir|dbfilename|rootpass)\s|(?:slaveof|replicaof)\s[\w.-]{1,80}\s\d{1,5}|module load \/)/;

/** Commands of Redis that empty it, stop it or change its master, and nothing else. */
const emptiesRedis = /^\s{0,4}(?:flushall|flushdb|debug segfault|shutdown nosave|slaveof no one)(?: async)?\s{0,4}$/;

/** Operators that write, which conditions have no place for. */
const updates = new Set([
  'set',
  'unset',
  'inc',
  'rename',
  'push',
  'pull',
  'addtoset',
  'currentdate',
  'setoninsert',
  'mul',
  'pop',
  'pullall',
]);

const operators = new Set(
  (
    'ne eq gt gte lt lte in nin and or nor not exists type expr jsonschema mod regex text where geointersects geowithin near nearsphere all elemmatch size comment rand ' +
    'currentdate setoninsert mul pop pullall addfields unwind facet graphlookup replaceroot collstats indexstats currentop slice ' +
    'function func accumulator set unset inc rename push pull addtoset lookup merge out match group project unionwith script'
  ).split(' '),
);

/** Finds query operators and scripts for MongoDB, CouchDB and Elasticsearch. */
export const nosqlDetector: Detector = {
  name: 'nosql',
  literals: [
    '$',
    '||',
    '&&',
    "';",
    '";',
    "'}",
    "' }",
    '"}',
    '" }',
    'this.',
    'db.',
    '"script"',
    'painless',
    '_search',
    'return ',
    'new date',
    '&exists',
    '})',
    '},{',
    '}, {',
    'redis.call(',
    'redis.pcall(',
    'config set ',
    'slaveof ',
    'flushall',
    'flushdb',
    'debug segfault',
    'shutdown nosave',
    'replicaof ',
    'module load ',
  ],
  features,
  detect(subject: Subject, signals: Signals): void {
    const { text, place } = subject;
    if (!signals.spend(stepsOfStart + text.length * 2)) return;
    if (place === 'path' || place === 'header') return;
    const folded = foldCase(text);
    if (place === 'key') {
      // A member of JSON inside a text is shown more often than sent.
      if (subject.layers === 0 || !updates.has(folded.slice(1))) readKey(folded, signals);
      return;
    }
    readOperators(folded, signals);
    readBreak(folded, signals);
    readTautology(folded, signals);
    const script = folded.indexOf('"script"');
    if (
      script >= 0 &&
      (folded.includes('"source"') || folded.includes('"inline"') || folded.includes('painless') || folded.includes('groovy'))
    ) {
      signals.report('nosql.search_script', script, script + 8);
    }
    const shell = folded.indexOf('db.');
    if (shell >= 0 && /^db\.[\w$]{1,60}\.(?:find|insert|update|remove|drop|aggregate)/.test(folded.slice(shell, shell + 90))) {
      signals.report('nosql.shell', shell, shell + 3);
      // A call that writes, and nothing else.
      if (
        shell < 4 &&
        /^['"; ]{0,4}db\.[\w$]{1,60}\.(?:insert|update|remove|drop)\w{0,12}\([^)]{0,200}\);?(?:\s?return\s?\w{1,8};?)?$/.test(
          folded.trim(),
        )
      )
        signals.report('nosql.shell_only', shell, folded.length);
    }
    if (shell >= 0 && folded.slice(shell, shell + longestWait).includes('.mapreduce(function'))
      signals.report('nosql.shell_only', shell, shell + 3);
    const closed = folded.length <= longestWait ? (closesObject.exec(folded) ?? endsCall.exec(folded)) : null;
    if (closed !== null) signals.report('nosql.script_break', 0, closed[0].length);
    const administers = shell >= 0 ? administration.exec(folded.slice(shell, shell + 60)) : null;
    if (administers !== null && !holds(folded.trimEnd(), '\n')) {
      signals.report('nosql.shell', shell, shell + administers[0].length);
      if (shell < 4) signals.report('nosql.shell_only', shell, shell + administers[0].length);
    }
    const redis = folded.length <= longestWait && !hasWideScript(folded) ? folded.search(redisCall) : -1;
    if (redis >= 0) signals.report('nosql.search_script', redis, redis + 10);
    if (folded.length <= 40 && emptiesRedis.test(folded)) signals.report('nosql.search_script', 0, folded.length);
    const ending = returned.exec(folded.slice(0, 60));
    if (ending !== null) signals.report('nosql.script_break', 0, ending[0].length);
    const wait = folded.length <= longestWait && folded.includes('while') ? folded.search(waits) : -1;
    if (wait >= 0 && !holds(folded.trimEnd(), '\n')) signals.report('nosql.script_break', wait, wait + 20);
  },
};

function operatorEnd(folded: string, dollar: number): number {
  const end = skipWord(folded, dollar + 1);
  return end > dollar + 2 - 1 && operators.has(folded.slice(dollar + 1, end)) ? end : -1;
}

function readKey(folded: string, signals: Signals): void {
  if (folded.charCodeAt(0) === 0x24) {
    const end = operatorEnd(folded, 0);
    if (end === folded.length) signals.report('nosql.operator_key', 0, end);
  }
  for (let at = folded.indexOf('$'); at >= 0; at = folded.indexOf('$', at + 1)) {
    const end = operatorEnd(folded, at);
    const before = folded.charCodeAt(at - 1);
    if (end > 0 && ((before === 0x5b && folded.charCodeAt(end) === 0x5d) || (before === 0x2e && end === folded.length))) {
      signals.report('nosql.operator_in_name', at, end);
    }
  }
  readOperators(folded, signals);
}

/** Operators in values: `{"$gt": ""}`, `{$ne: null}`, `a[$ne]=1`. */
function readOperators(folded: string, signals: Signals): void {
  // Several lines: a query that somebody shows, not sends.
  const gap = holds(folded, '\n');
  for (let at = folded.indexOf('$'); at >= 0; at = folded.indexOf('$', at + 1)) {
    if (!signals.spend(stepsOfMark)) return;
    const end = operatorEnd(folded, at);
    if (end < 0) continue;
    let before = at - 1;
    let after = end;
    const quote = folded.charCodeAt(before);
    const quoted = (quote === 0x22 || quote === 0x27) && folded.charCodeAt(after) === quote;
    if (quoted) {
      before -= 1;
      after += 1;
    }
    while (before >= 0 && isSpace(folded.charCodeAt(before))) before -= 1;
    after = skipSpace(folded, after);
    const opener = folded.charCodeAt(before);
    if (opener === 0x5b && folded.charCodeAt(after) === 0x5d && isAssigned(folded, after + 1)) {
      signals.report('nosql.operator_in_name', before, after + 1);
    } else if (folded.charCodeAt(after) === 0x3a && (opener === 0x7b || opener === 0x2c || before < 0)) {
      signals.report('nosql.operator_object', at, after + 1);
      if (folded.slice(at, end) === '$where') signals.report('nosql.where', at, end);
      const value = skipSpace(folded, after + 1);
      if (!gap && isBypass(folded, value)) signals.report('nosql.operator_pair', value, Math.min(folded.length, value + 8));
      const start = skipSpace(folded, 0);
      if (updates.has(folded.slice(at + 1, end))) {
        // A whole update: `{"$set": {"role": "admin"}}`.
        const first = skipSpace(folded, start + 1);
        if (!gap && folded.charCodeAt(start) === 0x7b && (first === at || first === at - 1) && folded.trimEnd().endsWith('}'))
          signals.report('nosql.operator_only', 0, after);
        continue;
      }
      if (opener === 0x2c ? before < 40 : folded.charCodeAt(start) === 0x7b && !gap)
        signals.report('nosql.operator_only', 0, after);
    }
  }
  const mistyped = folded.indexOf('{"&exists"');
  if (mistyped >= 0) signals.report('nosql.operator_key', mistyped, mistyped + 10);
}

/** `=`, or further brackets and then `=`. */
function isAssigned(folded: string, from: number): boolean {
  return /^\s{0,4}(?:\[[\w$]{0,24}\]){0,3}\s{0,4}=/.test(folded.slice(from, from + 90));
}

const bypassing = [
  '""',
  "''",
  'null',
  'undefined',
  'true',
  'false',
  '-1',
  '0',
  '1',
  '"^',
  "'^",
  '".',
  "'.",
  '/^',
  '/.',
  '["',
  "['",
  '"nothing',
  '[]',
  '{}',
];

function isBypass(folded: string, at: number): boolean {
  return bypassing.some((value) => folded.startsWith(value, at));
}

const statements = [
  'return',
  'sleep(',
  'var ',
  'while(',
  'while (',
  'this.',
  'db.',
  'if(',
  'if (',
  'throw ',
  'let ',
  'it=new date',
  'do{',
  'do {',
  'for(',
  'd=new date',
  'emit(',
];

/** `'; return true; var x='`, `' && this.password…`, `'}, $comment: '`: leaves a string of a script. */
function readBreak(folded: string, signals: Signals): void {
  let single = false;
  let double = false;
  for (let at = nextQuote(folded, 0); at >= 0; at = nextQuote(folded, at + 1)) {
    const code = folded.charCodeAt(at);
    const opens = code === 0x27 ? single : double;
    if (code === 0x27) single = !single;
    else double = !double;
    // A quote that closes one of the text's own leaves nothing.
    if (opens) continue;
    if (!signals.spend(stepsOfMark)) return;
    let next = skipSpace(folded, at + 1);
    let marks = 0;
    let logical = false;
    let semicolon = false;
    while (next < folded.length && marks < 8) {
      const mark = folded.charCodeAt(next);
      if (mark === 0x26 || mark === 0x7c) logical = true;
      else if (mark === 0x3b) semicolon = true;
      else if (mark !== 0x7d && mark !== 0x5d && mark !== 0x29 && mark !== 0x2c) break;
      marks += 1;
      next = skipSpace(folded, next + 1);
    }
    if (marks === 0) continue;
    // What follows begins a statement or an operator, or is nothing.
    const first = folded.charCodeAt(next);
    if (first !== 0x24 && !isLetter(first)) {
      at = next - 1;
      continue;
    }
    // Statements on lines of their own: a program.
    if (folded.slice(at, next).includes('\n')) continue;
    if ((semicolon || logical) && statements.some((word) => folded.startsWith(word, next))) {
      const called =
        /new date|while\s?\(|return\s/.test(folded.slice(next, next + 80)) ||
        folded.startsWith('this.', next) ||
        folded.startsWith('return', next) ||
        folded.startsWith('sleep(', next);
      if (called || folded.indexOf(folded[at]!, next) > 0)
        signals.report('nosql.script_break', at, Math.min(folded.length, next + 12));
    } else if (folded.charCodeAt(next) === 0x24 && operatorEnd(folded, next) > 0 && marks > 0)
      signals.report('nosql.script_break', at, operatorEnd(folded, next));
    at = next - 1;
  }
  const member = folded.indexOf('this.');
  if (member >= 0 && /^this\.\w{1,60}(?:\.match\(|\s{0,4}(?:==|!=|>|<))/.test(folded.slice(member, member + 90)))
    signals.report('nosql.this_member', member, member + 5);
}

/** `|| 1==1`, `' || 'a'=='a`: with the script's own equality sign, which SQL has not. */
function readTautology(folded: string, signals: Signals): void {
  for (let at = folded.indexOf('=='); at >= 0; at = folded.indexOf('==', at + 2)) {
    if (!signals.spend(stepsOfMark)) return;
    const right = skipSpace(folded, folded.charCodeAt(at + 2) === 0x3d ? at + 3 : at + 2);
    let left = at - 1;
    while (left >= 0 && isSpace(folded.charCodeAt(left))) left -= 1;
    const start = operandStart(folded, left);
    if (start < 0 || start > left) continue;
    const operand = folded.slice(start, left + 1);
    if (operand.length > 40 || !folded.startsWith(operand.replace(/['"]/g, ''), skipQuote(folded, right))) continue;
    let before = start - 1;
    while (before >= 0 && isSpace(folded.charCodeAt(before))) before -= 1;
    const joined =
      (folded[before] === '|' && folded[before - 1] === '|') || (folded[before] === '&' && folded[before - 1] === '&');
    if (joined && before < 60) signals.report('nosql.tautology', before - 1, right + operand.length);
  }
}

function operandStart(folded: string, end: number): number {
  let start = end;
  while (start >= 0 && end - start < 40) {
    const code = folded.charCodeAt(start);
    if (!(isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x27 || code === 0x22)) break;
    start -= 1;
  }
  return start + 1;
}

function skipQuote(folded: string, at: number): number {
  return folded[at] === "'" || folded[at] === '"' ? at + 1 : at;
}
