import type { AnsweredQuestion, AskedQuestion } from '@menshen/contract';
import type { ReactNode } from 'react';
import { useWords } from './language.tsx';
import { go } from './path.ts';

export function Loading() {
  const { t } = useWords();
  return (
    <p className="waiting" role="status" data-loading>
      {t('loading')}
    </p>
  );
}

export function Failure({ text, retry }: { readonly text: string; readonly retry: () => void }) {
  const { t } = useWords();
  return (
    <main>
      <h1>{t('title')}</h1>
      <p role="alert">{text}</p>
      <button type="button" onClick={retry}>
        {t('retry')}
      </button>
    </main>
  );
}

/** A link to another path of the page. */
export function Go({
  to,
  className,
  children,
}: {
  readonly to: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <a
      href={to}
      className={className}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

/** Back to the first page. */
export function Back() {
  const { t } = useWords();
  return <Go to="/">← {t('back')}</Go>;
}

interface QuestionProps {
  readonly question: AskedQuestion;
  readonly number?: number;
  readonly chosen: readonly number[];
  readonly choose: (chosen: readonly number[]) => void;
  /** What was said to the answer; options can no longer be chosen then. */
  readonly answer: AnsweredQuestion | null;
}

/** A question with its options; after the answer with what is right, and why. */
export function Question({ question, number, chosen, choose, answer }: QuestionProps) {
  const { t } = useWords();
  const { ask, several, options } = question;
  const toggle = (at: number): void => {
    if (!several) return choose([at]);
    choose(chosen.includes(at) ? chosen.filter((one) => one !== at) : [...chosen, at]);
  };
  return (
    <fieldset className="question" disabled={answer !== null}>
      <legend>
        {number === undefined ? '' : `${number}. `}
        {ask}
        {several ? <span className="quiet"> ({t('exam.several')})</span> : null}
      </legend>
      {options.map((option, at) => {
        const right = answer?.rightOptions.includes(at) === true;
        const wrong = answer !== null && !right && chosen.includes(at);
        return (
          <label key={option} className={right ? 'option right' : wrong ? 'option wrong' : 'option'}>
            <input
              type={several ? 'checkbox' : 'radio'}
              name={question.id}
              checked={chosen.includes(at)}
              onChange={() => toggle(at)}
            />
            <span>
              {option}
              {right ? <strong className="mark"> {t('answer.mark')}</strong> : null}
            </span>
          </label>
        );
      })}
      {answer === null ? null : (
        <p className={answer.right ? 'said right' : 'said wrong'} role="status">
          <strong>{t(answer.right ? 'answer.right' : 'answer.wrong')}</strong> {answer.because}
        </p>
      )}
    </fieldset>
  );
}
