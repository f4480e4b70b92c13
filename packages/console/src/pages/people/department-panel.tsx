import { getToday, listDepartments, listPeople, syncDirectory } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { apiErrorText, codeText } from '../../api/api-error.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { classNames } from '../../ds/class-names.ts';
import { ReloadIcon, SearchIcon } from '../../ds/icon.ts';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { findNodes } from '../../ds/tree-model.ts';
import { TreeView } from '../../ds/tree-view.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './department-panel.module.css';

interface DepartmentPanelProps {
  readonly selected: string | undefined;
  readonly select: (id: string | undefined) => void;
}

/** The department tree, and how fresh it is. */
export function DepartmentPanel({ selected, select }: DepartmentPanelProps) {
  const { t, format, language } = useLanguage();
  const [text, setText] = useState('');
  const tree = useEndpoint(listDepartments, { input: {} });
  return (
    <Panel flush title={t('people.departments')} actions={<SyncButton />}>
      <Loadable query={tree} lines={8}>
        {(data) => {
          const found = findNodes(data.departments, text);
          return (
            <>
              <div className={styles.tools} hidden={data.departments.length === 0}>
                <Input
                  aria-label={t('people.searchDepartment')}
                  placeholder={t('people.searchDepartment')}
                  prefix={<SearchIcon aria-hidden="true" />}
                  allowClear
                  maxLength={64}
                  value={text}
                  onChange={(event) => setText(event.target.value)}
                />
                <button
                  type="button"
                  className={classNames('link', styles.all)}
                  disabled={selected === undefined}
                  onClick={() => select(undefined)}
                >
                  {t('people.everybody')}
                </button>
              </div>
              {found.length === 0 ? (
                <EmptyState title={t(data.departments.length === 0 ? 'people.noDepartments' : 'people.noDepartmentFound')}>
                  {data.departments.length === 0 ? t('people.noDepartmentsText') : undefined}
                </EmptyState>
              ) : (
                <div className={styles.tree}>
                  <TreeView
                    label={t('people.departments')}
                    nodes={found}
                    selected={selected}
                    onSelect={(id) => select(id === selected ? undefined : id)}
                    note={(department) => format.number(department.total)}
                    unfolded={text.trim() !== ''}
                  />
                </div>
              )}
              <div className={styles.fresh}>
                {data.syncError === null ? null : (
                  <Status tone="warning">{t('people.syncFailed', { reason: codeText(data.syncError, language) })}</Status>
                )}
                <span className="quiet">
                  {data.syncedAt === null
                    ? t('people.neverSynced')
                    : t('people.syncedAt', { time: format.minute(data.syncedAt) })}
                </span>
              </div>
            </>
          );
        }}
      </Loadable>
    </Panel>
  );
}

function SyncButton() {
  const { t, language } = useLanguage();
  const sync = useAction(syncDirectory, [listDepartments, listPeople, getToday]);
  const { data } = sync;
  const told = sync.isError
    ? apiErrorText(sync.error, language)
    : data === undefined
      ? ''
      : t('people.synced', { added: data.added, changed: data.changed, left: data.left, ended: data.sessionsEnded });
  return (
    <>
      <Button icon={<ReloadIcon />} loading={sync.isPending} onClick={() => sync.mutate({})}>
        {t('people.sync')}
      </Button>
      <p className={styles.told} role="status">
        {told}
      </p>
    </>
  );
}
