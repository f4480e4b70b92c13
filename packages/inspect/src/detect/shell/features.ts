import type { FeatureFacts } from '../model.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'rce', weight, zh, en });

export const features: Readonly<Record<string, FeatureFacts>> = {
  'shell.injected': fact(
    4.5,
    '值的开头或一个短值之后，用分隔符接上了一条系统命令',
    'A separator at the start of the value, or after a short value, is followed by a system command',
  ),
  'shell.injected_name': fact(1.5, '分隔符之后是一个系统命令的名字', 'A separator is followed by the name of a system command'),
  'shell.command_line': fact(1, '换行之后是一条系统命令', 'A line break is followed by a system command'),
  'shell.after_text': fact(
    2,
    '一句话之后用分隔符接上了一条系统命令',
    'A separator after a sentence is followed by a system command',
  ),
  'shell.chain': fact(0.7, '多条命令用分隔符连在一起', 'Commands are joined by separators'),
  'shell.chain_alone': {
    ...fact(
      3.5,
      '整个值就是连在一起的探查命令，或把输出交给 shell',
      'The whole value is a chain of commands that look around, or feeds a shell',
    ),
    whole: true,
  },
  'shell.substitution': fact(4.5, '反引号或 $() 会执行其中的命令', 'Backticks or $() would run the command inside'),
  'shell.substitution_in_text': fact(1.2, '文字中有反引号或 $() 命令', 'The text holds a command in backticks or $()'),
  'shell.alone': {
    ...fact(
      4,
      '整个值就是一条用来探查系统、下载或回连的命令',
      'The whole value is one command that looks around, fetches or calls back',
    ),
    last: true,
  },
  'shell.alone_plain': {
    ...fact(4, '整个值就是一条带参数的系统命令', 'The whole value is one system command with arguments'),
    whole: true,
  },
  'shell.alone_common': { ...fact(3, '整个值就是一条系统命令', 'The whole value is one system command'), whole: true },
  'shell.named': fact(4.2, '名为命令的字段里是一条系统命令', 'A field that is named for a command holds one of the system'),
  'shell.target': fact(1.7, '命令指向账号文件、shell 或别的机器', 'The command names account files, a shell or another machine'),
  'shell.evasion': fact(
    4,
    '命令名用引号、转义、空变量或通配符拆开，以躲避检查',
    'The command is broken up by quotes, escapes, empty variables or wildcards to escape notice',
  ),
  'shell.field_separator': {
    ...fact(3.5, '用 $IFS 代替空格，是躲避检查的写法', '$IFS stands for a space, which is a way to escape notice'),
    bare: true,
  },
  'shell.batch_for': fact(4.2, 'cmd.exe 的 for 循环语句', 'A for statement of cmd.exe'),
  'shell.batch_if': fact(4, 'cmd.exe 的 if 条件语句', 'An if statement of cmd.exe'),
  'shell.injected_option': fact(
    4,
    '值以分隔符开头，后面是带选项的命令',
    'The value begins with a separator, followed by a command with options',
  ),
  'shell.private_target': fact(2.2, '命令读取账号文件或启动 shell', 'The command reads account files or starts a shell'),
  'shell.shellshock': fact(
    4.5,
    '函数定义开头的值，针对 bash 的 Shellshock 漏洞',
    'A value that begins like a function, aimed at the Shellshock fault of bash',
  ),
  'shell.way_back': fact(4, '把 shell 接到网络上的写法（反弹 shell）', 'Connects a shell to the network (a reverse shell)'),
  'shell.computed_output': fact(
    4,
    '用 $(( )) 计算后输出，用来试探命令是否会执行',
    'Prints what $(( )) computes, to see whether commands run',
  ),
  'shell.script': fact(1.6, 'Unix shell 脚本的语句', 'A statement of a Unix shell script'),
  'shell.script_test': fact(1.6, 'Unix shell 脚本的条件', 'A condition of a Unix shell script'),
  'shell.script_length': fact(1.6, '取变量的长度', 'The length of a shell variable is taken'),
  'shell.windows': fact(2.5, '调用 Windows 命令解释器', 'Calls the Windows command interpreter'),
  'shell.powershell': {
    ...fact(4, 'PowerShell 中执行编码内容或下载内容的写法', 'PowerShell that runs encoded or downloaded content'),
    bare: true,
  },
  'shell.powershell_hint': { ...fact(2, 'PowerShell 中下载或解码的写法', 'PowerShell that downloads or decodes'), bare: true },
};
