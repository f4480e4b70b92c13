import type { Bilingual } from './bilingual.ts';
import { guardDifferenceText, readGuardPlace } from './campaign-facts.ts';

type Say = (...args: readonly string[]) => Bilingual;

const wrongAt: Readonly<Record<string, Bilingual>> = {
  name: { zh: '这个字段名出现了两次，或会触及原型', en: 'a name that stands there twice, or reaches a prototype' },
  number: { zh: '这个数字无法精确表示，请作为文本传递', en: 'a number that cannot be held exactly: send it as text' },
  escape: {
    zh: '这里的转义（半个代理字符或 NUL）各程序读法不同',
    en: 'an escape (half a surrogate pair or NUL) that programs read differently',
  },
};

/** What a field breaks, by the keyword of JSON Schema. */
const keywords: Readonly<Record<string, Bilingual>> = {
  type: { zh: '类型不对', en: 'it is of another type' },
  required: { zh: '缺少这个必填的字段', en: 'it is required and missing' },
  additionalProperties: { zh: '这个字段没有声明', en: 'it is not declared' },
  unevaluatedProperties: { zh: '这个字段没有声明', en: 'it is not declared' },
  propertyNames: { zh: '字段名不符合约定', en: 'its name is not allowed' },
  enum: { zh: '不是允许的几个值之一', en: 'it is none of the values allowed' },
  const: { zh: '不是规定的值', en: 'it is not the value demanded' },
  pattern: { zh: '不符合规定的格式（pattern）', en: 'it does not fit the pattern' },
  format: { zh: '不符合规定的格式（format）', en: 'it does not have the format' },
  minLength: { zh: '太短', en: 'it is too short' },
  maxLength: { zh: '太长', en: 'it is too long' },
  minimum: { zh: '太小', en: 'it is too small' },
  exclusiveMinimum: { zh: '太小', en: 'it is too small' },
  maximum: { zh: '太大', en: 'it is too large' },
  exclusiveMaximum: { zh: '太大', en: 'it is too large' },
  multipleOf: { zh: '不是规定步长的倍数', en: 'it is no multiple of the step' },
  minItems: { zh: '项数太少', en: 'it has too few items' },
  maxItems: { zh: '项数太多', en: 'it has too many items' },
  uniqueItems: { zh: '有重复的项', en: 'it holds an item twice' },
  minProperties: { zh: '字段太少', en: 'it has too few members' },
  maxProperties: { zh: '字段太多', en: 'it has too many members' },
  oneOf: { zh: '不符合（或同时符合多个）可选的结构', en: 'it fits none, or more than one, of the forms' },
  anyOf: { zh: '不符合任何一个可选的结构', en: 'it fits none of the forms' },
  not: { zh: '是明确不允许的结构', en: 'it has a form that is excluded' },
};

const ordinal = (text: string): string => String(Number(text) + 1);

/** A pointer in words: the last member by name, a member of an unknown name by its place. */
function fieldOf(pointer: string): Bilingual {
  const [head = '', ...steps] = pointer.split('/');
  const part: Bilingual | undefined = {
    query: { zh: '查询参数', en: 'query parameter' },
    path: { zh: '路径参数', en: 'path parameter' },
  }[head];
  const named = steps.map((step) => {
    const [, place] = /^#(\d+)$/.exec(step) ?? [];
    return place === undefined
      ? { zh: step, en: step }
      : {
          zh: `第 ${ordinal(place)} 个（名字未声明，不予记录）`,
          en: `member ${ordinal(place)} (of a name that is not declared and not recorded)`,
        };
  });
  const joined = { zh: named.map(({ zh }) => zh).join(' / '), en: named.map(({ en }) => en).join(' / ') };
  if (joined.zh === '') return part ?? { zh: '整个请求体', en: 'the whole body' };
  return part === undefined
    ? { zh: `字段 ${joined.zh}`, en: `field ${joined.en}` }
    : { zh: `${part.zh} ${joined.zh}`, en: `${part.en} ${joined.en}` };
}

