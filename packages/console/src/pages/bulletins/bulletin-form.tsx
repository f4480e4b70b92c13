import { type BulletinDraft, type BulletinSchedule, bulletinKinds, bulletinWays, type TrainingTarget } from '@menshen/contract';
import { Checkbox, DatePicker, Input, Select } from 'antd';
import { Fragment } from 'react';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { TrainingData } from '../training/model.ts';
import { useBulletinWords } from './bulletin-words.ts';

interface BulletinFormProps {
  readonly draft: BulletinDraft;
  readonly put: (draft: BulletinDraft) => void;
  readonly disabled: boolean;
  readonly training: TrainingData | undefined;
  readonly incidents: readonly {
    readonly id: string;
    readonly number: number;
    readonly title: { readonly zh: string; readonly en: string };
  }[];
}

const wide = { width: '100%' };
const wallClock = 'YYYY-MM-DDTHH:mm';
const keyOf = (target: TrainingTarget): string =>
  target.kind === 'department' ? `department ${target.department}` : target.kind === 'role' ? `role ${target.role}` : target.kind;
const weekly: BulletinSchedule = { kind: 'weekly', weekdays: [1], time: '09:30', timeZone: 'Asia/Shanghai', workdays: true };
const monthly: BulletinSchedule = { kind: 'monthly', day: 1, time: '09:30', timeZone: 'Asia/Shanghai', workdays: true };
const firsts: Readonly<Record<BulletinSchedule['kind'], BulletinSchedule>> = {
  once: { kind: 'once', at: null },
  ...{ weekly, monthly },
};

/** The fields of a bulletin; what does not fit the chosen kind is not there. */
export function BulletinForm({ draft, put, disabled, training, incidents }: BulletinFormProps) {
  const { t, language } = useLanguage();
  const { kind, title, text, target, way, schedule, course, incident } = draft;
  const targets: readonly { readonly label: string; readonly target: TrainingTarget }[] = [
    { label: t('training.everyone'), target: { kind: 'everyone' } },
    ...(training?.departments ?? [])
      .filter(({ people }) => people > 0)
      .map(({ id, name, people }) => ({
        label: t('training.departmentOf', { name, count: people }),
        target: { kind: 'department' as const, department: id },
      })),
    ...(training?.roles ?? []).map((role) => ({
      label: t('training.roleOf', { role }),
      target: { kind: 'role' as const, role },
    })),
  ];
  const courses = (training?.courses ?? []).filter(({ state }) => state === 'published');
  return (
    <>
      <Field label={t('bulletins.kind')} hint={t(`bulletins.kindHint.${kind}`)}>
        {(wiring) => (
          <Select<BulletinDraft['kind']>
            {...wiring}
            style={wide}
            disabled={disabled}
            value={kind}
            options={bulletinKinds.map((one) => ({ value: one, label: t(`bulletins.kind.${one}`) }))}
            onChange={(next) =>
              put({
                ...draft,
                kind: next,
                incident: next === 'warning' ? incident : null,
                schedule: next === 'warning' && schedule.kind !== 'once' ? firsts.once : schedule,
              })
            }
          />
        )}
      </Field>
      {(['zh', 'en'] as const).map((one) => (
        <Fragment key={one}>
          <Field label={t(`bulletins.title.${one}`)}>
            {(wiring) => (
              <Input
                {...wiring}
                maxLength={80}
                disabled={disabled}
                value={title[one]}
                onChange={(event) => put({ ...draft, title: { ...title, [one]: event.target.value } })}
              />
            )}
          </Field>
          <Field label={t(`bulletins.text.${one}`)}>
            {(wiring) => (
              <Input.TextArea
                {...wiring}
                rows={5}
                maxLength={2_000}
                disabled={disabled}
                value={text[one]}
                onChange={(event) => put({ ...draft, text: { ...text, [one]: event.target.value } })}
              />
            )}
          </Field>
        </Fragment>
      ))}
      <Field label={t('bulletins.whom')}>
        {(wiring) => (
          <Select<string>
            {...wiring}
            style={wide}
            disabled={disabled}
            value={keyOf(target)}
            showSearch={{ optionFilterProp: 'label' }}
            options={targets.map((one) => ({ value: keyOf(one.target), label: one.label }))}
            onChange={(key) =>
              put({ ...draft, target: targets.find((one) => keyOf(one.target) === key)?.target ?? { kind: 'everyone' } })
            }
          />
        )}
      </Field>
      <Field label={t('bulletins.way')}>
        {(wiring) => (
          <Select<BulletinDraft['way']>
            {...wiring}
            style={wide}
            disabled={disabled}
            value={way}
            options={bulletinWays.map((one) => ({ value: one, label: t(`bulletins.way.${one}`) }))}
            onChange={(next) => put({ ...draft, way: next })}
          />
        )}
      </Field>
      <Field label={t('bulletins.course')}>
        {(wiring) => (
          <Select<string>
            {...wiring}
            style={wide}
            disabled={disabled}
            value={course ?? ''}
            options={[
              { value: '', label: t('bulletins.noCourse') },
              ...courses.map(({ id, title: of }) => ({ value: id, label: of[language] })),
            ]}
            onChange={(next) => put({ ...draft, course: next === '' ? null : next })}
          />
        )}
      </Field>
      {kind === 'warning' ? (
        <Field label={t('bulletins.incident')} hint={t('bulletins.incidentHint')}>
          {(wiring) => (
            <Select<string>
              {...wiring}
              style={wide}
              disabled={disabled}
              value={incident ?? ''}
              options={[
                { value: '', label: t('bulletins.noIncident') },
                ...incidents.map((one) => ({
                  value: one.id,
                  label: `INC-${String(one.number).padStart(4, '0')} ${one.title[language]}`,
                })),
              ]}
              onChange={(next) => put({ ...draft, incident: next === '' ? null : next })}
            />
          )}
        </Field>
      ) : null}
      <ScheduleFields draft={draft} put={put} disabled={disabled} />
    </>
  );
}

