import { administratorsId, appId, keyId, platformAsset, staffId, thirdPartyId } from '../assets/from-seen.ts';
import type { Weakness } from '../model.ts';
import { days, type Seen } from '../seen.ts';
import { weakness } from './weakness.ts';

/** Administrators, machines and the directory. */
export function administratorWeaknesses({ administrators, tokens, directory, config, at }: Seen): Weakness[] {
  const found: Weakness[] = [];
  const asset = administratorsId;
  const active = administrators.filter((one) => one.active);
  const bare = active.filter(({ factor }) => !factor).length;
  if (bare > 0)
    found.push(
      weakness({
        ...{ kind: 'admin-factor-missing', asset, ease: 5, impact: 5, path: '/administrators' },
        title: [`${bare} 名管理员没有二次验证`, `administrators without a second factor: ${bare}`],
        fix: ['要求登记验证器或通行密钥', 'have an authenticator or passkey enrolled'],
      }),
    );
  const dormant = active.filter(({ lastLogin, created }) => at - (lastLogin ?? created) > days(90)).length;
  if (dormant > 0)
    found.push(
      weakness({
        ...{ kind: 'dormant-admin', asset, source: 'operation', ease: 4, impact: 4, path: '/administrators' },
        title: [`${dormant} 个管理员账号 90 天未登录仍启用`, `administrator accounts that nobody used for 90 days: ${dormant}`],
        fix: ['停用不再使用的账号', 'disable what is not used'],
      }),
    );
  if (active.some(({ powers }) => powers > 1))
    found.push(
      weakness({
        ...{ kind: 'single-operator', asset, ease: 4, impact: 5, path: '/administrators' },
        title: ['一个账号同时持有系统、安全、审计权限', 'one account holds all three powers'],
        fix: ['改为三个分离的账号', 'separate the powers'],
      }),
    );
  const broad = tokens.filter(({ writes, anywhere, expires }) => writes && anywhere && expires > at).length;
  if (broad > 0)
    found.push(
      weakness({
        ...{ kind: 'token-broad', asset, ease: 4, impact: 4, path: '/tokens' },
        title: [`${broad} 个可写令牌不限来源地址`, `tokens that write and may be used from anywhere: ${broad}`],
        fix: ['为令牌限定来源网段', 'bind tokens to addresses'],
      }),
    );
  const stale = directory.sources > 0 && (directory.failing || directory.syncedAt === null || at - directory.syncedAt > days(2));
  if (stale)
    found.push(
      weakness({
        ...{
          kind: 'directory-stale',
          asset: staffId,
          source: 'operation',
          ease: 4,
          impact: 3,
          path: '/people',
          at: directory.syncedAt,
        },
        title: ['通讯录两天没有成功同步，离职者可能仍可登录', 'the directory was not synchronised for two days'],
        fix: ['检查来源的凭据与网络后重新同步', 'look at the source, then synchronise'],
      }),
    );
  if (config.console.secondFactor === 'optional' && bare === 0)
    found.push(
      weakness({
        ...{ kind: 'admin-factor-missing', asset, ease: 3, impact: 5, path: '/administrators' },
        title: ['配置允许管理员不用二次验证登录', 'the configuration lets administrators in without a second factor'],
        fix: ['把 console.secondFactor 设为 required', 'set console.secondFactor to required'],
      }),
    );
  return found;
}