function mismatch(pointer: string, keyword: string): Bilingual {
  const field = fieldOf(pointer);
  const said = keywords[keyword] ?? { zh: `不符合 ${keyword}`, en: `${keyword} does not hold` };
  return { zh: `${field.zh}：${said.zh}`, en: `${field.en}: ${said.en}` };
}

const belongsTo: Readonly<Record<string, Bilingual>> = {
  self: { zh: '本人', en: 'the caller' },
  number: { zh: '本人的工号', en: "the caller's employee number" },
  departments: { zh: '本人所在的部门', en: 'a department of the caller' },
  subtree: { zh: '本人所在部门及其下级', en: 'a department of the caller or below it' },
  led: { zh: '本人负责的部门及其下级', en: 'a department that the caller leads, or below it' },
  colleagues: { zh: '同部门的人', en: 'somebody of the same department' },
  reports: { zh: '本人负责部门的人', en: 'somebody of a department that the caller leads' },
};

/** What a general guard allows: the words behind `rule`. */
const rules: Readonly<Record<string, Say>> = {
  range: (field = '', min = '-', max = '-', step = '-') => ({
    zh: `${field} 应为整数${min === '-' ? '' : `，不小于 ${min}`}${max === '-' ? '' : `，不大于 ${max}`}${step === '-' ? '' : `，步长 ${step}`}`,
    en: `${field} is to be a whole number${min === '-' ? '' : `, at least ${min}`}${max === '-' ? '' : `, at most ${max}`}${step === '-' ? '' : `, in steps of ${step}`}`,
  }),
  listSize: (field = '', min = '', max = '') => ({
    zh: `${field} 应为列表，${min} 至 ${max} 项`,
    en: `${field} is to be a list of ${min} to ${max} items`,
  }),
  forward: (field = '', order = '') => ({
    zh: `${field} 只能按这个顺序前进：${order.split(',').join(' → ')}`,
    en: `${field} only moves forward: ${order.split(',').join(' → ')}`,
  }),
  owns: (field = '') => ({
    zh: `${field} 应是此前在列表中给本人看过的编号`,
    en: `${field} is to be an id that was shown to the caller before`,
  }),
  belongs: (field = '', to = '') => ({
    zh: `${field} 按通讯录应是${belongsTo[to]?.zh ?? to}`,
    en: `${field} is to be, by the directory, ${belongsTo[to]?.en ?? to}`,
  }),
  total: (field = '', max = '', seconds = '', per = '') => ({
    zh: `${per === 'device' ? '每台设备' : '每人'} ${seconds} 秒内 ${field} 累计不超过 ${max}`,
    en: `${field} of a ${per === 'device' ? 'device' : 'person'} adds up to at most ${max} within ${seconds} s`,
  }),
};

/** Why a file was not scanned, or what it is. */
const scans: Readonly<Record<string, Bilingual>> = {
  timeout: { zh: '扫描服务没有按时答复', en: 'the scanner did not answer in time' },
  connection: { zh: '连不上扫描服务', en: 'the scanner cannot be reached' },
  'broken off': {
    zh: '扫描服务中断了连接：可能超过其大小上限（clamd 的 StreamMaxLength）',
    en: "the scanner hung up: the file may be above the size that it takes (clamd's StreamMaxLength)",
  },
  'larger than the scanner takes': { zh: '大于扫描服务接受的大小', en: 'it is larger than the scanner takes' },
  'answer not understood': { zh: '扫描服务的答复无法理解', en: "the scanner's answer is not understood" },
  'no scanner': { zh: '没有配置扫描服务（uploads.scanner）', en: 'no scanner is configured (uploads.scanner)' },
  empty: { zh: '空文件', en: 'it is empty' },
};

