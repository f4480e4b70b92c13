import { expect, it } from 'vitest';
import { cityName, pointOfCity } from './cities.ts';
import { kilometres, travelHours } from './distance.ts';
import { bundledPlaces } from './provider.ts';

it('finds Chinese cities and countries of addresses, IPv4 and IPv6, without a network', () => {
  const places = bundledPlaces();
  expect(places('202.96.134.133')).toMatchObject({ city: '深圳', country: 'CN' });
  expect(places('171.8.1.1')).toMatchObject({ city: '郑州', country: 'CN' });
  expect(places('2409:8a00::1')).toMatchObject({ city: '北京', country: 'CN' });
  expect(places('8.8.8.8')).toMatchObject({ country: 'US' });
});

it('knows nothing of private addresses and of what is no address', () => {
  const places = bundledPlaces();
  for (const address of ['10.0.0.1', '127.0.0.1', 'x'.repeat(5_000), '', '1.2.3', '::1']) expect(places(address)).toBeNull();
});

it('tells cities by their plain names, provinces by their capitals', () => {
  expect(cityName('延边朝鲜族自治州')).toBe('延边');
  expect(cityName('广西壮族自治区')).toBe('广西');
  expect(pointOfCity('', '广东省')).toEqual(pointOfCity('广州市', ''));
  expect(pointOfCity('某市', '某省')).toBeNull();
});

it('measures how far and how long', () => {
  const [beijing, shanghai] = [pointOfCity('北京', ''), pointOfCity('上海', '')];
  const km = kilometres(beijing?.lat ?? 0, beijing?.lon ?? 0, shanghai?.lat ?? 0, shanghai?.lon ?? 0);
  expect(km).toBeGreaterThan(1_030);
  expect(km).toBeLessThan(1_110);
  expect(travelHours(km)).toBeGreaterThan(2.5);
  expect(travelHours(100)).toBeLessThan(0.5);
});
