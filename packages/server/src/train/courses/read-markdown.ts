import type { CourseBlock, CourseInline } from '@menshen/contract';
import { pictureName } from '@menshen/contract';
import { fromMarkdown } from 'mdast-util-from-markdown';

type Root = ReturnType<typeof fromMarkdown>;
type Node = Root['children'][number];

/** Said to the author of a text: a line, from 1, and what to do. */
export type SayProblem = (line: number, zh: string, en: string) => void;

const maxDepth = 4;

/**
 * Reads Markdown into the blocks that a course may hold. HTML is off: what looks like a tag is text. Everything outside the list is a problem and not
 * left out, so that an author sees what a reader would not. `firstLine`: the line of the file at which the text begins.
 */
export function readMarkdown(text: string, firstLine: number, say: SayProblem): CourseBlock[] {
  const tree = fromMarkdown(text, { extensions: [{ disable: { null: ['htmlFlow', 'htmlText'] } }] });
  const lineOf = (node: Node): number => firstLine + (node.position?.start.line ?? 1) - 1;

  const refuse = (node: Node): [] => {
    const [zh, en] = refusals.get(node.type) ?? [`不支持这种写法（${node.type}）。`, `This is not supported (${node.type}).`];
    say(lineOf(node), zh, en);
    return [];
  };
  const inline = (node: Node): CourseInline[] => {
    switch (node.type) {
      case 'text':
        // CommonMark takes marks beside Chinese punctuation for text: an author would see the stars only on the page.
        if (node.value.includes('**'))
          say(
            lineOf(node),
            '“**”没有生效：请把紧挨着的标点移到“**”外面。',
            'The ** has no effect: move the punctuation beside it outside.',
          );
        return [{ kind: 'text', text: node.value.replaceAll('\n', ' ') }];
      case 'inlineCode':
        return [{ kind: 'code', text: node.value }];
      case 'strong':
        return [{ kind: 'strong', parts: node.children.flatMap(inline) }];
      case 'emphasis':
        return [{ kind: 'emphasis', parts: node.children.flatMap(inline) }];
      case 'break':
        return [{ kind: 'break' }];
      case 'link':
        if (URL.parse(node.url)?.protocol !== 'https:') {
          say(lineOf(node), '链接只能是 https:// 开头的完整地址。', 'A link is a whole address that begins with https://.');
          return [];
        }
        return [{ kind: 'link', href: new URL(node.url).href, parts: node.children.flatMap(inline) }];
      default:
        return refuse(node);
    }
  };
  const block = (node: Node, depth: number): CourseBlock[] => {
    if (depth > maxDepth) {
      say(lineOf(node), `嵌套不能超过 ${maxDepth} 层。`, `At most ${maxDepth} levels may be nested.`);
      return [];
    }
    switch (node.type) {
      case 'paragraph': {
        const [only] = node.children;
        if (only?.type === 'image' && node.children.length === 1) return picture(only.url, only.alt ?? '', lineOf(node), say);
        return [{ kind: 'paragraph', parts: node.children.flatMap(inline) }];
      }
      case 'heading':
        return [{ kind: 'heading', parts: node.children.flatMap(inline) }];
      case 'list':
        return [
          {
            kind: 'list',
            ordered: node.ordered === true,
            items: node.children.map((item) => item.children.flatMap((child) => block(child, depth + 1))),
          },
        ];
      case 'blockquote':
        return [{ kind: 'quote', blocks: node.children.flatMap((child) => block(child, depth + 1)) }];
      case 'code':
        return [{ kind: 'code', language: (node.lang ?? '').slice(0, 40), text: node.value }];
      default:
        return refuse(node);
    }
  };
  return tree.children.flatMap((node) => block(node, 0));
}

function picture(name: string, alt: string, line: number, say: SayProblem): CourseBlock[] {
  if (!pictureName.safeParse(name).success) {
    say(
      line,
      '图片写本产品图库中的文件名，例如 chain.svg。',
      'A picture is the name of a file of the library, such as chain.svg.',
    );
    return [];
  }
  if (alt.trim() === '') {
    say(line, '图片要有替代文字：![说明](文件名)。', 'A picture needs a text in its place: ![what it shows](name).');
    return [];
  }
  return [{ kind: 'picture', name, alt }];
}

/** What authors try most often. */
const refusals = new Map<string, readonly [zh: string, en: string]>([
  ['html', ['不支持 HTML，请用 Markdown。', 'HTML is not supported; write Markdown.']],
  ['image', ['图片要独占一段。', 'A picture stands in a paragraph of its own.']],
  ['thematicBreak', ['不支持分隔线；新的一页以“# 标题”开始。', 'There are no rules; a new card begins with "# Title".']],
  ['definition', ['不支持引用式链接，请写 [文字](地址)。', 'Reference links are not supported; write [text](address).']],
  ['linkReference', ['不支持引用式链接，请写 [文字](地址)。', 'Reference links are not supported; write [text](address).']],
  ['imageReference', ['图片写 ![说明](文件名)。', 'Write a picture as ![what it shows](name).']],
]);
