import type { Group } from './baseline/group.ts';
import { newCampaign, newGroup } from './baseline/others.ts';
import { newVolume, type Person, type Volume } from './baseline/person.ts';
import { addTo, push, sight } from './baseline/windows.ts';
import type { Seen } from './seen.ts';
import { type DetectState, entityOf } from './state.ts';

const MAX_DEVICES = 24;
const MAX_CITIES = 40;
const MAX_FLEET_CITIES = 10_000;
const MAX_ADDRESSES = 80;
const MAX_ACTIONS = 120;
const MAX_USERS = 512;
const HISTORY_DAYS = 21;
const RECENT = 64;
const LATEST_MS = 600_000;

/** Takes an activity into what is usual. A login that failed says nothing about the person it named. */
export function learn(state: DetectState, seen: Seen): void {
  const { activity, local, companyTime, person, address, device, place } = seen;
  const { ts, id, user } = activity;
  const { fleet } = state;
  if (companyTime.day > fleet.day) {
    fleet.day = companyTime.day;
    fleet.days[companyTime.weekend ? 1 : 0] += 1;
  }
  const entered = !(activity.kind.login && activity.outcome !== 'ok');
  if (address !== null) {
    address.last = ts;
    address.requests += 1;
    if (user !== null && entered && activity.outcome === 'ok' && !address.users.has(user)) {
      const home = seen.entry?.city ?? null;
      if (home !== null && place !== null && place.city !== '') {
        if (home.toLowerCase() === place.city.toLowerCase()) address.local += 1;
        else address.remote += 1;
      }
    }
    if (user !== null && entered && activity.outcome === 'ok') remember(address.users, user, ts);
  }
  if (device !== null) {
    device.last = ts;
    if (user !== null && entered && activity.outcome === 'ok') remember(device.users, user, ts);
  }
  if (person === null) return;
  push(person.recent, id, RECENT);
  if (!entered || seen.tainted) return;
  const { day } = local;
  person.last = ts;
  person.events += 1;
  if (person.day !== day) {
    person.day = day;
    person.days += 1;
  }
  if (activity.dept !== null) person.dept = activity.dept;
  if (activity.role !== null) person.role = activity.role;
  // Most events differ from the one before in nothing but what was done.
  const { latest } = person;
  const turned = latest.day !== day || ts - latest.at > LATEST_MS;
  if (turned) {
    latest.day = day;
    latest.at = ts;
  }
  if (activity.device !== null && (turned || activity.device !== latest.device)) {
    latest.device = activity.device;
    sight(person.devices, activity.device, ts, day, MAX_DEVICES);
  }
  if (activity.model !== null && (turned || activity.model !== latest.model)) {
    latest.model = activity.model;
    sight(person.models, activity.model, ts, day, MAX_DEVICES);
  }
  if (activity.ip !== null && (turned || activity.ip !== latest.ip)) {
    latest.ip = activity.ip;
    sight(person.addresses, activity.ip, ts, day, MAX_ADDRESSES);
  }
  if (place !== null && place.city !== '' && (turned || place.city !== latest.city)) {
    latest.city = place.city;
    const city = `${place.country}\n${place.city}`;
    if (!person.cities.has(city) && (fleet.cities.size < MAX_FLEET_CITIES || fleet.cities.has(city)))
      fleet.cities.set(city, (fleet.cities.get(city) ?? 0) + 1);
    sight(person.cities, city, ts, day, MAX_CITIES);
  }
  if (seen.service && activity.outcome === 'ok') sight(person.actions, activity.action, ts, day, MAX_ACTIONS);
  learnHours(person, seen);
  if (activity.campaign !== null && activity.amountCents !== null && activity.outcome === 'ok') {
    learnAmount(state, activity.campaign, activity.amountCents);
  }
}

function remember(users: Map<string, number>, user: string, ts: number): void {
  if (users.size >= MAX_USERS && !users.has(user)) return;
  users.set(user, ts);
}

function learnHours(person: Person, { local, shift, group }: Seen): void {
  const bin = local.hour + (local.weekend ? 24 : 0);
  const moment = local.day * 24 + local.hour;
  if (shift !== null) {
    const { present } = shift;
    if (moment > present.moment) {
      present.moment = moment;
      present.members.clear();
    }
    if (moment === present.moment) present.members.add(person.uid);
  }
  if (person.hourSeen === moment) return;
  if (group !== null) group.members.add(person.uid);
  person.hourSeen = moment;
  person.hours[bin] = (person.hours[bin] ?? 0) + 1;
  if (shift === null) return;
  shift.members.add(person.uid);
  shift.hours[bin] = (shift.hours[bin] ?? 0) + 1;
}

export const multiples = [1_000, 500, 100, 50, 10] as const;

function learnAmount(state: DetectState, campaign: string, amount: number): void {
  const known = entityOf(state.campaigns, 'campaigns', campaign, newCampaign);
  known.claims += 1;
  known.min = Math.min(known.min, amount);
  known.max = Math.max(known.max, amount);
  multiples.forEach((step, at) => {
    if (amount % step === 0) known.multiples[at] = (known.multiples[at] ?? 0) + 1;
  });
}

/** Begins a new day of a person's volume and puts the day that ended into the history of the person and the group. */
export function turnDay(state: DetectState, person: Person, group: Group | null, day: number): Volume {
  const { volume } = person;
  if (volume.day === day) return volume;
  if (volume.day >= 0) {
    closeHour(volume);
    person.history.push(volume);
    if (person.history.length > HISTORY_DAYS) person.history.shift();
    const everybody = entityOf(state.groups, 'groups', 'everybody', newGroup);
    addTo(everybody.peakRead, volume.peakRead);
    if (volume.exported > 0) {
      const exporters = entityOf(state.groups, 'groups', 'exporters', newGroup);
      addTo(exporters.exported, volume.exported);
      addTo(exporters.peakExported, volume.peakExported);
      addTo(exporters.peakExports, volume.peakExports);
    }
    if (group !== null) {
      addTo(group.read, volume.read);
      addTo(group.peakRead, volume.peakRead);
      addTo(group.bytes, volume.bytes);
      if (volume.exported > 0) {
        addTo(group.exported, volume.exported);
        addTo(group.peakExported, volume.peakExported);
        addTo(group.peakExports, volume.peakExports);
      }
    }
  }
  person.volume = newVolume(day);
  return person.volume;
}

export function closeHour(volume: Volume): void {
  volume.peakRead = Math.max(volume.peakRead, volume.hourRead);
  volume.peakExported = Math.max(volume.peakExported, volume.hourExported);
  volume.hourRead = 0;
  volume.hourExported = 0;
}