/** What became of a phone check. */
const phones: Readonly<Record<string, Bilingual>> = {
  passed: { zh: '通过', en: 'passed' },
  'passed before': { zh: '此前已通过，仍然有效', en: 'passed before, and still good' },
  'code used': { zh: '凭据已用过', en: 'the code was used before' },
  'code refused': { zh: '微信不认可这个凭据', en: 'WeChat does not take the code' },
  'not a wechat user': { zh: '找不到此人在本小程序中的微信身份', en: 'the person has no WeChat identity in this mini program' },
  watermark: { zh: '微信的回答属于另一个小程序', en: "WeChat's answer is about another mini program" },
  stale: { zh: '微信的回答中的时间相差太大', en: "the time in WeChat's answer is too far off" },
  country: { zh: '国家或地区代码不被接受', en: 'the country code is not taken' },
  persons: { zh: '同一号码为过多账号验证', en: 'one number for too many accounts' },
  tries: { zh: '此人的次数已用完', en: 'the person has no tries left' },
  quota: { zh: '微信的额度已用完', en: "WeChat's quota is used up" },
  budget: { zh: '每分钟的上限（exchangesPerMinute）已用完', en: 'the limit exchangesPerMinute is used up' },
  paused: { zh: '微信刚才多次没有回答，稍后再问', en: 'WeChat has failed several times and is asked again later' },
  'no answer': { zh: '微信没有给出可用的回答', en: 'WeChat gave no usable answer' },
};

