import type { CourseBlock, CourseInline } from '@menshen/contract';
import { createElement, Fragment } from 'react';
import css from './course-blocks.module.css';

interface Props {
  readonly blocks: readonly CourseBlock[];
  /** Pictures as data addresses, by name. */
  readonly pictures: Readonly<Record<string, string>>;
  /** Level of the headings inside a card. */
  readonly level: 3 | 4;
}

/** A course's blocks as elements. Nothing of a course is ever read as HTML. */
export function CourseBlocks({ blocks, pictures, level }: Props) {
  return (
    <div className={css.blocks}>
      {blocks.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text does not move while it is shown.
        <Block key={at} block={block} pictures={pictures} level={level} />
      ))}
    </div>
  );
}

function Block({ block, pictures, level }: Omit<Props, 'blocks'> & { readonly block: CourseBlock }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Parts parts={block.parts} />
        </p>
      );
    case 'heading':
      return createElement(`h${level}`, null, <Parts parts={block.parts} />);
    case 'list': {
      const items = block.items.map((item, at) => {
        const [only] = item;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text does not move while it is shown.
          <li key={at}>
            {only?.kind === 'paragraph' && item.length === 1 ? (
              <Parts parts={only.parts} />
            ) : (
              <CourseBlocks blocks={item} pictures={pictures} level={level} />
            )}
          </li>
        );
      });
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote':
      return (
        <blockquote>
          <CourseBlocks blocks={block.blocks} pictures={pictures} level={level} />
        </blockquote>
      );
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls sideways must be reachable by keyboard.
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'picture': {
      const source = pictures[block.name];
      return source?.startsWith('data:image/svg+xml;base64,') === true ? (
        <img src={source} alt={block.alt} />
      ) : (
        <p>{block.alt}</p>
      );
    }
  }
}

function Parts({ parts }: { readonly parts: readonly CourseInline[] }) {
  return parts.map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text does not move while it is shown.
    <Fragment key={at}>{inline(part)}</Fragment>
  ));
}

function inline(part: CourseInline) {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <code>{part.text}</code>;
    case 'strong':
      return (
        <strong>
          <Parts parts={part.parts} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Parts parts={part.parts} />
        </em>
      );
    case 'link':
      // The server lets no other address through; looked at once more where it would count.
      return part.href.startsWith('https://') ? (
        <a href={part.href} target="_blank" rel="noopener noreferrer">
          <Parts parts={part.parts} />
        </a>
      ) : (
        <Parts parts={part.parts} />
      );
    case 'break':
      return <br />;
  }
}
