import type { FeatureFacts } from '../model.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'ssrf', weight, zh, en });

export const features: Readonly<Record<string, FeatureFacts>> = {
  'url.metadata': fact(
    4.5,
    '地址指向云主机的元数据服务，那里有临时密钥',
    "The address is a cloud host's metadata service, which holds temporary keys",
  ),
  'url.metadata_in_text': fact(2, '文字中提到云主机的元数据地址', "The text mentions a cloud host's metadata address"),
  'url.metadata_asked': fact(2.2, '其后是元数据服务的接口路径', "What follows is a path of the metadata service's interface"),
  'url.metadata_path': fact(
    4.2,
    '路径是云主机元数据服务的接口，域名只是掩护',
    "The path is the interface of a cloud host's metadata service, behind another name",
  ),
  'url.disguised': fact(
    4.2,
    '主机地址用十进制、八进制、十六进制、省略或形近字写成，以躲避检查',
    'The address is written in decimal, octal, hexadecimal, shortened or look-alike form to escape notice',
  ),
  'url.shortened': {
    ...fact(4.2, '整个值是省略写法的内网地址', 'The whole value is an inner address in shortened form'),
    whole: true,
  },
  'url.misplaced': {
    ...fact(
      1.8,
      '内网地址出现在编号、姓名、搜索词或回调一类的字段里',
      'An inner address stands in a field for a number, a name, a word to look for or a call-back',
    ),
    whole: true,
  },
  'url.inner': fact(1.5, '地址指向本机或内网', 'The address is this machine or the inner network'),
  'url.inner_only': {
    ...fact(0.8, '整个值就是指向内网的地址', 'The whole value is an address of the inner network'),
    last: true,
  },
  'url.no_port': {
    ...fact(1.8, '直接指向本机，不带开发用的端口', 'It is this very machine, without the port that development uses'),
    last: true,
  },
  'url.service_port': fact(
    2,
    '端口属于数据库、缓存或管理服务',
    'The port is that of a database, cache or administration service',
  ),
  'url.default_port': fact(2, '特意写出默认端口，是探测的写法', 'The default port is spelled out, as probes do'),
  'url.cluster': {
    ...fact(4, '地址指向容器或集群内部的服务', 'The address is a service inside the container platform'),
    whole: true,
  },
  'url.rebinding': fact(
    4.2,
    '域名会解析到内网地址，或用来接收回连',
    'The name resolves to inner addresses, or collects call-backs',
  ),
  'url.scheme': fact(
    4.2,
    '协议（gopher、dict、ldap 等）能让服务器与内网服务通话',
    'The scheme (gopher, dict, ldap …) makes the server speak to inner services',
  ),
  'url.plain_scheme': {
    ...fact(
      4.2,
      '整个值是 ldap、ssh 一类协议的地址，能让服务器与内网服务通话',
      'The whole value is an address of ldap, ssh and the like, which makes the server speak to inner services',
    ),
    last: true,
  },
  'url.odd_scheme': fact(2.5, '协议不是网页会用的', 'The scheme is none that pages use'),
  'url.slashes': fact(
    3,
    '协议之后的斜杠多于或少于两个，两个程序会读出不同的主机',
    'There are more or fewer than two slashes behind the scheme, and programs differ on the host',
  ),
  'url.ambiguous': fact(4, '地址的写法会让两个程序读出两个主机', 'Two programs read two hosts in this address'),
  'url.user': fact(1.2, '地址的主机名前有用户名', 'The address has a user name before its host'),
  'url.smuggled_line': fact(
    4.2,
    '地址里夹带编码的换行和命令，会原样发给内网服务',
    'The address carries a coded line break and a command, which an inner service would read as its own',
  ),
  'url.unspecified': { ...fact(4, '地址 0.0.0.0 或 [::] 指向本机', 'The address 0.0.0.0 or [::] is this machine'), last: true },
  'url.link': fact(3, '地址属于链路本地网段', 'The address is a link-local one'),
  'url.no_scheme': {
    ...fact(2.6, '应填网址的字段里是内网主机名', 'A field for an address holds the name of an inner host'),
    last: true,
  },
  'url.private_path': fact(
    2,
    '路径是管理、元数据或函数运行时的接口',
    'The path is an interface for administration, metadata or a function runtime',
  ),
  'url.remote_include': {
    class: 'rfi',
    weight: 4.3,
    zh: '让脚本的参数包含别的网站上的文件',
    en: "Makes a script's parameter include a file of another site",
  },
  'url.remote_script': {
    class: 'rfi',
    weight: 4.2,
    zh: '让服务器包含别处的脚本文件',
    en: 'Makes the server include a script from elsewhere',
  },
  'url.remote_cut': {
    class: 'rfi',
    weight: 2.5,
    zh: '外部地址以问号结尾，用来截断服务器拼上的后缀',
    en: 'A foreign address ends in a question mark, to cut off what the server appends',
  },
};
