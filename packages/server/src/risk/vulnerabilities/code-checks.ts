import { dataId, versionId } from '../assets/from-seen.ts';
import type { Weakness } from '../model.ts';
import { days, type Seen } from '../seen.ts';
import { weakness } from './weakness.ts';

/** Personal data in clear, without an assessment, or kept too long. */
export function dataWeaknesses({ apps, fields, privacy }: Seen): Weakness[] {
  const sealed = new Set(apps.flatMap(({ config }) => (config.sealedFields.length > 0 ? [config.id] : [])));
  const found = new Map<string, Weakness>();
  for (const { app, kind, level, field, last } of fields) {
    const asset = dataId(app, kind);
    if (level >= 3 && !sealed.has(app) && !found.has(`seal ${asset}`))
      found.set(
        `seal ${asset}`,
        weakness({
          ...{ kind: 'field-unsealed', asset, ease: 3, impact: level >= 4 ? 5 : 4, path: `/data?app=${encodeURIComponent(app)}` },
          title: ['敏感字段在后端数据库中未加密', 'sensitive fields are not sealed in the backend database'],
          fix: ['用字段加密接口加密该字段并声明 sealedFields', 'seal the column by the seal interface and declare it'],
          ...{ seen: [`在字段 ${field} 中看到明文`, `seen in clear in ${field}`], at: last },
        }),
      );
    if (level >= 4 && privacy.unassessed.length > 0 && !found.has(`pia ${asset}`))
      found.set(
        `pia ${asset}`,
        weakness({
          ...{ kind: 'assessment-missing', asset, source: 'policy', ease: 3, impact: 3, path: '/privacy/assessments' },
          title: ['处理敏感个人信息前未做影响评估', 'sensitive data is processed without an impact assessment'],
          fix: ['完成个人信息保护影响评估并签署', 'write and sign the assessment'],
        }),
      );
    if (level >= 2 && privacy.rowsDue > 0 && !found.has(`due ${asset}`))
      found.set(
        `due ${asset}`,
        weakness({
          ...{ kind: 'retention-due', asset, source: 'policy', ease: 3, impact: 2, path: '/privacy/erasure' },
          title: [`有 ${privacy.rowsDue} 行数据已到期未删`, `rows that are kept beyond their time: ${privacy.rowsDue}`],
          fix: ['执行到期清理', 'carry out retention'],
        }),
      );
  }
  return [...found.values()];
}

/** Code that nobody signed, scanned or compared. */
export function releaseWeaknesses({ apps, releases, deployments, scans, at }: Seen): Weakness[] {
  return apps.flatMap(({ config }) => {
    const found: Weakness[] = [];
    for (const kind of ['miniprogram', 'backend'] as const) {
      const asset = versionId(config.id, kind);
      const [newest] = releases.filter((one) => one.app === config.id && one.kind === kind);
      const scanned = scans.some((one) => one.app === config.id && one.ageMs < days(30));
      if (config.release === undefined || newest === undefined)
        found.push(
          weakness({
            ...{ kind: 'release-unsigned', asset, ease: 4, impact: 5, path: '/releases' },
            title: ['上线的版本没有签名清单', 'what runs has no signed manifest'],
            fix: ['在流水线中用 menshen release sign 签名并登记', 'sign and register releases in the pipeline'],
          }),
        );
      if (newest?.scanned !== true && !scanned)
        found.push(
          weakness({
            ...{ kind: 'scan-missing', asset, source: 'operation', ease: 3, impact: 3, path: '/releases' },
            title: ['近 30 天没有源码扫描结果', 'no source scan within 30 days'],
            fix: ['在流水线中运行 menshen scan', 'run menshen scan in the pipeline'],
          }),
        );
      if (newest !== undefined && newest.heavy > 0)
        found.push(
          weakness({
            ...{ kind: 'release-findings', asset, source: 'scan', ease: 4, impact: 4, path: '/releases', at: newest.registered },
            title: [
              `发布带着 ${newest.heavy} 个高危以上的发现`,
              `findings of high severity or above in the release: ${newest.heavy}`,
            ],
            fix: ['修复后重新发布', 'mend them and release again'],
          }),
        );
    }
    const drifted = deployments.filter((one) => one.app === config.id && !one.ok);
    for (const { host, total, heard } of drifted.slice(0, 1))
      found.push(
        weakness({
          ...{
            kind: 'release-drift',
            asset: versionId(config.id, 'backend'),
            source: 'operation',
            ease: 5,
            impact: 5,
            path: '/releases',
            at: heard,
          },
          title: [`${host} 上有 ${total} 个文件与签名清单不符`, `${total} files on ${host} are not what was signed`],
          fix: ['停用该主机，用签名的版本重新部署，查明原因', 'take the host out, deploy the signed version, find out why'],
        }),
      );
    const oldest = scans.filter((one) => one.app === config.id && one.ageMs >= days(30));
    for (const { last } of oldest.slice(0, 1))
      found.push(
        weakness({
          ...{
            kind: 'scan-missing',
            asset: versionId(config.id, 'miniprogram'),
            source: 'operation',
            ease: 3,
            impact: 3,
            path: '/findings',
            at: last,
          },
          title: [
            `上次扫描在 ${Math.floor((at - last) / days(1))} 天前`,
            `the last scan is ${Math.floor((at - last) / days(1))} days old`,
          ],
          fix: ['重新扫描', 'scan again'],
        }),
      );
    return dedupe(found);
  });
}

const dedupe = (list: readonly Weakness[]): Weakness[] => [...new Map(list.map((one) => [one.id, one])).values()];
