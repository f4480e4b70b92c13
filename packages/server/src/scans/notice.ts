import { inNumber } from '@menshen/contract';
import type { NewNotice } from '../notify/model.ts';
import type { StoredFinding } from './model.ts';
import type { StoredScan } from './store.ts';

const named = 3;

/** Tells people that a scan found something of high severity that was not there before. Each is told once by its scan, so none is folded into another. */
export function newFindingsNotice(scan: StoredScan, heavy: readonly StoredFinding[], severity: 'high' | 'critical'): NewNotice {
  const { app, project, version } = scan;
  const first = heavy.toSorted((a, b) => b.weight - a.weight).slice(0, named);
  const where = ({ file, line, route }: StoredFinding): string => route ?? (file === null ? '' : `${file}:${line ?? 1}`);
  const list = (language: 'zh' | 'en'): string =>
    first.map((finding) => `${finding.content.title[language]} (${where(finding)})`).join(language === 'zh' ? '；' : '; ');
  const [only] = heavy;
  return {
    ...{ kind: 'finding', severity, app, matter: `findings ${app} ${project} ${first[0]?.id ?? ''}` },
    title: {
      zh: `${app}/${project} 新增 ${heavy.length} 处高危发现`,
      en: `${inNumber(heavy.length, `${heavy.length} new finding[s]`)} of high severity in ${app}/${project}`,
    },
    happened: {
      zh: `${version === null ? '' : `版本 ${version}：`}${list('zh')}`,
      en: `${version === null ? '' : `Version ${version}: `}${list('en')}`,
    },
    done: null,
    asked: {
      zh: '确认是否属实，指定负责人并在期限内修复。',
      en: 'Say whether it is right, name an owner, and have it mended in time.',
    },
    path: heavy.length === 1 && only !== undefined ? `/findings/${only.id}` : `/findings?app=${app}&project=${project}`,
  };
}
