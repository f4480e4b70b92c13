import { type ContestTeams, createContest, getTraining, listContests } from '@menshen/contract';
import { DatePicker, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field, type FieldWiring } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const teamKinds = ['none', 'department', 'named'] as const;
const wallClock = 'YYYY-MM-DDTHH:mm';

/** Lines of `name: account, account`; what is no team is left out, and the server says what is wrong with the rest. */
function readTeams(text: string): { name: string; uids: string[] }[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', list = ''] = /^([^:：]+)[:：](.*)$/.exec(line) ?? [];
    const uids = list.split(/[\s,，、]+/).filter((one) => one !== '');
    return name.trim() === '' || uids.length === 0 ? [] : [{ name: name.trim(), uids }];
  });
}

/** Sets up a contest: what is asked, when, and who plays with whom. */
export function CreateContestDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t, language } = useLanguage();
  const training = useEndpoint(getTraining, { input: {}, enabled: open });
  const create = useAction(createContest, [listContests]);
  const [title, setTitle] = useState('');
  const [courses, setCourses] = useState<string[]>([]);
  const [starts, setStarts] = useState<string | null>(null);
  const [numbers, setNumbers] = useState({ questions: 15, seconds: 45, minutes: 60, freeze: 10, best: 5 });
  const [department, setDepartment] = useState('');
  const [brackets, setBrackets] = useState<string[]>([]);
  const [kind, setKind] = useState<ContestTeams['kind']>('none');
  const [teamText, setTeamText] = useState('');
  const [pressed, setPressed] = useState(false);
  const complete = title.trim().length > 1 && courses.length > 0 && starts !== null;
  const close = (): void => {
    create.reset();
    setPressed(false);
    onClose();
  };
  const number = (name: keyof typeof numbers, min: number, max: number) => (wiring: FieldWiring) => (
    <InputNumber
      id={wiring.id}
      aria-describedby={wiring['aria-describedby']}
      min={min}
      max={max}
      value={numbers[name]}
      onChange={(value) => setNumbers({ ...numbers, [name]: value ?? min })}
    />
  );
  const departments = (training.data?.departments ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const teams = (): ContestTeams => {
    if (kind === 'none') return { kind };
    if (kind === 'department') return { kind, best: numbers.best };
    return { kind, best: numbers.best, teams: readTeams(teamText) };
  };
  const submit = (): void => {
    setPressed(true);
    if (!complete || starts === null) return;
    const begins = Date.parse(`${starts}:00+08:00`);
    const { questions, seconds, minutes, freeze } = numbers;
    create.mutate(
      {
        body: {
          ...{ title: title.trim(), courses, questions, seconds, freeze, brackets, teams: teams() },
          ...{ starts: begins, ends: begins + minutes * 60_000 },
          ...(department === '' ? {} : { department }),
        },
      },
      { onSuccess: close },
    );
  };
  return (
    <ConfirmDialog
      open={open}
      title={t('contests.create')}
      consequence={t('contests.createText')}
      confirm={t('contests.create')}
      busy={create.isPending}
      error={create.error}
      onConfirm={submit}
      onClose={close}
    >
      <Field label={t('contests.name')} error={pressed && !complete ? t('contests.incomplete') : undefined}>
        {(wiring) => <Input {...wiring} maxLength={60} value={title} onChange={(event) => setTitle(event.target.value)} />}
      </Field>
      <Field label={t('contests.courses')} hint={t('contests.coursesHint')}>
        {(wiring) => (
          <Select<string[]>
            {...wiring}
            mode="multiple"
            style={{ width: '100%' }}
            value={courses}
            onChange={setCourses}
            options={(training.data?.courses ?? [])
              .filter(({ state }) => state === 'published')
              .map(({ id, title: of }) => ({ value: id, label: of[language] }))}
          />
        )}
      </Field>
      <Field label={t('contests.starts')}>
        {(wiring) => (
          <DatePicker
            {...wiring}
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            onChange={(value) => setStarts(value === null ? null : value.format(wallClock))}
          />
        )}
      </Field>
      <Field label={t('contests.minutes')}>{number('minutes', 1, 1_440)}</Field>
      <Field label={t('contests.questions')}>{number('questions', 3, 50)}</Field>
      <Field label={t('contests.seconds')}>{number('seconds', 10, 300)}</Field>
      <Field label={t('contests.freeze')}>{number('freeze', 0, 240)}</Field>
      <Field label={t('contests.department')}>
        {(wiring) => (
          <Select<string>
            {...wiring}
            style={{ width: '100%' }}
            value={department}
            onChange={setDepartment}
            options={[{ value: '', label: t('contests.everyone') }, ...departments]}
          />
        )}
      </Field>
      <Field label={t('contests.brackets')}>
        {(wiring) => (
          <Select<string[]>
            {...wiring}
            mode="multiple"
            style={{ width: '100%' }}
            value={brackets}
            onChange={setBrackets}
            options={departments}
          />
        )}
      </Field>
      <Field label={t('contests.teams')}>
        {(wiring) => (
          <Select<ContestTeams['kind']>
            {...wiring}
            style={{ width: '100%' }}
            value={kind}
            onChange={setKind}
            options={teamKinds.map((one) => ({ value: one, label: t(`contests.teams.${one}`) }))}
          />
        )}
      </Field>
      {kind === 'none' ? null : (
        <Field label={t('contests.best')} hint={t('contests.bestHint')}>
          {number('best', 1, 50)}
        </Field>
      )}
      {kind === 'named' ? (
        <Field label={t('contests.teamList')} hint={t('contests.teamListHint')}>
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              autoSize={{ minRows: 3, maxRows: 10 }}
              value={teamText}
              onChange={(event) => setTeamText(event.target.value)}
            />
          )}
        </Field>
      ) : null}
    </ConfirmDialog>
  );
}
