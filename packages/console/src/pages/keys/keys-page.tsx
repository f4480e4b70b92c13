import { listKeys, listProofKeys } from '@menshen/contract';
import { useEndpoint } from '../../api/hooks.ts';
import { Page } from '../../ds/page.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DataKeysPanel } from './data-keys-panel.tsx';
import { KeyAttention } from './key-attention.tsx';
import { PersonKeysPanel } from './person-keys-panel.tsx';
import { SealedFieldsPanel } from './sealed-fields-panel.tsx';
import { SigningKeysPanel } from './signing-keys-panel.tsx';
import { WrappingPanel } from './wrapping-panel.tsx';

const refetchMs = 10_000;

/** What fields are sealed and proofs are signed with: what needs attention first, then data keys, keys of persons, signing and wrapping keys, and the fields. */
export function KeysPage() {
  const { t } = useLanguage();
  const list = useEndpoint(listKeys, { input: {}, refetchMs, keep: true });
  const signing = useEndpoint(listProofKeys, { input: {}, keep: true });
  return (
    <Page title={t('keys.title')} question={t('keys.question')}>
      <Loadable query={list} lines={8}>
        {(ring) => (
          <>
            <KeyAttention ring={ring} signing={signing.data?.keys ?? []} now={list.dataUpdatedAt} />
            <DataKeysPanel keys={ring.keys} now={list.dataUpdatedAt} />
            <PersonKeysPanel persons={ring.persons} />
            <SigningKeysPanel now={list.dataUpdatedAt} />
            <WrappingPanel wrapping={ring.wrapping} rewrapping={ring.rewrapping} />
            <SealedFieldsPanel fields={ring.fields} />
          </>
        )}
      </Loadable>
    </Page>
  );
}
