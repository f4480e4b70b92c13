import type { Detector, ScanContext } from '../../detector.ts';
import { type JsonNode, jsonAt } from '../../parse/json.ts';
import type { Part } from '../../project/part.ts';
import { isWithin } from '../../project/part.ts';
import type { SourceFile } from '../../project/source-file.ts';
import { askedApis, declaredApis, locationApis, type PrivateUse, privateUses } from './uses.ts';

/** What a mini program says about the private interfaces that it uses. */
interface Declaration {
  readonly file: SourceFile;
  readonly required: readonly string[];
  readonly scopes: readonly string[];
  /** Offsets where a missing entry belongs. */
  readonly requiredAt: readonly [number, number];
  readonly scopesAt: readonly [number, number];
}

/** Private interfaces against the declarations of app.json, manifest.json or app.config. */
export const privacyDeclarations: Detector = {
  id: 'privacy/declarations',
  rules: ['MP-PRV-001', 'MP-PRV-002', 'MP-PRV-003', 'MP-PRV-004', 'MP-PRV-006'],
  run(context) {
    const uses = privateUses(context);
    if (uses.length === 0) return;
    for (const part of context.project.parts) {
      const own = uses.filter(({ file }) => isOf(context, part, file));
      if (own.length === 0) continue;
      const declaration = declarationOf(context, part);
      if (declaration !== undefined) compare(context, declaration, own);
      for (const use of own) judgeMoment(context, use, declaration);
    }
  },
};

/** Whether a file belongs to this program: the innermost one around it; sub-folders with their own package.json do not count. */
function isOf(context: ScanContext, part: Part, file: SourceFile): boolean {
  if (part.kind !== 'mini-program' && part.kind !== 'uni-app' && part.kind !== 'taro') return false;
  const programs = context.project.parts.filter(({ kind }) => kind === 'mini-program' || kind === 'uni-app' || kind === 'taro');
  return programs.find(({ root }) => isWithin(file.path, root)) === part;
}

function declarationOf(context: ScanContext, part: Part): Declaration | undefined {
  if (part.kind === 'mini-program') {
    const file = context.project.file(part.appJson);
    return file === undefined
      ? undefined
      : fromJson(
          file,
          part.built ? (jsonAt(context.json(file)?.root, 'app') ?? context.json(file)?.root) : context.json(file)?.root,
        );
  }
  if (part.kind === 'uni-app') {
    const file = context.project.file(part.root === '' ? 'manifest.json' : `${part.root}/manifest.json`);
    const node = file === undefined ? undefined : jsonAt(context.json(file)?.root, 'mp-weixin');
    return file === undefined || node === undefined ? undefined : fromJson(file, node);
  }
  const config = context.project.files.find(
    ({ path }) => isWithin(path, part.root) && /(?:^|\/)app\.config\.[jt]sx?$/.test(path),
  );
  return config === undefined ? undefined : fromScript(config);
}

function fromJson(file: SourceFile, root: JsonNode | undefined): Declaration | undefined {
  if (root?.kind !== 'object') return undefined;
  const required = jsonAt(root, 'requiredPrivateInfos');
  const permission = jsonAt(root, 'permission');
  const member = (name: string): readonly [number, number] | undefined => {
    const found = root.members.find(({ key }) => key === name);
    return found === undefined ? undefined : [found.keyStart, found.keyEnd];
  };
  const start: readonly [number, number] = [root.start, root.start + 1];
  return {
    file,
    required:
      required?.kind === 'array' ? required.items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : [])) : [],
    scopes:
      permission?.kind === 'object'
        ? permission.members.flatMap(({ key, value }) => (jsonAt(value, 'desc') === undefined ? [] : [key]))
        : [],
    requiredAt: member('requiredPrivateInfos') ?? member('permission') ?? start,
    scopesAt: member('permission') ?? member('requiredPrivateInfos') ?? start,
  };
}