/** Backups, detection, log, keys, nodes, exceptions and third parties. */
export function platformWeaknesses(seen: Seen): Weakness[] {
  const { drills, copies, watching, channels, witnesses, dataKeys, nodes, openAlerts, exceptions, processors, unnamedHosts, at } =
    seen;
  const asset = platformAsset;
  const found: Weakness[] = [];
  const drill = drills.find(({ ok }) => ok);
  if (drill === undefined || at - drill.at > days(90))
    found.push(
      weakness({
        ...{ kind: 'backup-undrilled', asset, source: 'operation', ease: 4, impact: 5, path: '/system', at: drill?.at ?? null },
        title: ['90 天内没有成功的恢复演练', 'no restore drill succeeded within 90 days'],
        fix: ['运行 menshen backup drill 并保存记录', 'run menshen backup drill'],
      }),
    );
  if (copies.backupAt !== null && at - copies.backupAt > days(8))
    found.push(
      weakness({
        ...{ kind: 'backup-old', asset, source: 'operation', ease: 4, impact: 5, path: '/recovery', at: copies.backupAt },
        title: ['最近一次备份已超过 8 天', 'the newest backup is older than 8 days'],
        fix: ['查看备份计划与失败原因', 'look at the schedule of backups and why it fails'],
      }),
    );
  if (copies.shipping?.behind === true)
    found.push(
      weakness({
        ...{
          kind: 'copy-behind',
          asset,
          source: 'operation',
          ease: 4,
          impact: 4,
          path: '/recovery',
          at: copies.shipping.shippedTo,
        },
        title: [
          `异地副本落后 ${copies.shipping.lagSeconds} 秒`,
          `the second place is ${copies.shipping.lagSeconds} seconds behind`,
        ],
        fix: ['检查异地位置的空间、权限与网络', 'look at space, rights and network of the second place'],
      }),
    );
  if (!watching)
    found.push(
      weakness({
        ...{ kind: 'detection-off', asset, source: 'operation', ease: 4, impact: 4, path: '/alerts' },
        title: ['行为检测没有在运行', 'detection is not running'],
        fix: ['检查检测线程与规则', 'look at the detection thread'],
      }),
    );
  if (openAlerts > 20)
    found.push(
      weakness({
        ...{ kind: 'alerts-unjudged', asset, source: 'operation', ease: 4, impact: 3, path: '/alerts' },
        title: [`${openAlerts} 条告警无人判定`, `alerts that wait for a judgement: ${openAlerts}`],
        fix: ['先判定最严重的，再调整误报多的规则', 'judge the heaviest, then tune the noisy rules'],
      }),
    );
  if (!channels.some(({ lastSent }) => lastSent !== null && at - lastSent <= days(30)))
    found.push(
      weakness({
        ...{ kind: 'notices-undelivered', asset, source: 'operation', ease: 4, impact: 3, path: '/notices' },
        title: ['近 30 天没有一条通知送达', 'no notice was delivered within 30 days'],
        fix: ['配置通知渠道并发送测试消息', 'configure a channel and send a test'],
      }),
    );
  if (witnesses === null)
    found.push(
      weakness({
        ...{ kind: 'log-unwitnessed', asset, ease: 3, impact: 3, path: '/audit' },
        title: ['审计日志没有独立见证者', 'the audit log has no witness'],
        fix: ['在另一台主机运行 menshen witness', 'run menshen witness on another host'],
      }),
    );
  for (const app of new Set(dataKeys.filter(({ old }) => old).map((one) => one.app)))
    found.push(
      weakness({
        ...{ kind: 'key-old', asset: keyId(app), source: 'operation', ease: 3, impact: 4, path: '/keys' },
        title: ['数据密钥超过规定的使用期限', 'a data key is older than the rule allows'],
        fix: ['轮换数据密钥', 'rotate the data key'],
      }),
    );
  if (nodes < 2)
    found.push(
      weakness({
        ...{ kind: 'single-node', asset: 'node:gateway', ease: 4, impact: 4, path: '/system' },
        title: ['只有一个网关节点', 'there is one gateway node'],
        fix: ['重要业务部署两个以上节点', 'run two nodes or more where business depends on it'],
      }),
    );
  for (const { id, app, expiresAt, uses } of exceptions.filter(({ expiresAt }) => expiresAt - at > days(90)).slice(0, 20))
    found.push({
      ...weakness({
        ...{ kind: 'exception-wide', asset: app === null ? asset : appId(app), ease: 3, impact: 3, path: '/inspection' },
        title: [
          `检测例外还有 ${Math.floor((expiresAt - at) / days(1))} 天才到期（用过 ${uses} 次）`,
          `an exception of inspection holds for ${Math.floor((expiresAt - at) / days(1))} more days (used ${uses} times)`,
        ],
        fix: ['缩短例外的期限或范围', 'shorten or narrow it'],
      }),
      id: `exception-wide@${id}`,
    });
  for (const { id } of processors.filter(({ contractEnded }) => contractEnded))
    found.push(
      weakness({
        ...{ kind: 'contract-ended', asset: thirdPartyId(id), source: 'policy', ease: 3, impact: 3, path: '/privacy/processors' },
        title: ['与受托处理者的合同已到期', 'the contract with the third party has ended'],
        fix: ['续签合同，或停止提供数据', 'renew it or stop giving data'],
      }),
    );
  for (const host of unnamedHosts)
    found.push(
      weakness({
        ...{
          kind: 'processor-unnamed',
          asset: thirdPartyId(host),
          source: 'policy',
          ease: 3,
          impact: 3,
          path: '/privacy/processors',
        },
        title: ['向没有登记的第三方发送数据', 'data goes to a third party that no register names'],
        fix: ['登记处理者及其目的、合同', 'enter it with purpose and contract'],
      }),
    );
  return found;
}
