import type { CourseBlock, CourseInline } from '@menshen/contract';
import { escapeText } from '../../documents/xml.ts';

/** A course's blocks as HTML, for packages that leave the house: every text is escaped, and there are no elements but these. */
export const blocksHtml = (blocks: readonly CourseBlock[]): string => blocks.map(blockHtml).join('\n');

function blockHtml(block: CourseBlock): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${partsHtml(block.parts)}</p>`;
    case 'heading':
      return `<h3>${partsHtml(block.parts)}</h3>`;
    case 'list': {
      const items = block.items.map((item) => `<li>${itemHtml(item)}</li>`).join('');
      return block.ordered ? `<ol>${items}</ol>` : `<ul>${items}</ul>`;
    }
    case 'quote':
      return `<blockquote>${blocksHtml(block.blocks)}</blockquote>`;
    case 'code':
      return `<pre><code>${escapeText(block.text)}</code></pre>`;
    case 'picture':
      return `<img src="pictures/${escapeText(block.name)}" alt="${escapeText(block.alt)}">`;
  }
}

/** An item of one paragraph needs no paragraph. */
function itemHtml(item: readonly CourseBlock[]): string {
  const [only] = item;
  return only?.kind === 'paragraph' && item.length === 1 ? partsHtml(only.parts) : blocksHtml(item);
}

const partsHtml = (parts: readonly CourseInline[]): string => parts.map(partHtml).join('');

function partHtml(part: CourseInline): string {
  switch (part.kind) {
    case 'text':
      return escapeText(part.text);
    case 'code':
      return `<code>${escapeText(part.text)}</code>`;
    case 'strong':
      return `<strong>${partsHtml(part.parts)}</strong>`;
    case 'emphasis':
      return `<em>${partsHtml(part.parts)}</em>`;
    case 'link':
      return `<a href="${escapeText(part.href)}" rel="noopener noreferrer" target="_blank">${partsHtml(part.parts)}</a>`;
    case 'break':
      return '<br>';
  }
}
