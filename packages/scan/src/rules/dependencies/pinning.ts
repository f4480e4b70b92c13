import type { Detector } from '../../detector.ts';
import { jsonAt } from '../../parse/json.ts';
import type { Severity } from '../../rule.ts';
import { dependencyMembers, hasLock } from './known.ts';

const anyAddress = /^(?:git\+|git:|github:|gitlab:|bitbucket:|gitee:|https?:|[\w.-]+\/[\w.-]+$)/;
const floating = /^(?:\*|x|latest|next|beta|)$/;
const scripts = ['preinstall', 'install', 'postinstall'];

/** Dependencies that can change under one's hands. */
export const unpinned: Detector = {
  id: 'dependencies/pinning',
  rules: ['MP-DEP-002'],
  run(context) {
    for (const file of context.project.files) {
      if (
        !/(?:^|\/)package\.json$/.test(file.path) ||
        file.marks.has('vendored') ||
        file.marks.has('test') ||
        file.marks.has('generated')
      )
        continue;
      const root = context.json(file)?.root;
      const members = dependencyMembers(context, file);
      const tell = (start: number, end: number, zh: string, en: string, severity: Severity): void =>
        context.report({ rule: 'MP-DEP-002', file: file.path, start, end, message: { zh, en }, severity });
      const first = members[0];
      if (first !== undefined && !hasLock(context, file))
        tell(
          first.keyStart,
          first.value.end,
          '没有锁文件：每次安装都可能得到不同的、未经审查的代码',
          'There is no lockfile: each installation may bring other code',
          file.place === 'backend' ? 'medium' : 'low',
        );
      for (const { keyStart, value } of members) {
        const range = value.kind === 'scalar' ? String(value.value) : '';
        if (anyAddress.test(range) && !/#[0-9a-f]{40}$/.test(range))
          tell(
            keyStart,
            value.end,
            '依赖来自可被替换的地址，未固定提交',
            'The dependency comes from an address that can be replaced, at no fixed commit',
            'medium',
          );
        else if (floating.test(range)) tell(keyStart, value.end, '依赖没有写明版本', 'The dependency names no version', 'medium');
      }
      for (const name of scripts) {
        const script = jsonAt(root, 'scripts', name);
        if (script?.kind === 'scalar' && /curl|wget|https?:|\beval\b|base64|node -e|powershell/i.test(String(script.value)))
          tell(
            script.start,
            script.end,
            '安装脚本会下载或执行外来代码',
            'An install script downloads or runs foreign code',
            'high',
          );
      }
    }
  },
};
