import type { Section } from './write.ts';

/** GB/T 22239-2019 chapter 8.3, the extension for mobile use: clause numbers of level 3, our own words. */
export const mlpsMobileSections: readonly Section[] = [
  {
    id: '8.3',
    name: ['移动互联扩展', 'Extension for mobile use'],
    lines: [
      [
        '8.3.1.1',
        'M',
        2,
        '无线接入设备选址合理，避免过度覆盖与干扰',
        'Access points stand where they neither reach too far nor are disturbed',
      ],
      ['8.3.2.1', 'M', 2, '有线与无线之间的流量经无线接入网关', 'Traffic between wired and wireless passes a gateway'],
      [
        '8.3.2.2',
        'M',
        3,
        '无线接入须认证，用认证服务器或合规的密码模块',
        'Wireless access is authenticated, by a server or an approved module',
      ],
      ['8.3.2.3 a', 'M', 2, '能发现非授权的无线设备与终端', 'Rogue access points and terminals are found'],
      [
        '8.3.2.3 b',
        'M',
        2,
        '能发现针对无线的扫描、拒绝服务与中间人攻击',
        'Scans, denial of service and interception on the air are found',
      ],
      ['8.3.2.3 c', 'M', 2, '掌握 SSID 广播、WPS 等高风险功能的开启状态', 'It is known whether SSID broadcast and WPS are on'],
      ['8.3.2.3 d', 'M', 2, '关闭无线设备上存在风险的功能', 'Risky functions of access points are off'],
      ['8.3.2.3 e', 'M', 2, '多个无线接入点不共用鉴别密钥', 'Access points share no key'],
      ['8.3.2.3 f', 'M', 3, '能阻断非授权的无线设备与终端', 'Rogue access points and terminals are blocked'],
      ['8.3.3.1 a', 'M', 3, '移动终端安装并运行终端管理客户端', 'Terminals run a client of device management'],
      [
        '8.3.3.1 b',
        'M',
        3,
        '管理终端全生命周期，可远程锁定与擦除',
        'Terminals are managed for life, with remote lock and wipe',
        [],
        { note: ['企业微信管理端的设备状态截图可作佐证。', 'The state of devices in WeCom can be attested.'] },
      ],
      ['8.3.3.2 a', 'M', 2, '可选择终端上应用的安装与运行', 'What is installed and run on terminals is chosen'],
      [
        '8.3.3.2 b',
        'M',
        2,
        '只许安装指定证书签名的应用（二级为可靠证书）',
        'Only software signed by designated certificates (level 2: reliable ones)',
      ],
      [
        '8.3.3.2 c',
        'E',
        3,
        '以白名单限定可安装运行的软件',
        'An allow-list says which software may run',
        ['release_signing'],
        {
          note: [
            '白名单是小程序的发布清单：appid、版本与哈希。',
            'The list is that of mini program releases: appid, version and hash.',
          ],
        },
      ],
      [
        '8.3.4.1 a',
        'M',
        2,
        '应用来自可靠渠道，或有可靠证书签名',
        'Software comes by a reliable channel or carries a reliable signature',
        ['release_signing'],
      ],
      ['8.3.4.1 b', 'M', 2, '应用由指定的开发者开发', 'Software is made by designated developers'],
      ['8.3.4.2 a', 'M', 2, '审查应用开发者的资格', 'Developers are vetted'],
      ['8.3.4.2 b', 'M', 2, '确认开发签名证书合法', 'Signing certificates are known to be lawful', ['release_signing']],
      [
        '8.3.5.1',
        'M',
        3,
        '建立合法无线设备与移动终端的配置库',
        'A library holds the configuration of lawful access points and terminals',
      ],
    ],
  },
];
