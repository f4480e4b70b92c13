import type { Bilingual } from '@menshen/contract';
import { administratorsId, appId, backendId, keyId, routeId, staffId, tagsOf, versionId } from '../assets/from-seen.ts';
import type { ControlFact, Evidence } from '../model.ts';
import type { Seen, SeenApp, SeenRoute } from '../seen.ts';
import type { ControlId } from './catalogue.ts';

const fact = (
  control: ControlId,
  scope: string,
  configured: boolean,
  evidence: readonly (Evidence | null)[] = [],
): ControlFact => ({ control, scope, configured, evidence: evidence.filter((one) => one !== null) });

const proof = (zh: string, en: string, at: number | null, path: string): Evidence => ({ text: { zh, en }, at, path });

/** What each control shows for itself. What is configured and shows nothing is listed too: that it is stale is worth knowing. */
export function controlsOf(seen: Seen): readonly ControlFact[] {
  return [
    ...seen.apps.flatMap((app) => [...appControls(app, seen), ...app.routes.flatMap((route) => routeControls(app, route))]),
    ...platformControls(seen),
  ];
}

/** Controls of a route, shown by the newest request that it dealt with while it was enforcing. */
function routeControls(app: SeenApp, route: SeenRoute): ControlFact[] {
  const { config } = app;
  const scope = routeId(config.id, route.config.match);
  const { use, enforcing } = route;
  const shown =
    use === null
      ? null
      : proof('最近一次经过此接口的请求', 'the newest request through the route', use.at, `/traffic/${use.requestId}`);
  const at = (control: ControlId, on: boolean): ControlFact => fact(control, scope, on && enforcing, [shown]);
  const limited = route.config.limit !== undefined || config.limit !== undefined;
  const tags = tagsOf(route);
  return [
    at('inspection', route.inspecting),
    ...(tags.includes('write') ? [at('schema', route.schema)] : []),
    at('authentication', route.auth !== 'none'),
    secondFactor(scope, route, shown),
    at('authorization', route.config.action !== undefined),
    at('rate_limit', limited),
    at('bot_defence', route.config.bot !== undefined || config.bot !== undefined),
    at('encrypted_channel', route.config.seal === 'required'),
    at('masking', (route.config.mask ?? []).length > 0),
    at('leak_guard', true),
    ...(route.auth === 'none' ? [] : [at('request_signing', config.requestSigning.mode === 'required')]),
    ...(route.auth === 'none' ? [] : [at('step_up', config.stepUp.threshold !== null)]),
    ...(route.campaign ? [at('campaign_bounds', true)] : []),
    ...(route.config.richText === undefined ? [] : [at('rich_text', true)]),
    ...(tags.includes('upload') ? [at('upload_checks', route.config.uploads !== undefined)] : []),
    ...(route.config.payment === undefined ? [] : [at('payment_signature', true)]),
  ];
}

/** Asked for by the route itself, or by a policy: then only a request that was asked for it shows so. */
function secondFactor(scope: string, { auth, enforcing, challenged }: SeenRoute, shown: Evidence | null): ControlFact {
  if (auth === 'mfa' || auth === 'approval') return fact('second_factor', scope, enforcing, [shown]);
  const asked =
    challenged === null
      ? null
      : proof(
          '最近一次被要求二次验证的请求',
          'the newest request that was asked for a second factor',
          challenged.at,
          `/traffic/${challenged.requestId}`,
        );
  return fact('second_factor', scope, enforcing && asked !== null, [asked]);
}

function appControls(app: SeenApp, seen: Seen): ControlFact[] {
  const { id } = app.config;
  const used = app.routes.flatMap(({ use }) => use ?? []).sort((a, b) => b.at - a.at)[0];
  const traffic = used === undefined ? null : proof('最近一次请求', 'the newest request', used.at, `/traffic/${used.requestId}`);
  const enforcing = seen.mode === 'enforce';
  const { gateway } = seen.config;
  const sealedAt = seen.sealedAt.get(id) ?? null;
  const sealed = sealedAt === null ? null : proof('最近一次加密字段', 'values were sealed last', sealedAt, '/keys');
  const keys = seen.dataKeys.filter((one) => one.app === id);
  const newest = keys.reduce<number | null>((most, { created }) => Math.max(most ?? 0, created), null);
  const release = seen.releases.find((one) => one.app === id);
  const compared = seen.deployments.filter((one) => one.app === id && one.ok).sort((a, b) => b.heard - a.heard)[0];
  const scan = seen.scans.filter((one) => one.app === id && one.complete).sort((a, b) => b.last - a.last)[0];
  return [
    fact('inspection', appId(id), enforcing && app.routes.some(({ inspecting }) => inspecting), [traffic]),
    fact('authorization', appId(id), enforcing && seen.config.policies !== undefined, [traffic]),
    fact('authentication', appId(id), enforcing, [traffic]),
    fact('rate_limit', appId(id), enforcing, [traffic]),
    fact('gateway_tls', appId(id), gateway.tls !== undefined, [traffic]),
    fact('backend_tls', backendId(id), app.upstream.tls, [traffic]),
    fact('field_encryption', appId(id), app.config.sealedFields.length > 0, [sealed]),
    fact('key_rotation', keyId(id), keys.length > 0 && !keys.some(({ old }) => old), [
      newest === null ? null : proof('数据密钥的生成时间', 'a data key was made', newest, '/keys'),
    ]),
    ...(['miniprogram', 'backend'] as const).flatMap((kind) => [
      fact('release_signing', versionId(id, kind), app.config.release !== undefined, [
        compared === undefined
          ? null
          : proof(`${compared.host} 与签名清单一致`, `${compared.host} is what was signed`, compared.heard, '/releases'),
      ]),
      fact('source_scan', versionId(id, kind), release?.scanned === true || scan !== undefined, [
        release?.scanned === true
          ? proof('发布带有扫描结果', 'the release carries a scan', release.registered, '/releases')
          : null,
        scan === undefined ? null : proof(`${scan.tool} 扫描完成`, `scanned by ${scan.tool}`, scan.last, '/findings'),
      ]),
    ]),
  ];
}

