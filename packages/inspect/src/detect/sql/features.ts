import type { FeatureFacts } from '../model.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'sqli', weight, zh, en });

/** What the SQL detector reports. */
export const sqlFeatures = {
  'sql.union_select': fact(4.5, '值中拼接了 UNION SELECT 查询。', 'The value adds a UNION SELECT query.'),
  'sql.union_in_statement': fact(1, '完整的 SQL 语句中有 UNION。', 'A whole SQL statement contains a UNION.'),
  'sql.union_fragment': fact(2.5, '值中有残缺的 UNION SELECT。', 'The value contains a fragment of UNION SELECT.'),
  'sql.tautology': fact(
    4.2,
    '用逻辑运算接上了恒定的比较，如 OR 1=1。',
    'A logical operator is followed by a comparison of constants, such as OR 1=1.',
  ),
  'sql.tautology_inside': fact(
    2,
    '文字中出现恒定的比较，如 OR 1=1。',
    'A comparison of constants, such as OR 1=1, stands in prose.',
  ),
  'sql.condition': fact(4, '引号之后接上了条件。', 'A condition follows a quote that closes the value.'),
  'sql.logical_operand': fact(
    3,
    '引号之后接上了逻辑运算。',
    'A logical operator and an operand follow a quote that closes the value.',
  ),
  'sql.logical_number': fact(1, '数字之后接上了逻辑运算。', 'A logical operator follows a number.'),
  'sql.logical_call': fact(4, '条件中调用了函数或子查询。', 'A condition calls a function or a subquery.'),
  'sql.quoted_operator': {
    ...fact(
      4,
      '两个词之间是带引号的运算符，会跳出字符串再回来。',
      'A quoted operator between two words leaves a string and enters it again.',
    ),
    last: true,
  },
  'sql.quote_probe': fact(
    4,
    '短值中单双引号都不成对，像是在试探。',
    'Both kinds of quote stand unpaired in a short value, as a probe does.',
  ),
  'sql.hidden_quote': fact(4, '词之后有一个多次编码的引号。', 'A word is followed by a quote that was encoded more than once.'),
  'sql.hidden_word': fact(
    4.2,
    '关键字里又嵌着同一个关键字，用来躲过删词的过滤。',
    'A keyword stands within itself, to pass filters that delete it.',
  ),
  'sql.proof': { ...fact(4, '整个值只为证明语句会被执行。', 'The whole value only proves that a statement runs.'), whole: true },
  'sql.breakout_comment': fact(4, '引号之后以注释截断了语句。', 'A comment cuts the statement off after a quote.'),
  'sql.breakout_comment_inner': fact(1, '引号之后有注释符号。', 'A comment sign follows a quote.'),
  'sql.breakout_operator': fact(4, '引号之后接上了运算。', 'An operator and an operand follow a quote that closes the value.'),
  'sql.breakout_sign': fact(1.5, '引号之后接上了加减号。', 'A plus or minus follows a quote.'),
  'sql.order_probe': fact(4, '以 ORDER BY 或 GROUP BY 试探列数。', 'ORDER BY or GROUP BY probes for columns.'),
  'sql.stacked': fact(4.3, '分号之后拼接了另一条语句。', 'Another statement is stacked after a semicolon.'),
  'sql.breakout_statement': fact(4.2, '引号之后拼接了 SQL 语句。', 'A statement follows a quote that closes the value.'),
  'sql.statement': { ...fact(4.2, '整个值就是一条 SQL 语句。', 'The whole value is a SQL statement.'), whole: true },
  'sql.plain_query': fact(
    1.5,
    '整个值是一条普通查询，像是写给人看的。',
    'The whole value is an ordinary query, as people show one.',
  ),
  'sql.time_function': fact(3.2, '调用了使数据库等待的函数。', 'A function that makes the database wait is called.'),
  'sql.time_context': fact(1.2, '等待函数被用在运算或比较里。', 'A function that waits stands in a computation or comparison.'),
  'sql.time_only': {
    ...fact(1.2, '整个值就是一次等待。', 'The whole value is a call that waits.'),
    last: true,
  },
  'sql.nested_functions': fact(2.4, '数据库函数层层嵌套。', 'Functions of databases are nested.'),
  'sql.delay': fact(4.5, '用 WAITFOR 使数据库等待。', 'WAITFOR makes the database wait.'),
  'sql.error_function': fact(2.8, '调用了借报错带出数据的函数。', 'A function that leaks data through errors is called.'),
  'sql.blind_function': {
    ...fact(0.8, '调用了逐字猜测数据的函数。', 'A function that serves to guess data bit by bit is called.'),
    bare: true,
  },
  'sql.whole_call': fact(2, '整个值就是一次数据库函数调用。', 'The whole value is the call of a function of databases.'),
  'sql.info_function': fact(
    1.2,
    '查询了数据库的版本、用户等信息。',
    'Facts about the database, such as its version or user, are read.',
  ),
  'sql.gather_function': { ...fact(0.6, '调用了拼接数据的函数。', 'A function that gathers data is called.'), bare: true },
  'sql.file_function': fact(
    2.8,
    '调用了读写服务器文件的函数。',
    'A function that reads or writes files of the server is called.',
  ),
  'sql.outfile': fact(1.8, '查询结果被写入服务器文件。', 'The result of a query is written to a file of the server.'),
  'sql.catalog': fact(1.8, '查询了数据库的系统表。', 'System tables of the database are read.'),
  'sql.system_variable': fact(1.5, '读取了数据库的系统变量。', 'System variables of the database are read.'),
  'sql.extended_procedure': fact(
    4.2,
    '调用了可执行系统命令的存储过程。',
    'A stored procedure that can run system commands is called.',
  ),
  'sql.char_chain': fact(2.6, '用字符编码拼出文本。', 'Text is put together from character codes.'),
  'sql.hex_literal': fact(0.8, '含有十六进制字面量。', 'There is a hexadecimal literal.'),
  'sql.comment_obfuscation': fact(2.2, '用注释代替关键字之间的空格。', 'Comments stand where spaces between keywords would.'),
  'sql.version_comment': fact(3, '关键字藏在 MySQL 的版本注释里。', 'Keywords hide in a version comment of MySQL.'),
  'sql.case_constant': fact(4, 'CASE WHEN 或 IF 判断了恒定的比较。', 'CASE WHEN or IF decides on a comparison of constants.'),
  'sql.subselect': fact(2.4, '值中嵌入了子查询。', 'The value contains a subquery.'),
  'sql.computed_subselect': fact(1.8, '值与子查询做了运算。', 'The value is computed with a subquery.'),
  'sql.procedure_analyse': fact(4.2, '使用了 PROCEDURE ANALYSE。', 'PROCEDURE ANALYSE is used.'),
  'sql.null_list': fact(1.8, '用一串 NULL 试探列数。', 'A list of NULLs probes for columns.'),
  'sql.where_constant': fact(1.4, 'WHERE 之后是恒定的比较。', 'WHERE is followed by a comparison of constants.'),
  'sql.closed_value': {
    ...fact(4, '整个值是一个表达式，并以注释截断其后的语句。', 'The whole value is an expression that ends in a comment.'),
    last: true,
  },
  'sql.closed_condition': fact(4, '含有 SQL 关键字的表达式以注释截断。', 'An expression with words of SQL ends in a comment.'),
  'sql.asks_server': {
    ...fact(
      4,
      '整个值就是询问数据库自身信息的变量或函数。',
      'The whole value asks the database about itself, by variable or function.',
    ),
    whole: true,
  },
  'sql.closed_expression': fact(
    1.2,
    '运算之后以注释截断，或停在未闭合的引号里。',
    'The expression ends in a comment or an open quote.',
  ),
} as const satisfies Readonly<Record<string, FeatureFacts>>;
