import type { Detector, ScanContext } from '../../detector.ts';
import type { SourceFile } from '../../project/source-file.ts';
import { severityAt } from './severity.ts';

const keyFile =
  /(?:^|\/)(?:apiclient_key\.pem|apiclient_cert\.p12|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:p12|pfx|jks|keystore)|[^/]*private[^/]*\.(?:pem|key|der)|[^/]+\.key)$/i;
const packedFile =
  /(?:^|\/)(?:\.git\/|\.svn\/|\.env(?:\.[\w-]+)?$|\.npmrc$)|\.(?:map|bak|old|orig|swp|sql|zip|rar|tar|gz|7z|log|p12|pfx|psd)$|~$/i;
/** Folders whose source maps the developer tools leave out of an upload. */
const builtFolder = /(?:^|\/)miniprogram_npm\//;

/** Files that are themselves a key, and files that do not belong into a package. */
export const keyFiles: Detector = {
  id: 'secrets/files',
  rules: ['MP-SEC-003', 'MP-SEC-014'],
  run(context) {
    for (const file of context.project.files) {
      if ((keyFile.test(file.path) || isKey(file)) && !file.marks.has('vendored') && !isPublic(file))
        context.report({
          rule: 'MP-SEC-003',
          file: file.path,
          start: 0,
          end: Math.min(1, file.text.length),
          message: { zh: '仓库中有私钥或支付证书文件', en: 'A private key or payment certificate file is in the repository' },
          severity: severityAt(file, 'critical'),
        });
      if (
        isUploaded(context, file) &&
        packedFile.test(file.path) &&
        !builtFolder.test(file.path) &&
        !isIgnored(context.project.files, file)
      )
        context.report({
          rule: 'MP-SEC-014',
          file: file.path,
          start: 0,
          end: Math.min(1, file.text.length),
          message: {
            zh: '该文件会随小程序代码包上传，应加入 packOptions.ignore 或移出目录',
            en: 'This file is uploaded with the package: add it to packOptions.ignore or move it out',
          },
          severity: /\.(?:env|p12|pfx)|\.env\.|\.sql$/i.test(file.path) ? 'high' : 'medium',
        });
    }
  },
};

/** Whether a file lies in a folder that is uploaded as it stands; sources of Taro and uni-app are built first. */
function isUploaded({ project }: ScanContext, { path }: SourceFile): boolean {
  const kind = project.partOf(path)?.kind;
  return kind === 'mini-program' || kind === 'plugin';
}

/** A file that is nothing but a key, whatever its name: one that a generator of keys left behind. */
function isKey({ language, text }: SourceFile): boolean {
  return language === 'text' && /^\s{0,40}-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----\s/.test(text.slice(0, 120));
}

/** A text file of this name that holds no private key. */
function isPublic(file: SourceFile): boolean {
  if (file.language === 'binary' || file.text === '') return /\.key$/i.test(file.path) && file.size > 100_000;
  return !/PRIVATE KEY/.test(file.text.slice(0, 10_000));
}

interface IgnoreRule {
  readonly type?: unknown;
  readonly value?: unknown;
}

const ignoreRules = new WeakMap<readonly SourceFile[], readonly { base: string; rules: readonly IgnoreRule[] }[]>();

/** Whether `packOptions.ignore` of a project.config.json leaves the file out. */
function isIgnored(files: readonly SourceFile[], { path }: SourceFile): boolean {
  let all = ignoreRules.get(files);
  if (all === undefined) {
    all = files.filter((file) => /(?:^|\/)project\.config\.json$/.test(file.path)).map((file) => readIgnore(file));
    ignoreRules.set(files, all);
  }
  return all.some(({ base, rules }) => path.startsWith(base) && rules.some((rule) => matches(rule, path.slice(base.length))));
}

function readIgnore(file: SourceFile): { base: string; rules: readonly IgnoreRule[] } {
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  try {
    const config = JSON.parse(file.text) as { miniprogramRoot?: unknown; packOptions?: { ignore?: unknown } };
    const root = typeof config.miniprogramRoot === 'string' ? config.miniprogramRoot.replace(/^\.?\//, '') : '';
    const rules = Array.isArray(config.packOptions?.ignore) ? (config.packOptions.ignore as IgnoreRule[]) : [];
    return { base: folder + (root === '' || root.endsWith('/') ? root : `${root}/`), rules };
  } catch {
    return { base: folder, rules: [] };
  }
}

function matches({ type, value }: IgnoreRule, path: string): boolean {
  if (typeof value !== 'string' || value === '') return false;
  const wanted = value.replace(/^\.?\//, '');
  const base = path.slice(path.lastIndexOf('/') + 1);
  if (type === 'file') return path === wanted;
  if (type === 'folder') return path.startsWith(wanted.endsWith('/') ? wanted : `${wanted}/`);
  if (type === 'suffix') return path.endsWith(wanted);
  if (type === 'prefix') return base.startsWith(wanted);
  if (type === 'glob') {
    const suffix = /^(?:\*\*\/)?\*(\.[\w.]+)$/.exec(wanted)?.[1];
    return suffix === undefined ? path === wanted : path.endsWith(suffix);
  }
  return false;
}
