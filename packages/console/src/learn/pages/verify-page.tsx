import { type LabId, verifyCertificate } from '@menshen/contract';
import { QRCodeSVG } from '@rc-component/qrcode';
import { ApiError } from '../../api/api-error.ts';
import { download } from '../../ds/download.ts';
import { call, errorText, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Failure, Loading } from '../parts.tsx';

const labNames = {
  'stolen-login': 'verify.lab.stolen-login',
  'tampered-coupon': 'verify.lab.tampered-coupon',
  'stored-script': 'verify.lab.stored-script',
} as const satisfies Record<LabId, string>;

/** A certificate, for whoever has its address: what it says, whether it holds, and how to check that without trusting this page. */
export function VerifyPage({ id }: { readonly id: string }) {
  const { t, language, choose } = useWords();
  const found = useLoaded(id, () => call(verifyCertificate, { params: { id } }));
  if (found.error !== null) {
    const unknown = found.error instanceof ApiError && found.error.code === 'not_found';
    return <Failure text={unknown ? t('verify.unknown') : errorText(found.error, t)} retry={found.reload} />;
  }
  if (found.data === null) return <Loading />;
  const { state, certificate, file, publicKey, verifyUrl } = found.data;
  const { labs = [] } = certificate;
  const facts = [
    [t('verify.holder'), certificate.holder],
    [t('verify.course'), certificate.course.title[language]],
    [t('verify.score'), String(certificate.score)],
    ...(labs.length === 0 ? [] : ([[t('verify.labs'), labs.map((lab) => t(labNames[lab])).join('、')]] as const)),
    [t('verify.issued'), certificate.issued],
    [t('verify.expires'), certificate.expires],
    [t('verify.issuer'), certificate.issuer[language]],
    [t('verify.id'), certificate.id],
  ] as const;
  return (
    <main>
      <header className="head">
        <h1>{t('verify.title')}</h1>
      </header>
      <section className={`card certificate ${state}`}>
        <p className="state" role="status">
          {t(`verify.${state}`)}
        </p>
        <dl>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <figure>
          <QRCodeSVG value={verifyUrl} size={132} role="img" aria-label={t('verify.qr')} />
          <figcaption className="quiet">{t('verify.qr')}</figcaption>
        </figure>
      </section>
      <div className="steps">
        <button type="button" onClick={() => download(`${id}.json`, 'application/json', JSON.stringify(file, null, 2))}>
          {t('verify.download')}
        </button>
        <button type="button" onClick={() => download('menshen-training-key.pem', 'application/x-pem-file', publicKey)}>
          {t('verify.key')}
        </button>
      </div>
      <p className="quiet">{t('verify.how')}</p>
      <button
        type="button"
        className="plain"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => choose(language === 'zh' ? 'en' : 'zh')}
      >
        {t('language')}
      </button>
    </main>
  );
}
