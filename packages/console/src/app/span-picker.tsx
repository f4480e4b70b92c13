import { DatePicker, Tooltip } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useLanguage } from '../i18n/language.tsx';

const wallClock = 'YYYY-MM-DDTHH:mm';

interface SpanPickerProps {
  /** `YYYY-MM-DDTHH:mm` on the wall clock of Asia/Shanghai. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly onChange: (span: { readonly from: string; readonly to: string }) => void;
}

/** From and to by calendar. The calendar knows no time zone: it is given, and gives back, the wall clock of Asia/Shanghai as it is written. */
export function SpanPicker({ from, to, onChange }: SpanPickerProps) {
  const { t, language } = useLanguage();
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
  return (
    <Tooltip title={t('range.zone')}>
      <DatePicker.RangePicker
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        allowClear={false}
        allowEmpty={[false, true]}
        value={[from === undefined ? null : dayjs(from), to === undefined ? null : dayjs(to)]}
        onChange={(span) => {
          const [first, last] = span ?? [];
          if (first !== undefined && first !== null && last !== undefined && last !== null) {
            onChange({ from: first.format(wallClock), to: last.format(wallClock) });
          }
        }}
        aria-label={t('scope.range')}
      />
    </Tooltip>
  );
}