function fromScript(file: SourceFile): Declaration {
  const at = Math.max(0, file.text.search(/requiredPrivateInfos|permission|export\s+default/));
  const place: readonly [number, number] = [at, Math.min(file.text.length, at + 20)];
  const list = /requiredPrivateInfos\s*:\s*\[([^\]]{0,600})\]/.exec(file.text)?.[1] ?? '';
  return {
    file,
    required: [...list.matchAll(/\w{4,40}/g)].map(([name]) => name),
    scopes: [...file.text.matchAll(/scope\.\w{4,40}/g)].map(([name]) => name),
    requiredAt: place,
    scopesAt: place,
  };
}

function compare(
  context: ScanContext,
  { file, required, scopes, requiredAt, scopesAt }: Declaration,
  uses: readonly PrivateUse[],
): void {
  const missing = uses.filter(({ api }) => declaredApis.has(api) && !required.includes(api));
  const places = (list: readonly PrivateUse[]) =>
    list.slice(0, 10).map((use) => ({ file: use.file.path, start: use.start, end: use.end }));
  if (missing.length > 0) {
    const names = [...new Set(missing.map(({ api }) => api))].join(', ');
    context.report({
      rule: 'MP-PRV-001',
      file: file.path,
      start: requiredAt[0],
      end: requiredAt[1],
      message: {
        zh: `代码使用了 ${names}，但没有在 requiredPrivateInfos 中声明（2022 年 7 月起必填，否则接口失败、审核不通过）`,
        en: `The code uses ${names}, which requiredPrivateInfos does not list (mandatory since July 2022: the calls fail and the review refuses)`,
      },
      evidence: { text: { zh: '使用处', en: 'Used here' }, places: places(missing) },
    });
  }
  const located = uses.filter(({ api }) => locationApis.has(api));
  if (located.length > 0 && !scopes.includes('scope.userLocation'))
    context.report({
      rule: 'MP-PRV-002',
      file: file.path,
      start: scopesAt[0],
      end: scopesAt[1],
      message: {
        zh: '使用了精确位置，但没有在 permission 中说明用途（scope.userLocation.desc）',
        en: 'The precise location is used, but permission does not state why (scope.userLocation.desc)',
      },
      evidence: { text: { zh: '使用处', en: 'Used here' }, places: places(located) },
    });
}

/** When a private interface is called, and which are withdrawn. */
function judgeMoment(context: ScanContext, use: PrivateUse, declaration: Declaration | undefined): void {
  const { api, file, start } = use;
  const report = { file: file.path, start, end: start + Math.min(use.end - start, api.length + 4) };
  if (api === 'getUserInfo' || api === 'getUserProfile') {
    context.report({
      ...report,
      rule: 'MP-PRV-006',
      severity: 'info',
      message: {
        zh: `${api} 已被收回，只返回匿名数据；请改用头像昵称填写能力`,
        en: `${api} has been withdrawn and answers with anonymous data: use the avatar and nickname controls`,
      },
    });
    return;
  }
  if (!use.onOpen) return;
  if (api === 'getClipboardData') {
    context.report({
      ...report,
      rule: 'MP-PRV-004',
      message: {
        zh: '页面一打开就读取剪贴板，用户没有操作也没有同意',
        en: 'The clipboard is read as the page opens, without a tap and without consent',
      },
    });
    return;
  }
  // What is declared, the platform itself asks the user about.
  const declared =
    declaration !== undefined &&
    (declaration.required.includes(api) || (locationApis.has(api) && declaration.scopes.includes('scope.userLocation')));
  if (declared || !askedApis.has(api)) return;
  if (/requirePrivacyAuthorize|getPrivacySetting|wx\.authorize|getSetting/.test(file.text)) return;
  context.report({
    ...report,
    rule: 'MP-PRV-003',
    confidence: 'medium',
    message: { zh: `页面一打开就调用 ${api}，此前没有征得同意`, en: `${api} runs as the page opens, before anyone agreed` },
  });
}