const forms: readonly (readonly [RegExp, Say])[] = [
  [
    /^body byte (\d+)(?: (name|number|escape))?$/,
    (at = '0', what = '') => {
      const said = wrongAt[what];
      return {
        zh: `请求体第 ${ordinal(at)} 字节${said === undefined ? '' : `：${said.zh}`}`,
        en: `byte ${ordinal(at)} of the body${said === undefined ? '' : `: ${said.en}`}`,
      };
    },
  ],
  [/^body field (\d+)$/, (at = '0') => ({ zh: `表单第 ${ordinal(at)} 个字段`, en: `field ${ordinal(at)} of the form` })],
  [/^body part (\d+)$/, (at = '0') => ({ zh: `第 ${ordinal(at)} 个分段`, en: `part ${ordinal(at)}` })],
  [/^file (\d+)$/, (at = '0') => ({ zh: `第 ${ordinal(at)} 个文件`, en: `file ${ordinal(at)}` })],
  [
    /^(file|body)(?: (\d+))?: ([a-z][a-z ._]*)$/,
    (kind = '', at = '', what = '') => {
      const file =
        kind === 'body' ? { zh: '上传的文件', en: 'the file' } : { zh: `第 ${ordinal(at)} 个文件`, en: `file ${ordinal(at)}` };
      const said = scans[what] ?? { zh: what, en: what };
      return { zh: `${file.zh}：${said.zh}`, en: `${file.en}: ${said.en}` };
    },
  ],
  [/^body$/, () => ({ zh: '请求体', en: 'the body' })],
  [/^files$/, () => ({ zh: '文件的数量', en: 'the number of files' })],
  [/^query parameter (\d+)$/, (at = '0') => ({ zh: `第 ${ordinal(at)} 个查询参数`, en: `query parameter ${ordinal(at)}` })],
  [
    /^steering ([a-z_]+)$/,
    (name = '') => ({
      zh: `参数 ${name}：有的后端框架会据此改用另一个方法、路径或处理程序；确需使用时，请在接口的 schema 中声明`,
      en: `the parameter ${name}, by which some backend frameworks choose another method, path or handler; declare it in the route's schema where it is meant`,
    }),
  ],
  [
    /^spelling$/,
    () => ({
      zh: '路径的写法：许多后端不分大小写，也忽略末尾的斜杠或 .json，会把它当成另一个声明得更具体的接口',
      en: 'the spelling of the path: many backends tell no capitals and take no notice of a slash or .json at the end, and would read it as another route, which is declared more narrowly',
    }),
  ],
  [/^query$/, () => ({ zh: '查询参数', en: 'the query' })],
  [/^path$/, () => ({ zh: '路径', en: 'the path' })],
  [/^headers$/, () => ({ zh: '全部请求头', en: 'all headers' })],
  [/^header (\d+)$/, (at = '0') => ({ zh: `第 ${ordinal(at)} 个请求头`, en: `header ${ordinal(at)}` })],
  [/^header ([a-z-]+)$/, (name = '') => ({ zh: `请求头 ${name}`, en: `header ${name}` })],
  [/^((?:query|path)?\/[^ ]*|query|path) ([A-Za-z ]+)$/, mismatch],
  [
    /^campaign field ([^ ]+)$/,
    (field = '') => ({
      zh: `${field}：缺失、写法不对，或旁边有可能被当成它的字段`,
      en: `${field}: missing, oddly written, or beside a field that may be taken for it`,
    }),
  ],
  [/^campaign$/, () => ({ zh: '活动规则', en: 'the rules of the campaign' })],
  [/^answer$/, () => ({ zh: '业务后端的回答', en: "the backend's answer" })],
  [/^reservation lost$/, () => ({ zh: '后端回答时预留已超时', en: 'the reservation had run out when the backend answered' })],
  [/^no policy permits$/, () => ({ zh: '没有策略允许', en: 'no policy permits it' })],
  [/^no policies$/, () => ({ zh: '没有载入任何策略', en: 'no policies are loaded' })],
  [
    /^resource missing$/,
    () => ({
      zh: '请求没有写明（或不能唯一读出）策略所问的对象',
      en: 'the request does not name the object that policies ask about, or names it in two ways',
    }),
  ],
  [/^route$/, () => ({ zh: '接口的要求', en: 'what the route demands' })],
  [/^deny list$/, () => ({ zh: '禁止名单', en: 'the deny list' })],
  [
    /^deny list: ([a-z ]+)$/,
    (kind = '') => ({
      zh: `禁止名单（${{ person: '人员', device: '设备', 'user agent': '客户端标识' }[kind] ?? kind}）`,
      en: `the deny list (${kind})`,
    }),
  ],
  [/^denyAddresses$/, () => ({ zh: '配置 gateway.denyAddresses', en: 'gateway.denyAddresses of the configuration' })],
  [/^address$/, () => ({ zh: '每个来源地址的总限额', en: 'the limit of each address' })],
  [/^key$/, () => ({ zh: '幂等键', en: 'the idempotency key' })],
  [
    /^measure (m_[A-Za-z0-9_-]+)$/,
    (id = '') => ({
      zh: `应急措施 ${id}（见「应急遏制」页）`,
      en: `the measure of containment ${id} (see the page Containment)`,
    }),
  ],
  [
    /^phone: ([a-z ]+?)(?: (-?\d+))?$/,
    (what = '', errcode = '') => {
      const said = phones[what] ?? { zh: what, en: what };
      return {
        zh: `手机号验证：${said.zh}${errcode === '' ? '' : `（微信错误码 ${errcode}）`}`,
        en: `phone check: ${said.en}${errcode === '' ? '' : ` (WeChat's errcode ${errcode})`}`,
      };
    },
  ],
  [/^client gone$/, () => ({ zh: '客户端断开了连接', en: 'the client went away' })],
];

/** Where a stage said no, in words; null where the place stands for itself. Places are the gateway's own words, never of the request. */
export function refusalPlace(where: string): Bilingual | null {
  const [first = '', kind = '', ...args] = where.split(' ');
  if (first === 'rule') return (Object.hasOwn(rules, kind) ? rules[kind] : undefined)?.(...args) ?? null;
  const difference = readGuardPlace(where);
  if (difference !== null) return guardDifferenceText(difference);
  for (const [form, say] of forms) {
    const found = form.exec(where);
    if (found !== null) return say(...found.slice(1).map((part) => part ?? ''));
  }
  return null;
}
