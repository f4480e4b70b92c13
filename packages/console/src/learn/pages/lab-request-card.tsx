import { type LabId, type LearnLabRequest, type LearnLabRun, type LearnLabView, learnLabSend } from '@menshen/contract';
import { type FormEvent, useId, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { call, errorText } from '../client.ts';
import { useWords } from '../language.tsx';

type Answer = Output<typeof learnLabSend>;
type Field = LearnLabRequest['fields'][number];
type Values = Readonly<Record<string, string>>;

interface CardProps {
  readonly lab: LabId;
  readonly request: LearnLabRequest;
  readonly standing: LearnLabRun['standings'][number] | null;
  readonly switched: boolean;
  readonly changed: (view: LearnLabView) => void;
}

/** A request of a lab: what of it can be changed, the button that sends it for real, and the answer that came. */
export function LabRequestCard({ lab, request, standing, switched, changed }: CardProps) {
  const { t, language } = useWords();
  const { id, role, fields, fixed, method, path } = request;
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(fields.map(({ name, initial }) => [name, String(initial)])),
  );
  const [answer, setAnswer] = useState<{ readonly of: Answer; readonly switched: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faulty = fields.filter(({ kind, name }) => kind === 'integer' && !/^\d{1,12}$/.test(values[name] ?? ''));
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const body = { request: id, values: Object.fromEntries(fields.map((field) => [field.name, sentValue(field, values)])) };
    call(learnLabSend, { params: { lab }, body })
      .then((of) => {
        setAnswer({ of, switched });
        changed(of.view);
      }, setError)
      .finally(() => setBusy(false));
  };
  return (
    <section className="card lab-request" aria-label={request.title[language]}>
      <h3>{request.title[language]}</h3>
      <p>{request.task[language]}</p>
      <p>
        <code>
          {method} {path}
        </code>
      </p>
      <form onSubmit={send}>
        {Object.entries(fixed).map(([name, value]) => (
          <p key={name} className="quiet">
            <code>
              {name}: {String(value)}
            </code>
          </p>
        ))}
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            change={(value) => setValues((last) => ({ ...last, [field.name]: value }))}
          />
        ))}
        {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
        <button type="submit" className="first" disabled={busy || faulty.length > 0}>
          {t(busy ? 'lab.sending' : 'lab.send')}
        </button>
      </form>
      <p className="facts">
        {role === 'attack' ? (
          <span className={standing?.succeeded === true ? 'tag late' : 'tag'}>
            {t(standing?.succeeded === true ? 'lab.succeeded' : 'lab.notYet')}
          </span>
        ) : null}
        {switched ? (
          <span className={standing?.held === true ? 'tag right' : 'tag'}>
            {t(standing?.held === true ? `lab.held.${role}` : `lab.notHeld.${role}`)}
          </span>
        ) : null}
      </p>
      {answer === null ? null : <AnswerPart answer={answer.of} role={role} old={answer.switched !== switched} />}
    </section>
  );
}

const sentValue = ({ kind, name }: Field, values: Values): string | number =>
  kind === 'integer' ? Number(values[name]) : (values[name] ?? '');

function FieldInput(props: { readonly field: Field; readonly value: string; readonly change: (value: string) => void }) {
  const { field, value, change } = props;
  const { language } = useWords();
  const id = useId();
  const common = { id, value, maxLength: field.max, spellCheck: false, autoComplete: 'off', autoCapitalize: 'off' } as const;
  return (
    <p className="field">
      <label htmlFor={id}>
        {field.label[language]} <code>{field.name}</code>
      </label>
      {field.kind === 'long' ? (
        <textarea {...common} rows={4} onChange={(event) => change(event.target.value)} />
      ) : (
        <input
          {...common}
          type="text"
          inputMode={field.kind === 'integer' ? 'numeric' : 'text'}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </p>
  );
}

/** What really came back. */
function AnswerPart(props: { readonly answer: Answer; readonly role: LearnLabRequest['role']; readonly old: boolean }) {
  const { answer, role, old } = props;
  const { t } = useWords();
  const { status, body, harmed, sent } = answer;
  const said = role === 'attack' ? (harmed ? 'lab.harmed' : 'lab.unharmed') : status < 300 ? 'lab.fine' : 'lab.refused';
  return (
    <div className="lab-answer">
      <p role="status">
        <strong>HTTP {status}</strong> {t(said)} {old ? <span className="quiet">{t('lab.before')}</span> : null}
      </p>
      <pre className="code">{pretty(body)}</pre>
      <details>
        <summary>{t('lab.sent')}</summary>
        <pre className="code">
          {`${sent.method} ${sent.path}\n${Object.entries(sent.headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}${sent.body === null ? '' : `\n\n${pretty(sent.body)}`}`}
        </pre>
      </details>
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