function ScheduleFields({ draft, put, disabled }: Pick<BulletinFormProps, 'draft' | 'put' | 'disabled'>) {
  const { t } = useLanguage();
  const { weekday, when } = useBulletinWords();
  const { schedule } = draft;
  const set = (next: BulletinSchedule): void => put({ ...draft, schedule: next });
  const kinds = draft.kind === 'warning' ? (['once'] as const) : (['once', 'weekly', 'monthly'] as const);
  return (
    <>
      <Field label={t('bulletins.when')}>
        {(wiring) => (
          <Select<BulletinSchedule['kind']>
            {...wiring}
            style={wide}
            disabled={disabled}
            value={schedule.kind}
            options={kinds.map((kind) => ({ value: kind, label: t(`bulletins.plan.${kind}`) }))}
            onChange={(kind) => set(firsts[kind])}
          />
        )}
      </Field>
      {schedule.kind === 'once' ? (
        <Field label={t('bulletins.at')} hint={schedule.at === null ? t('bulletins.atHint') : when(schedule)}>
          {(wiring) => (
            <DatePicker
              {...wiring}
              disabled={disabled}
              showTime={{ format: 'HH:mm' }}
              format="YYYY-MM-DD HH:mm"
              onChange={(value) =>
                set({ kind: 'once', at: value === null ? null : Date.parse(`${value.format(wallClock)}:00+08:00`) })
              }
            />
          )}
        </Field>
      ) : (
        <>
          {schedule.kind === 'weekly' ? (
            <Field label={t('bulletins.weekdays')}>
              {(wiring) => (
                <Select<number[]>
                  {...wiring}
                  mode="multiple"
                  style={wide}
                  disabled={disabled}
                  value={[...schedule.weekdays]}
                  options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: day, label: weekday(day) }))}
                  onChange={(weekdays) => {
                    if (weekdays.length > 0) set({ ...schedule, weekdays });
                  }}
                />
              )}
            </Field>
          ) : (
            <Field label={t('bulletins.day')}>
              {(wiring) => (
                <Select<number>
                  {...wiring}
                  style={wide}
                  disabled={disabled}
                  value={schedule.day}
                  options={Array.from({ length: 31 }, (_, at) => ({ value: at + 1, label: String(at + 1) }))}
                  onChange={(day) => set({ ...schedule, day })}
                />
              )}
            </Field>
          )}
          <Field label={t('bulletins.time')} hint={t('bulletins.zone', { zone: schedule.timeZone })}>
            {(wiring) => (
              <Input
                {...wiring}
                type="time"
                disabled={disabled}
                value={schedule.time}
                onChange={(event) => {
                  if (/^\d\d:\d\d$/.test(event.target.value)) set({ ...schedule, time: event.target.value });
                }}
              />
            )}
          </Field>
          <Checkbox
            disabled={disabled}
            checked={schedule.workdays}
            onChange={(event) => set({ ...schedule, workdays: event.target.checked })}
          >
            {t('bulletins.workdays')}
          </Checkbox>
        </>
      )}
    </>
  );
}
