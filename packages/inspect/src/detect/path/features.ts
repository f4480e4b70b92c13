import type { FeatureFacts } from '../model.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({
  class: 'lfi',
  weight,
  zh,
  en,
});

export const features: Readonly<Record<string, FeatureFacts>> = {
  'path.climb': fact(1.5, '值用 ../ 向上离开目录', 'The value climbs out of its folder with ../'),
  'path.climb_far': fact(2.5, '值连续多级向上离开目录', 'The value climbs several folders in a row'),
  'path.climb_only': fact(1, '整个值就是一条向上的路径', 'The whole value is a path that climbs'),
  'path.climb_named': fact(
    1.6,
    '名为文件、语言或模板的参数向上离开目录',
    'A parameter that names a file, language or template climbs out of its folder',
  ),
  'path.hidden_end': fact(
    4.2,
    '路径用分号藏起真正的结尾，以骗过按后缀放行的检查',
    'A semicolon hides where the path ends, from checks that let endings pass',
  ),
  'path.climb_bare': fact(1.7, '值除了向上的路径别无他物', 'The value ends where the climbing ends'),
  'path.odd_bytes': fact(
    4.2,
    '用非法的编码字节书写路径，服务器会把它们读成点和斜杠',
    'Path signs are written in illegal bytes that some servers read as dots and slashes',
  ),
  'path.climb_hidden': fact(4.2, '目录上跳用编码或变形写法掩盖', 'Upward steps are disguised by encoding or odd spelling'),
  'path.climb_to_file': fact(2, '上跳之后指向服务器文件', 'After climbing, the path names a file of the server'),
  'path.system_file': {
    ...fact(4.2, '整个值是一个系统文件或日志的路径', 'The whole value is the path of a system file or log'),
    last: true,
  },
  'path.program_file': {
    ...fact(
      4.2,
      '整个值是服务器上程序或其库的路径',
      'The whole value is the path of a program of the server, or of its libraries',
    ),
    whole: true,
  },
  'path.private_file': {
    ...fact(4.5, '值指向账号、密钥或配置文件', 'The value names a file with accounts, keys or settings'),
    last: true,
  },
  'path.private_in_text': fact(
    2.6,
    '文字中提到账号、密钥或系统配置文件',
    'The text mentions a file with accounts, keys or system settings',
  ),
  'path.null_byte': fact(2.5, '路径中有空字节，用来截断文件名', 'A null byte in the path, used to cut a file name short'),
  'path.wrapper': {
    ...fact(4.2, '使用能读取或执行任意内容的流封装协议', 'Uses a stream wrapper that reads or runs arbitrary content'),
    bare: true,
  },
  'path.file_scheme': fact(3, '用 file:// 读取服务器本地文件', 'Reads a file of the server by file://'),
  'path.whole_wrapper': fact(1.5, '整个值就是这样的地址', 'The whole value is such an address'),
  'path.coded_data': fact(4, 'data: 地址中带有脚本代码', 'A data: address carries program code'),
  'path.share': fact(3, '值指向网络共享（UNC 路径）', 'The value names a network share (a UNC path)'),
  'path.backup': fact(4, '请求备份或临时副本文件', 'Asks for a backup or temporary copy of a file'),
  'path.hidden_folder': fact(4.2, '请求版本库、密钥或环境配置文件', 'Asks for a repository, keys or environment settings'),
};
