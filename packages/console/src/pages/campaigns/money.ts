/** Cents as yuan: `¥1,234.50`, without decimals where there are none. */
export function yuan(cents: number, number: (value: number) => string): string {
  const whole = Math.floor(cents / 100);
  const rest = cents % 100;
  return `¥${number(whole)}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`;
}
