import type { Framework } from '../model.ts';
import { requirementsOf, type Section } from './write.ts';

/** GB/T 39786-2021 level 3, indicators of commercial cryptography, in our own words. Every one that the product has a hand in needs a certified module as well. */
const sections: readonly Section[] = [
  {
    id: '8.1',
    name: ['物理和环境', 'Rooms'],
    lines: [
      ['8.1 a', 'M', 3, '用密码技术鉴别进入重要区域的人员', 'Who enters important rooms is authenticated by cryptography'],
      ['8.1 b', 'M', 3, '电子门禁记录存储完整', 'Records of doors are kept whole'],
      ['8.1 c', 'M', 3, '视频监控记录存储完整', 'Records of cameras are kept whole'],
    ],
  },
  {
    id: '8.2',
    name: ['网络和通信', 'Network and communication'],
    lines: [
      [
        '8.2 a',
        'P',
        3,
        '通信实体身份鉴别',
        'The ends of a connection are authenticated',
        ['gateway_tls', 'request_signing', 'certified_module'],
      ],
      ['8.2 b', 'P', 3, '通信数据完整', 'What travels is whole', ['gateway_tls', 'backend_tls', 'certified_module']],
      ['8.2 c', 'P', 3, '重要数据传输保密', 'What travels is secret', ['gateway_tls', 'encrypted_channel', 'certified_module']],
      ['8.2 d', 'P', 3, '边界访问控制信息完整', 'The rules at the boundary are whole', ['audit_log', 'certified_module']],
      ['8.2 e', 'M', 3, '外部设备接入认证', 'Devices that come from outside are authenticated'],
    ],
  },
  {
    id: '8.3',
    name: ['设备和计算', 'Devices'],
    lines: [
      [
        '8.3 a',
        'P',
        3,
        '登录设备的用户身份鉴别',
        'Who signs in to devices is authenticated',
        ['admin_second_factor', 'certified_module'],
      ],
      ['8.3 b', 'P', 3, '远程管理通道安全', 'Remote administration is protected', ['console_tls', 'certified_module']],
      ['8.3 c', 'P', 3, '访问控制信息完整', 'Rules of access are whole', ['audit_log', 'certified_module']],
      ['8.3 d', 'M', 3, '重要信息资源安全标记完整', 'Labels of important resources are whole'],
      ['8.3 e', 'P', 3, '日志记录完整', 'Logs are whole', ['audit_log', 'log_witness', 'certified_module']],
      [
        '8.3 f',
        'P',
        3,
        '重要可执行程序完整且来源真实',
        'Programs are whole and from whom they should be',
        ['release_signing', 'certified_module'],
      ],
    ],
  },
  {
    id: '8.4',
    name: ['应用和数据', 'Applications and data'],
    lines: [
      [
        '8.4 a',
        'P',
        3,
        '登录应用的用户身份鉴别',
        'Who signs in to the app is authenticated',
        ['authentication', 'second_factor', 'certified_module'],
      ],
      ['8.4 b', 'P', 3, '应用访问控制信息完整', 'Rules of the app are whole', ['authorization', 'audit_log', 'certified_module']],
      ['8.4 c', 'M', 3, '重要信息资源安全标记完整', 'Labels of the app’s resources are whole'],
      [
        '8.4 d',
        'P',
        3,
        '重要数据传输保密',
        'Important data is secret in transit',
        ['encrypted_channel', 'gateway_tls', 'certified_module'],
      ],
      [
        '8.4 e',
        'P',
        3,
        '重要数据存储保密',
        'Important data is secret at rest',
        ['field_encryption', 'key_rotation', 'certified_module'],
      ],
      [
        '8.4 f',
        'P',
        3,
        '重要数据传输完整',
        'Important data is whole in transit',
        ['request_signing', 'gateway_tls', 'certified_module'],
      ],
      [
        '8.4 g',
        'P',
        3,
        '重要数据存储完整',
        'Important data is whole at rest',
        ['field_encryption', 'audit_log', 'certified_module'],
      ],
      [
        '8.4 h',
        'P',
        3,
        '重要操作不可否认',
        'Important acts cannot be denied',
        ['audit_log', 'request_signing', 'certified_module'],
      ],
    ],
  },
  {
    id: 'management',
    name: ['安全管理', 'Management'],
    lines: [
      ['8.5', 'M', 3, '密码管理制度与操作规程', 'Rules and procedures for cryptography', [], { id: 'm1' }],
      ['8.6', 'M', 3, '密钥管理员、密码操作员等岗位与培训', 'Posts for keys and operation, and training', [], { id: 'm2' }],
      [
        'B',
        'P',
        3,
        '密钥全生命周期有清单与轮换',
        'Keys are listed and rotated for life',
        ['key_inventory', 'key_rotation', 'certified_module'],
        {
          id: 'm3',
          note: ['附录 B 为资料性附录：密钥生存周期管理。', 'Annex B is informative: the life cycle of keys.'],
        },
      ],
      ['8.7', 'M', 3, '密码应用方案与定期评估', 'A plan for cryptography, assessed regularly', [], { id: 'm4' }],
      ['8.8', 'M', 3, '密码应用应急预案', 'A plan for when cryptography fails', [], { id: 'm5' }],
    ],
  },
];

export const gbt39786: Framework = {
  id: 'gbt39786',
  name: { zh: '商用密码应用（GB/T 39786-2021，第三级）', en: 'Commercial cryptography (GB/T 39786-2021, level 3)' },
  definition: {
    zh: '列出密评各指标已有的证据。仅有证据不会显示为“证据有效”：每项还须有经认证的密码模块。',
    en: 'Evidence for each indicator of the assessment. Evidence alone never makes one "fresh": each needs a certified module as well.',
  },
  caution: {
    zh: '本产品以软件实现 AES、SHA-2、Ed25519 与 SM2、SM3、SM4，不是经商用密码认证的产品，也没有密码模块安全等级（GM/T 0028）。需要通过密评时，请使用经认证的密码机、签名验签服务器或 TLS 设备，并在各指标下上传其证书。指标编号已对照公开的目录与测评资料核对；管理要求只核对到节。',
    en: 'AES, SHA-2, Ed25519 and SM2, SM3, SM4 are done in software here: this is no certified product of commercial cryptography and has no module level (GM/T 0028). To pass the assessment, use certified machines for keys, signatures and TLS, and put their certificates on each indicator. Numbers of indicators were compared with public tables of contents and assessment sheets; those of management only down to the clause.',
  },
  ...requirementsOf('gbt39786', sections, () => true),
};
