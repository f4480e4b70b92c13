import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { foldCase, skipSpace, skipWord } from '../text/characters.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'ssi', weight, zh, en });

const features: Readonly<Record<string, FeatureFacts>> = {
  'ssi.directive': fact(
    4.5,
    '服务器端包含指令（SSI），会在服务器上读文件或执行命令',
    'A server-side include directive that reads files or runs commands on the server',
  ),
  'ssi.edge': fact(
    4.2,
    '边缘包含标签（ESI），会让缓存服务器取回别的内容',
    'An edge-side include tag that makes a cache fetch other content',
  ),
};

const directives = new Set([
  'exec',
  'include',
  'echo',
  'config',
  'printenv',
  'set',
  'fsize',
  'flastmod',
  'if',
  'elif',
  'odbc',
  'email',
  'comment',
]);
const edgeTags = ['<esi:', '<!--esi', '<esi '];

/** Finds directives of server-side and edge-side includes. */
export const ssiDetector: Detector = {
  name: 'ssi',
  literals: ['<!--#', '<!-- #', '<!--esi', '<esi', '<!#'],
  features,
  detect({ text }: Subject, signals: Signals): void {
    if (!signals.spend(text.length)) return;
    const folded = foldCase(text);
    for (let at = folded.indexOf('<!'); at >= 0; at = folded.indexOf('<!', at + 2)) {
      let name = at + 2;
      while (folded[name] === '-') name += 1;
      name = skipSpace(folded, name);
      if (folded[name] !== '#') continue;
      name = skipSpace(folded, name + 1);
      const end = skipWord(folded, name);
      if (directives.has(folded.slice(name, end))) signals.report('ssi.directive', at, end);
    }
    for (const tag of edgeTags) {
      const at = folded.indexOf(tag);
      if (at >= 0) signals.report('ssi.edge', at, at + tag.length);
    }
  },
};
