import styles from './code-block.module.css';
import { CopyButton } from './copy-button.tsx';

interface CodeBlockProps {
  readonly label: string;
  readonly text: string;
  /** What the copy button says; no button without. */
  readonly copyLabel?: string;
}

/** A text to be read letter by letter: keys, checkpoints, raw events. */
export function CodeBlock({ label, text, copyLabel }: CodeBlockProps) {
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className={styles.scroll} aria-label={label} tabIndex={0}>
        <pre className={styles.text}>{text}</pre>
      </section>
      {copyLabel === undefined ? null : (
        <div className={styles.copy}>
          <CopyButton text={text} label={copyLabel} />
        </div>
      )}
    </div>
  );
}
