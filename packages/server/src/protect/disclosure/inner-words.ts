import type { InnerKind } from '@menshen/contract';

/**
 * Phrases that only a fault or a mistake brings into an answer, as they stand (case matters: these are the words of the programs). In JSON a line
 * feed is written `\n`, so both spellings are there.
 */
const phrases: Readonly<Record<InnerKind, readonly string[]>> = {
  stack_trace: [
    'Traceback (most recent call last)',
    '\n    at ',
    '\\n    at ',
    '\n\tat ',
    '\\n\\tat ',
    'goroutine 1 [running]',
    'Stack trace:\n#0',
    'Stack trace:\\n#0',
    'Whoops\\Exception',
    'System.NullReferenceException',
    'Werkzeug Debugger',
  ],
  sql_error: [
    'You have an error in your SQL syntax',
    'SQLSTATE[',
    'ORA-00933',
    'ORA-00936',
    'ORA-01756',
    'ER_PARSE_ERROR',
    'ER_BAD_FIELD_ERROR',
    'ER_NO_SUCH_TABLE',
    'Unclosed quotation mark after the character string',
    'unterminated quoted string at or near',
    'SQLITE_ERROR',
    'org.hibernate.exception',
    'java.sql.SQL',
    'com.mysql.jdbc',
    'com.mysql.cj.jdbc',
    'PG::SyntaxError',
    'psycopg2.errors',
    'Microsoft OLE DB Provider for SQL Server',
    'Warning: mysqli_',
    'Warning: pg_query',
  ],
  secret: [
    'PRIVATE KEY-----',
    '"session_key":"',
    '"sessionKey":"',
    '"app_secret":"',
    '"appSecret":"',
    '"AppSecret":"',
    '"secretKey":"',
    '"SecretKey":"',
    '"accessKeySecret":"',
    '"AccessKeySecret":"',
    '"aws_secret_access_key":"',
  ],
};

const all = (Object.keys(phrases) as InnerKind[]).flatMap((kind) => phrases[kind].map((phrase) => ({ kind, phrase })));

const none: ReadonlySet<InnerKind> = new Set();
/** All phrases at once: for a short text one look costs less than a search for each. None of their characters but these means anything in a pattern. */
const any = new RegExp(all.map(({ phrase }) => phrase.replace(/[\\[\](){}.*+?^$|]/g, '\\$&')).join('|'));
const shortText = 4_096;

/** The kinds that occur in a text. Linear: the engine's own search for each phrase. */
export function findInnerWords(text: string): ReadonlySet<InnerKind> {
  if (text.length <= shortText && !any.test(text)) return none;
  const found = new Set<InnerKind>();
  for (const { kind, phrase } of all) {
    if (!found.has(kind) && text.includes(phrase)) found.add(kind);
  }
  return found;
}
