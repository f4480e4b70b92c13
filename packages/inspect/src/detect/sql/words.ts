import { isLetter } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';

/** What a word means in SQL, across MySQL, PostgreSQL, SQL Server, Oracle and SQLite. */
export const wordKinds = {
  logical: 1,
  /** Compares or computes between two operands. */
  operator: 2,
  /** Stands before an operand. */
  prefix: 3,
  /** Is an operand: `NULL`, `TRUE`. */
  constant: 4,
  union: 5,
  select: 6,
  /** Begins a statement other than SELECT. */
  statement: 7,
  from: 8,
  where: 9,
  /** ORDER, GROUP: with BY. */
  ordering: 10,
  by: 11,
  having: 12,
  /** DISTINCT, ALL, TOP. */
  quantifier: 13,
  into: 14,
  not: 15,
  /** CASE, WHEN, THEN, ELSE, END. */
  branch: 16,
  limit: 17,
  procedure: 18,
  /** Any other word of the language: no name, but no operand either. */
  other: 19,
} as const;

const byKind: Readonly<Record<keyof typeof wordKinds, string>> = {
  logical: 'or and xor',
  operator: 'like rlike regexp ilike glob is in between div mod similar sounds match escape collate',
  prefix: 'binary exists any some interval',
  constant:
    'null true false unknown current_date current_time current_timestamp localtime localtimestamp sysdate current_user session_user system_user',
  union: 'union intersect except minus',
  select: 'select',
  statement:
    'insert update delete drop exec execute declare waitfor shutdown create alter truncate merge grant revoke call backup replace handler load attach copy while if begin set goto dbcc kill reconfigure print bulk do rename restore explain show use lock analyze vacuum',
  from: 'from',
  where: 'where',
  ordering: 'order group',
  by: 'by',
  having: 'having',
  quantifier: 'distinct all top distinctrow sql_no_cache',
  into: 'into',
  not: 'not',
  branch: 'case when then else end',
  limit: 'limit offset fetch rownum',
  procedure: 'procedure',
  other: 'as on join left inner outer cross natural using values table database delay time desc asc for with',
};

export const sqlWords: ReadonlyMap<string, number> = new Map(
  Object.entries(byKind).flatMap(([kind, words]) =>
    words.split(' ').map((word) => [word, wordKinds[kind as keyof typeof wordKinds]]),
  ),
);

/** By first and last character, a bit for each length, up to 31, that one of some names has. */
function lengthsByEnds(names: Iterable<string>): Uint32Array {
  const lengths = new Uint32Array(endsMask + 1);
  for (const name of names) {
    const ends = endsOf(name.charCodeAt(0), name.charCodeAt(name.length - 1));
    lengths[ends] = (lengths[ends] as number) | (1 << Math.min(name.length, 31));
  }
  return lengths;
}

const endsMask = 1_023;
const endsOf = (first: number, last: number): number => ((first & 31) << 5) | (last & 31);
const wordLengths = lengthsByEnds(sqlWords.keys());

/**
 * Whether a word of SQL may have these first and last characters, in small letters, and length, below 32: most names have not, and need not be cut out
 * of a text to be told.
 */
export function mayBeSqlWord(first: number, last: number, length: number): boolean {
  return ((wordLengths[endsOf(first, last)] as number) & (1 << length)) !== 0;
}

/** What a function or name gives away. */
export const nameFeatures: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'sql.time_function':
      'sleep pg_sleep pg_sleep_for pg_sleep_until benchmark dbms_pipe.receive_message dbms_lock.sleep dbms_session.sleep randomblob zeroblob generate_series user_lock.sleep',
    'sql.error_function':
      'extractvalue updatexml name_const geometrycollection multipoint polygon multipolygon linestring multilinestring gtid_subset gtid_subtract st_latfromgeohash json_keys utl_inaddr.get_host_address utl_inaddr.get_host_name utl_http.request ctxsys.drithsx.sn ordsys.ord_dicom.getmappingxpath dbms_utility.sqlid_to_sqlhash xmltype dbms_xmlgen.getxml httpuritype fn_xe_file_target_read_file fn_get_audit_file query_to_xml database_to_xml row_count exp',
    'sql.blind_function':
      'substring substr mid ascii ord hex unhex left right char chr bin length len char_length instr locate position strcmp compress uncompress ifnull nullif iif elt make_set soundex reverse lpad rpad crc32 nvl decode',
    'sql.info_function':
      'version user database schema current_user current_database system_user session_user user_name db_name host_name suser_name suser_sname current_schema current_setting has_dbaccess is_srvrolemember is_member serverproperty sqlite_version object_id object_name col_name last_insert_id connection_id inet_server_addr pg_read_file pg_ls_dir pg_user lo_import lo_export load_extension',
    'sql.gather_function':
      'concat concat_ws group_concat string_agg wm_concat listagg array_to_string json_arrayagg xmlagg for_xml cast convert count',
    'sql.file_function':
      'load_file pg_read_file pg_read_binary_file lo_import lo_export load_extension openrowset openquery opendatasource utl_file.fopen bfilename readfile writefile',
  }).flatMap(([feature, names]) => names.split(' ').map((name) => [name, feature])),
);