function platformControls(seen: Seen): ControlFact[] {
  const { administrators, directory, privacy, log, witnesses, drills, copies, channels, at } = seen;
  const active = administrators.filter((one) => one.active);
  const login = newestOf(active.map(({ lastLogin }) => lastLogin));
  const drill = drills.find(({ ok }) => ok);
  const sent = newestOf(channels.map(({ lastSent }) => lastSent));
  const signed = newestOf((witnesses ?? []).map(({ signedAt }) => signedAt));
  const loginProof = (words: Bilingual): Evidence | null =>
    login === null ? null : { text: words, at: login, path: '/administrators' };
  return [
    fact('detection', '*', seen.watching, [proof('检测线程正在读取日志', 'detection is following the log', at, '/alerts')]),
    fact('notices', '*', channels.length > 0, [
      sent === null ? null : proof('最近一次通知送达', 'a notice was delivered', sent, '/notices'),
    ]),
    fact('audit_log', '*', log.writable, [
      log.checkpointAt === null ? null : proof('最近一次签名检查点', 'the newest signed checkpoint', log.checkpointAt, '/audit'),
    ]),
    fact('log_witness', '*', witnesses !== null, [
      signed === null ? null : proof('见证者最近一次签署', 'a witness signed', signed, '/audit'),
    ]),
    fact('backup_drill', '*', drill !== undefined, [
      drill === undefined
        ? null
        : proof(
            `恢复演练成功，恢复用时 ${drill.rtoSeconds} 秒`,
            `a restore drill succeeded in ${drill.rtoSeconds} s`,
            drill.at,
            '/system',
          ),
    ]),
    fact('backups', '*', copies.backupAt !== null, [
      copies.backupAt === null ? null : proof('最近一次备份', 'the newest backup', copies.backupAt, '/recovery'),
    ]),
    fact('second_place', '*', copies.shipping !== null && !copies.shipping.behind, [
      copies.shipping === null || copies.shipping.shippedTo === null
        ? null
        : proof(
            `异地副本落后 ${copies.shipping.lagSeconds} 秒`,
            `the second place is ${copies.shipping.lagSeconds} s behind`,
            copies.shipping.shippedTo,
            '/recovery',
          ),
    ]),
    fact('admin_second_factor', administratorsId, active.length > 0 && active.every(({ factor }) => factor), [
      loginProof({ zh: '管理员最近一次登录', en: 'an administrator signed in' }),
    ]),
    fact('admin_second_factor', 'platform', active.length > 0 && active.every(({ factor }) => factor), [
      loginProof({ zh: '管理员最近一次登录', en: 'an administrator signed in' }),
    ]),
    fact('separation', '*', active.length > 1 && active.every(({ powers }) => powers === 1), [
      loginProof({ zh: '分离账号最近一次登录', en: 'a separated account signed in' }),
    ]),
    fact('directory_sync', staffId, directory.sources > 0 && !directory.failing, [
      directory.syncedAt === null
        ? null
        : proof('最近一次同步成功', 'the directory was synchronised', directory.syncedAt, '/people'),
    ]),
    fact('retention', '*', privacy.retentionAt !== null, [
      privacy.retentionAt === null ? null : proof('最近一次到期清理', 'retention ran', privacy.retentionAt, '/privacy/erasure'),
    ]),
    fact('processors', '*', privacy.processors > 0 && seen.unnamedHosts.length === 0, [
      proof(`已登记 ${privacy.processors} 个第三方`, `${privacy.processors} third parties are named`, at, '/privacy/processors'),
    ]),
    ...(seen.training === null
      ? []
      : [
          fact('training', '*', seen.training.last !== null, [
            seen.training.last === null
              ? null
              : proof('最近一次完成课程', 'a course was completed', seen.training.last, '/training'),
          ]),
        ]),
  ];
}

const newestOf = (times: readonly (number | null)[]): number | null =>
  times.reduce<number | null>((most, time) => (time === null ? most : Math.max(most ?? 0, time)), null);
