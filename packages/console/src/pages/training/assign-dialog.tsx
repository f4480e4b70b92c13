import { createTrainingAssignment, getTraining, type TrainingTarget } from '@menshen/contract';
import { Checkbox, InputNumber, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { TrainingData } from './model.ts';

/** What is to be assigned, as far as it is known; of a proposal everything is. */
export interface AssignDraft {
  readonly course?: string;
  readonly target?: TrainingTarget;
  readonly proposed?: boolean;
  readonly reason?: string;
}

interface AssignDialogProps {
  readonly training: TrainingData;
  readonly draft: AssignDraft | null;
  readonly onClose: () => void;
}

const keyOf = (target: TrainingTarget): string =>
  target.kind === 'department' ? `department ${target.department}` : target.kind === 'role' ? `role ${target.role}` : target.kind;

/** Assigns a course to everybody, a department or a role. */
export function AssignDialog({ training, draft, onClose }: AssignDialogProps) {
  const { t, language } = useLanguage();
  const assign = useAction(createTrainingAssignment, [getTraining]);
  const [course, setCourse] = useState<string | undefined>();
  const [target, setTarget] = useState<TrainingTarget>({ kind: 'everyone' });
  const [dueDays, setDueDays] = useState(14);
  const [again, setAgain] = useState(false);
  useEffect(() => {
    if (draft === null) return;
    setCourse(draft.course);
    setTarget(draft.target ?? { kind: 'everyone' });
    setAgain(draft.proposed === true);
  }, [draft]);
  const targets: readonly { readonly label: string; readonly target: TrainingTarget }[] = [
    { label: t('training.everyone'), target: { kind: 'everyone' } },
    ...training.departments
      .filter(({ people }) => people > 0)
      .map(({ id, name, people }) => ({
        label: t('training.departmentOf', { name, count: people }),
        target: { kind: 'department' as const, department: id },
      })),
    ...training.roles.map((role) => ({ label: t('training.roleOf', { role }), target: { kind: 'role' as const, role } })),
  ];
  const close = (): void => {
    assign.reset();
    onClose();
  };
  const published = training.courses.filter(({ state }) => state === 'published');
  return (
    <ConfirmDialog
      open={draft !== null}
      title={t('training.assign')}
      consequence={draft?.proposed === true ? draft.reason : t('training.assignText')}
      confirm={t('training.assign')}
      reasonLength={4}
      busy={assign.isPending}
      error={assign.error}
      onConfirm={(reason) => {
        if (course === undefined) return;
        assign.mutate(
          { body: { course, target, dueDays, again, reason, proposed: draft?.proposed === true } },
          { onSuccess: close },
        );
      }}
      onClose={close}
    >
      <Field label={t('training.course')} error={course === undefined ? t('training.chooseCourse') : undefined}>
        {(wiring) => (
          <Select<string>
            {...wiring}
            {...(course === undefined ? {} : { value: course })}
            disabled={draft?.proposed === true}
            style={{ width: '100%' }}
            options={published.map(({ id, title }) => ({ value: id, label: title[language] }))}
            onChange={setCourse}
          />
        )}
      </Field>
      <Field label={t('training.whom')}>
        {(wiring) => (
          <Select<string>
            {...wiring}
            value={keyOf(target)}
            disabled={draft?.proposed === true}
            showSearch={{ optionFilterProp: 'label' }}
            style={{ width: '100%' }}
            options={targets.map((one) => ({ value: keyOf(one.target), label: one.label }))}
            onChange={(key) => setTarget(targets.find((one) => keyOf(one.target) === key)?.target ?? { kind: 'everyone' })}
          />
        )}
      </Field>
      <Field label={t('training.dueAfter')}>
        {(wiring) => (
          <InputNumber
            id={wiring.id}
            aria-describedby={wiring['aria-describedby']}
            min={1}
            max={365}
            value={dueDays}
            onChange={(value) => setDueDays(value ?? 14)}
          />
        )}
      </Field>
      <Checkbox checked={again} onChange={(event) => setAgain(event.target.checked)}>
        {t('training.again')}
      </Checkbox>
    </ConfirmDialog>
  );
}