/** Functions that make a constant of constants. */
export const constantFunctions: ReadonlySet<string> = new Set(
  'pi cos sin tan cot acos asin atan abs sqrt floor ceil ceiling power pow sign degrees radians log10 ln greatest least'.split(
    ' ',
  ),
);

/** First part of a dotted name, or a whole name, that no honest client writes into a value. */
export const catalogNames: ReadonlySet<string> = new Set(
  'information_schema sysobjects syscolumns sysdatabases sys.databases sys.tables sys.columns sys.objects sysusers syslogins sysprocesses mysql.user mysql.db mysql.innodb_table_stats pg_catalog pg_shadow pg_user pg_tables pg_class pg_database pg_stat_activity pg_authid sqlite_master sqlite_schema sqlite_temp_master all_tables all_tab_columns all_users all_col_comments user_tables user_tab_columns dba_users dba_tables dba_role_privs user_role_privs session_privs sys.user$ sysibm syscat sysmaster systables sysadm msysobjects msysaccessobjects msysaces tabname v$version v$database v$session v$parameter gv$instance dual'.split(
    ' ',
  ),
);

const catalogLengths = new Uint32Array(128);
for (const name of catalogNames) {
  const first = name.charCodeAt(0);
  catalogLengths[first] = (catalogLengths[first] as number) | (1 << Math.min(name.length, 31));
}

/** Whether a name with this first character, in small letters, and length may be one of {@link catalogNames}: most need not be cut out of a text. */
export function mayBeCatalogName(first: number, length: number): boolean {
  return first < 128 && ((catalogLengths[first] as number) & (1 << Math.min(length, 31))) !== 0;
}

/** First parts of dotted names that are features or of a catalog. */
const firstParts: ReadonlySet<string> = new Set(
  [...catalogNames, ...nameFeatures.keys()].filter((name) => name.includes('.')).map((name) => name.slice(0, name.indexOf('.'))),
);

/** Whether a name within a text in small letters may be the first part of a dotted one that says something: few begin like one. */
export function mayBeFirstPart(folded: string, start: number, length: number): boolean {
  if (folded.startsWith('dbms_', start) || folded.startsWith('utl_', start)) return true;
  if (length > longestFirstPart || !firstLetters.has(folded.charCodeAt(start))) return false;
  return firstParts.has(folded.slice(start, start + length)) || catalogNames.has(folded.slice(start, start + length));
}

const longestFirstPart = Math.max(...[...firstParts, ...catalogNames].map((name) => name.length));
const firstLetters: ReadonlySet<number> = new Set([...firstParts, ...catalogNames].map((name) => name.charCodeAt(0)));

/** Kinds of words that may say something without a call, and those that compare. */
export const tellingKinds: ReadonlySet<number> = new Set([
  wordKinds.logical,
  wordKinds.having,
  wordKinds.where,
  wordKinds.union,
  wordKinds.ordering,
  wordKinds.select,
  wordKinds.statement,
  wordKinds.branch,
  wordKinds.into,
  wordKinds.limit,
  wordKinds.procedure,
  wordKinds.constant,
]);
export const comparingKinds: ReadonlySet<number> = new Set([wordKinds.operator, wordKinds.not]);

const tellingWords = [...sqlWords].filter(([, kind]) => tellingKinds.has(kind) || comparingKinds.has(kind)).map(([word]) => word);
/** Words of this length stand within many others: only by themselves do they say something. */
const shortWord = 3;

/** Those of the words that are short. */
export const shortWords: readonly string[] = tellingWords.filter((word) => word.length <= shortWord);

/** Whether one of {@link shortWords} stands by itself in a text in small letters. */
export function holdsShortWord(folded: string): boolean {
  const units = unitsOf(folded);
  for (let at = 0; at < folded.length; at += 1) {
    const start = at;
    while (isLetter(units[at] as number)) at += 1;
    const length = at - start;
    if (length < 2 || length > shortWord) continue;
    if (!mayBeSqlWord(units[start] as number, units[at - 1] as number, length)) continue;
    const kind = sqlWords.get(folded.slice(start, at)) ?? 0;
    if (tellingKinds.has(kind) || comparingKinds.has(kind)) return true;
  }
  return false;
}

/** What occurs, beside short words, a parenthesis and an at sign, in whatever says something wherever it stands. */
export const tellingLiterals: readonly string[] = [
  ...tellingWords.filter((word) => word.length > shortWord),
  // `desc` and `describe` behind a semicolon.
  'desc',
  ...firstParts,
  ...catalogNames,
  ...['dbms_', 'utl_', 'xp_', 'sp_', '0x', '&&', '||', '--', '/*'],
];

const featureLengths = lengthsByEnds(nameFeatures.keys());
const catalogNameLengths = lengthsByEnds(catalogNames);

/** The feature of a function by name, with or without its package. */
export function functionFeature(dotted: string): string | undefined {
  return mayBeIn(featureLengths, dotted) ? nameFeatures.get(dotted) : undefined;
}

/** Whether a name is that of a catalog. */
export function isCatalogName(name: string): boolean {
  return mayBeIn(catalogNameLengths, name) && catalogNames.has(name);
}

function mayBeIn(lengths: Uint32Array, name: string): boolean {
  const ends = endsOf(name.charCodeAt(0), name.charCodeAt(name.length - 1));
  return ((lengths[ends] as number) & (1 << Math.min(name.length, 31))) !== 0;
}
