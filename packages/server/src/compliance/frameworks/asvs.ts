import type { Framework } from '../model.ts';
import { requirementsOf, type Section } from './write.ts';

/** OWASP ASVS 5.0.0: the requirements that a gateway can prove of the app behind it, by number and level, in our own words. */
const sections: readonly Section[] = [
  {
    id: 'V1',
    name: ['编码与净化', 'Encoding and sanitization'],
    lines: [
      ['1.1.1', 'E', 2, '输入只规范化一次，再行处理', 'Input is decoded once, before anything else', ['inspection']],
      ['1.2.4', 'E', 1, '防 SQL 与其他数据库注入', 'No injection into databases', ['inspection', 'source_scan']],
      ['1.2.5', 'E', 1, '防操作系统命令注入', 'No injection into commands', ['inspection', 'source_scan']],
      ['1.3.1', 'E', 1, '富文本经成熟的库净化', 'Rich text is cleaned by a proven library', ['rich_text']],
      ['1.3.6', 'E', 2, '防服务端请求伪造', 'No forged requests from the server', ['inspection', 'source_scan']],
      ['1.5.1', 'E', 1, '防 XML 外部实体', 'No external entities in XML', ['inspection', 'source_scan']],
    ],
  },
  {
    id: 'V2',
    name: ['校验与业务逻辑', 'Validation and business logic'],
    lines: [
      ['2.2.1', 'E', 1, '输入按业务预期正向校验', 'Input is held to what the business expects', ['schema']],
      ['2.2.2', 'E', 1, '在可信的服务端校验', 'It is validated where it can be trusted', ['schema']],
      ['2.3.1', 'E', 1, '业务步骤按序进行，不可跳过', 'Steps come in order and none is skipped', ['campaign_bounds']],
      ['2.3.2', 'E', 2, '业务限额得到执行', 'Limits of the business hold', ['campaign_bounds']],
      ['2.3.4', 'E', 2, '限量资源不会被重复占用', 'What is limited is not given twice', ['campaign_bounds']],
      ['2.4.1', 'E', 2, '防自动化滥用', 'Automation is kept out', ['rate_limit', 'bot_defence']],
    ],
  },
  {
    id: 'V4',
    name: ['API 与 Web 服务', 'API and web service'],
    lines: [
      [
        '4.1.3',
        'E',
        2,
        '用户不能覆盖中间层设置的请求头',
        'Users cannot set what the layers between set',
        ['request_record', 'authentication'],
      ],
      ['4.1.4', 'E', 3, '只允许声明过的方法', 'Declared methods only', ['authorization']],
      ['4.1.5', 'E', 3, '高敏感请求逐条签名', 'Sensitive messages are signed', ['request_signing']],
      ['4.2.1', 'E', 2, '各层对报文边界判断一致，防请求走私', 'Message boundaries are the same for every layer', ['inspection']],
    ],
  },
  {
    id: 'V5',
    name: ['文件处理', 'Files'],
    lines: [
      ['5.2.1', 'E', 1, '只接受能够处理的大小', 'No larger files than can be handled', ['upload_checks']],
      ['5.2.2', 'E', 1, '核对扩展名与内容', 'Name and content agree', ['upload_checks']],
      ['5.2.3', 'E', 2, '检查压缩包解开后的大小与数量', 'Archives are bounded before they are opened', ['upload_checks']],
      ['5.2.6', 'E', 3, '限制图片像素', 'Pictures are bounded in pixels', ['upload_checks']],
      ['5.4.1', 'E', 2, '校验或丢弃用户提供的文件名', 'File names of users are checked or dropped', ['upload_checks']],
      ['5.4.3', 'E', 2, '不可信文件经病毒扫描', 'Files are scanned for malware', ['malware_scan']],
    ],
  },
  {
    id: 'V6',
    name: ['身份认证', 'Authentication'],
    lines: [
      ['6.3.1', 'E', 1, '防撞库与暴力破解', 'No stuffing or guessing of passwords', ['login_limits', 'rate_limit']],
      ['6.3.2', 'P', 1, '没有默认账号', 'No default accounts', ['administrator_accounts']],
      ['6.3.3', 'E', 2, '须用多因素', 'More than one factor', ['second_factor']],
      ['6.3.5', 'P', 3, '可疑认证通知本人', 'People hear of suspicious sign-ins', ['step_up', 'notices']],
    ],
  },
  {
    id: 'V7',
    name: ['会话管理', 'Sessions'],
    lines: [
      ['7.2.1', 'E', 1, '会话在可信后端校验', 'Sessions are verified where it can be trusted', ['authentication']],
      ['7.2.2', 'E', 1, '令牌动态生成，不是固定密钥', 'Tokens are made anew, no fixed keys', ['authentication']],
      ['7.3.1', 'E', 2, '闲置超时', 'Sessions end when idle', ['authentication']],
      ['7.3.2', 'E', 2, '会话最长有效期', 'Sessions end in any case', ['authentication']],
      ['7.4.1', 'E', 1, '终止后的会话立即失效', 'An ended session is refused', ['authentication']],
      [
        '7.4.2',
        'E',
        1,
        '停用账号时终止其全部会话',
        'Disabling somebody ends their sessions',
        ['authentication', 'directory_sync'],
      ],
      [
        '7.4.5',
        'E',
        2,
        '管理员可终止个人或全部会话',
        'Administrators end sessions of one or all',
        ['authentication', 'administrator_record'],
      ],
      ['7.5.3', 'E', 3, '高敏感操作前再次验证', 'Sensitive acts ask again', ['second_factor', 'step_up']],
    ],
  },
  {
    id: 'V8',
    name: ['授权', 'Authorization'],
    lines: [
      ['8.2.1', 'E', 1, '功能级访问须有明确许可', 'Functions need a permission', ['authorization']],
      ['8.2.2', 'E', 1, '数据级访问须有明确许可，防越权', 'Data needs a permission of its own', ['authorization']],
      ['8.2.3', 'E', 2, '字段级访问须有明确许可', 'Fields need a permission', ['masking']],
      ['8.2.4', 'E', 3, '按环境与情境自适应', 'Place and circumstance count', ['step_up', 'authorization']],
      ['8.3.1', 'E', 1, '在可信的服务端执行授权', 'It is enforced where it can be trusted', ['authorization']],
      ['8.4.2', 'E', 3, '管理界面多层防护', 'Administration has several layers', ['admin_second_factor', 'console_addresses']],
    ],
  },
  {
    id: 'V11',
    name: ['密码', 'Cryptography'],
    lines: [
      ['11.1.1', 'P', 2, '密钥管理有生命周期', 'Keys have a life cycle', ['key_inventory', 'key_rotation']],
      ['11.1.2', 'P', 2, '维护密钥与算法清单', 'Keys and algorithms are listed', ['key_inventory']],
      ['11.3.2', 'E', 1, '只用认可的算法与模式', 'Approved ciphers and modes only', ['field_encryption']],
      ['11.3.3', 'E', 2, '加密数据防篡改', 'What is encrypted cannot be changed', ['field_encryption']],
    ],
  },
  {
    id: 'V12',
    name: ['安全通信', 'Secure communication'],
    lines: [
      ['12.1.1', 'E', 1, '只启用推荐版本的 TLS', 'Recommended versions of TLS only', ['gateway_tls']],
      ['12.2.1', 'E', 1, '对外一律使用 TLS', 'TLS for everything outside', ['gateway_tls']],
      ['12.3.2', 'E', 2, 'TLS 客户端校验证书', 'Clients check certificates', ['backend_tls']],
      ['12.3.3', 'E', 2, '内部服务之间使用 TLS', 'TLS between inner services', ['backend_tls']],
    ],
  },
  {
    id: 'V13',
    name: ['配置', 'Configuration'],
    lines: [
      ['13.3.4', 'P', 3, '机密按期更换', 'Secrets expire and are rotated', ['key_rotation']],
      [
        '13.4.5',
        'P',
        2,
        '文档与监控接口不外露',
        'Documents and monitoring are not exposed',
        ['interface_probe', 'authorization'],
      ],
      ['13.4.6', 'P', 3, '不暴露组件版本', 'Versions of components are not told', ['leak_guard']],
    ],
  },
  {
    id: 'V14',
    name: ['数据保护', 'Data protection'],
    lines: [
      ['14.1.1', 'P', 2, '敏感数据识别并分级', 'Sensitive data is found and classified', ['data_classified']],
      [
        '14.2.3',
        'P',
        2,
        '敏感数据不发往不可信的第三方',
        'Sensitive data goes to no untrusted party',
        ['processors', 'leak_guard'],
      ],
      ['14.2.6', 'E', 3, '只返回必需的敏感数据', 'No more sensitive data than is needed', ['masking', 'leak_guard']],
      ['14.2.7', 'P', 3, '到期数据自动删除', 'Old data is erased by itself', ['retention']],
      ['14.2.8', 'E', 3, '去除用户文件的元数据', 'Metadata of files is removed', ['upload_checks']],
    ],
  },
  {
    id: 'V15',
    name: ['安全编码与架构', 'Coding and architecture'],
    lines: [
      [
        '15.2.1',
        'P',
        1,
        '组件在规定期限内更新修补',
        'Components are mended within the times that are set',
        ['vulnerability_care'],
      ],
    ],
  },
  {
    id: 'V16',
    name: ['日志与错误处理', 'Logging and errors'],
    lines: [
      ['16.2.1', 'P', 2, '日志含何时、何处、何人、何事', 'Records say when, where, who and what', ['request_record']],
      ['16.2.5', 'P', 2, '日志按级别保护敏感数据', 'Sensitive data is kept out of logs', ['request_record', 'data_classified']],
      ['16.3.1', 'E', 2, '记录所有认证行为', 'Every sign-in is recorded', ['request_record', 'audit_log']],
      ['16.3.2', 'E', 2, '记录被拒的授权', 'Refused access is recorded', ['authorization', 'audit_log']],
      ['16.3.3', 'E', 2, '记录绕过控制的企图', 'Attempts to get round controls are recorded', ['inspection', 'audit_log']],
      ['16.4.2', 'E', 2, '日志防未授权访问与篡改', 'Logs cannot be read at will or changed', ['audit_log', 'log_witness']],
      ['16.4.3', 'E', 2, '日志安全送到独立系统', 'Logs go to a system apart', ['log_shipping']],
      ['16.5.3', 'E', 2, '出错时安全失败', 'Failure is closed', ['authorization']],
    ],
  },
];

export const asvs: Framework = {
  id: 'asvs',
  name: { zh: 'OWASP ASVS 5.0（受保护的应用）', en: 'OWASP ASVS 5.0 (the protected app)' },
  definition: {
    zh: '只列网关能够执行或证明的要求，不是 ASVS 全部。应用内部的要求须由代码审查与测试证明。',
    en: 'The requirements that a gateway can enforce or prove, which is not all of ASVS. What lies inside the app is for reviews and tests.',
  },
  caution: null,
  ...requirementsOf('asvs', sections, () => true),
};
